//! Customer gateways with the sites behind them, VPN connections, virtual private gateways,
//! Direct Connect. Secrets of a connection are never kept.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::bgp::Advertisement;
use hopscope_aws::components::{
    customer_gateway, direct_connect_connection, direct_connect_gateway, direct_connect_lag,
    direct_connect_location, on_premises, virtual_interface, virtual_private_gateway, vpn_connection,
};
use hopscope_aws::{Config, Id, Node, cells};
use indexmap::IndexSet;

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::Item;

impl<'a> Build<'a> {
    /// What leads out of AWS to places of one's own.
    pub(super) fn hybrid(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::CustomerGateway) {
            self.customer_gateway(item)?;
        }
        for item in items.of(Kind::VpnGateway) {
            self.vpn_gateway(item)?;
        }
        for item in items.of(Kind::Vpn) {
            self.vpn(item)?;
        }
        self.direct_connect()?;
        self.propagating_gateways();
        self.site_networks();
        Ok(())
    }

    /// One box for each device: several customer gateways with one address are one site.
    fn site(&mut self, key: &str) -> Id {
        let id = Id::from(format!("site-{key}"));
        if !self.document.nodes.contains_key(&id) {
            let config = Config::OnPremises(on_premises::Config::default());
            self.document.put(Node { id: id.clone(), name: "On-premises".to_owned(), parent: None, config });
        }
        id
    }

    fn customer_gateway(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("CustomerGatewayId")?;
        if matches!(obj.text("State")?, Some("deleted" | "deleting")) {
            return Ok(());
        }
        let ip = obj.text("IpAddress")?;
        let config = customer_gateway::Config {
            ip: ip.unwrap_or_default().to_owned(),
            asn: match (obj.number("BgpAsn")?, obj.number("BgpAsnExtended")?) {
                (Some(asn), _) | (None, Some(asn)) => asn.to_string(),
                (None, None) => customer_gateway::Config::default().asn,
            },
            ..customer_gateway::Config::default()
        };
        let parent = Some(self.site(ip.unwrap_or(id)));
        let name = self.name(&obj, id)?;
        self.put(Node { id: Id::from(id), name, parent, config: Config::CustomerGateway(config) }, obj.file);
        Ok(())
    }

    fn vpn_gateway(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("VpnGatewayId")?;
        if matches!(obj.text("State")?, Some("deleted" | "deleting")) {
            self.gone.insert(id);
            return Ok(());
        }
        let mut vpc = None;
        for attachment in obj.list("VpcAttachments")? {
            if matches!(attachment.text("State")?, None | Some("attached" | "attaching")) {
                vpc = vpc.or(attachment.text("VpcId")?);
            }
        }
        let parent = match vpc.filter(|vpc| self.has(vpc, "vpc")) {
            Some(vpc) => Id::from(vpc),
            None => self.region_of(item)?,
        };
        let mut config = virtual_private_gateway::Config::default();
        if let Some(asn) = obj.number("AmazonSideAsn")? {
            config.asn = asn.to_string();
        }
        let name = self.name(&obj, id)?;
        let config = Config::VirtualPrivateGateway(config);
        self.put(Node { id: Id::from(id), name, parent: Some(parent), config }, obj.file);
        Ok(())
    }

    fn vpn(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("VpnConnectionId")?;
        if matches!(obj.text("State")?, Some("deleted" | "deleting")) {
            self.gone.insert(id);
            return Ok(());
        }
        let gateway = match obj.text("VpnGatewayId")? {
            Some(gateway) => Some(gateway),
            None => obj.text("TransitGatewayId")?,
        };
        let mut config = vpn_connection::Config {
            customer_gateway: obj.text("CustomerGatewayId")?.map(Id::from),
            gateway: gateway.map(Id::from),
            ..vpn_connection::Config::default()
        };
        let xml = obj.text("CustomerGatewayConfiguration")?.unwrap_or_default();
        let mut secret = !xml.is_empty();
        if let Some(options) = obj.object("Options")? {
            if options.flag("StaticRoutesOnly")? == Some(true) {
                config.routing = "static".to_owned();
            }
            config.acceleration = options.flag("EnableAcceleration")? == Some(true);
            config.inside_ip_version = options.text("TunnelInsideIpVersion")?.unwrap_or("ipv4").to_owned();
            for (key, into) in [
                ("LocalIpv4NetworkCidr", &mut config.local_cidr),
                ("RemoteIpv4NetworkCidr", &mut config.remote_cidr),
            ] {
                if let Some(cidr) = options.text(key)? {
                    cidr.clone_into(into);
                }
            }
            let rows = options.list("TunnelOptions")?;
            secret |= rows.iter().any(|row| row.map.get("PreSharedKey").is_some_and(|key| !key.is_null()));
            for (tunnel, row) in config.tunnels.iter_mut().zip(rows) {
                tunnel.outside_ip = row.text("OutsideIpAddress")?.unwrap_or_default().to_owned();
                tunnel.inside_cidr = row.text("TunnelInsideCidr")?.unwrap_or_default().to_owned();
            }
        }
        for (tunnel, (outside, inside)) in config.tunnels.iter_mut().zip(tunnels_of(xml)) {
            if tunnel.outside_ip.is_empty() {
                tunnel.outside_ip = outside;
            }
            if tunnel.inside_cidr.is_empty() {
                tunnel.inside_cidr = inside;
            }
        }
        if secret {
            self.join(
                "VPN connections described with their pre-shared keys, of which nothing is kept; share the dump with care",
                id,
            );
        }
        self.tunnel_states(id, &obj, &mut config)?;
        for route in obj.list("Routes")? {
            if !matches!(route.text("State")?, Some("deleted" | "deleting")) {
                config.static_routes.extend(route.text("DestinationCidrBlock")?.map(str::to_owned));
            }
        }
        let parent = Some(self.region_of(item)?);
        let name = self.name(&obj, id)?;
        self.put(Node { id: Id::from(id), name, parent, config: Config::VpnConnection(config) }, obj.file);
        Ok(())
    }

    fn tunnel_states(
        &mut self,
        id: &str,
        obj: &Obj<'a>,
        config: &mut vpn_connection::Config,
    ) -> Result<(), ImportError> {
        for (n, telemetry) in obj.list("VgwTelemetry")?.iter().enumerate() {
            let outside = telemetry.text("OutsideIpAddress")?.unwrap_or_default();
            let known = config.tunnels.iter().position(|tunnel| tunnel.outside_ip == outside);
            let Some(tunnel) = config.tunnels.get_mut(known.unwrap_or(n)) else { continue };
            if tunnel.outside_ip.is_empty() {
                outside.clone_into(&mut tunnel.outside_ip);
            }
            if telemetry.text("Status")? == Some("DOWN") {
                tunnel.state = "down".to_owned();
                self.join("Tunnels that were down when they were described", format!("{id} {outside}"));
            }
        }
        Ok(())
    }

    fn direct_connect(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::DxLag) {
            let obj = items.object(item);
            let id = obj.id("lagId")?;
            let config = direct_connect_lag::Config {
                minimum_links: obj.number("minimumLinks")?.and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            };
            let parent = Some(self.location(obj.text("location")?, obj.text("region")?));
            let name = obj.text("lagName")?.unwrap_or_default().to_owned();
            self.put(
                Node { id: Id::from(id), name, parent, config: Config::DirectConnectLag(config) },
                obj.file,
            );
        }
        for item in items.of(Kind::DxConnection) {
            let obj = items.object(item);
            // App Mesh and others print `connections` too.
            let Some(id) = obj.text("connectionId")? else { continue };
            let state = match obj.text("connectionState")? {
                None | Some("available") => "available",
                Some("requested" | "ordering") => "requested",
                Some("pending") => "pending",
                Some("deleting" | "deleted" | "rejected") => continue,
                Some(_) => "down",
            };
            let config = direct_connect_connection::Config {
                connection_type: if obj.text("partnerName")?.is_some() { "hosted" } else { "dedicated" }
                    .to_owned(),
                port_speed: obj.text("bandwidth")?.unwrap_or("1Gbps").to_owned(),
                state: state.to_owned(),
                macsec: obj.text("encryptionMode")?.is_some_and(|mode| mode != "no_encrypt"),
                encryption_mode: match obj.text("encryptionMode")? {
                    Some("must_encrypt") => "must_encrypt".to_owned(),
                    _ => direct_connect_connection::Config::default().encryption_mode,
                },
                lag: obj.text("lagId")?.map(Id::from),
                ..direct_connect_connection::Config::default()
            };
            let parent = Some(self.location(obj.text("location")?, obj.text("region")?));
            let name = obj.text("connectionName")?.unwrap_or_default().to_owned();
            let config = Config::DirectConnectConnection(config);
            self.put(Node { id: Id::from(id), name, parent, config }, obj.file);
        }
        self.direct_connect_gateways()?;
        for item in items.of(Kind::DxInterface) {
            self.virtual_interface(item)?;
        }
        Ok(())
    }

    fn direct_connect_gateways(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        let mut associations: BTreeMap<&str, Vec<direct_connect_gateway::Association>> = BTreeMap::new();
        for item in items.of(Kind::DxAssociation) {
            let obj = items.object(item);
            if matches!(obj.text("associationState")?, Some("disassociating" | "disassociated")) {
                continue;
            }
            let gateway = match obj.object("associatedGateway")? {
                Some(gateway) => gateway.text("id")?,
                None => obj.text("virtualGatewayId")?,
            };
            let mut allowed_prefixes = Vec::new();
            for prefix in obj.list("allowedPrefixesToDirectConnectGateway")? {
                allowed_prefixes.extend(prefix.text("cidr")?.map(str::to_owned));
            }
            associations.entry(obj.id("directConnectGatewayId")?).or_default().push(
                direct_connect_gateway::Association { gateway: gateway.map(Id::from), allowed_prefixes },
            );
        }
        for item in items.of(Kind::DxGateway) {
            let obj = items.object(item);
            let id = obj.id("directConnectGatewayId")?;
            let mut config = direct_connect_gateway::Config {
                associations: associations.remove(id).unwrap_or_default(),
                ..direct_connect_gateway::Config::default()
            };
            if let Some(asn) = obj.number("amazonSideAsn")? {
                config.asn = asn.to_string();
            }
            let name = obj.text("directConnectGatewayName")?.unwrap_or_default().to_owned();
            let config = Config::DirectConnectGateway(config);
            self.put(Node { id: Id::from(id), name, parent: None, config }, obj.file);
        }
        Ok(())
    }

    fn virtual_interface(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("virtualInterfaceId")?;
        let state = obj.text("virtualInterfaceState")?;
        if matches!(state, Some("deleting" | "deleted" | "rejected")) {
            return Ok(());
        }
        let gateway = match obj.text("directConnectGatewayId")? {
            Some(gateway) => Some(gateway),
            None => obj.text("virtualGatewayId")?,
        };
        // The customer's router is nowhere described: one box stands for it.
        let asn = obj.number("asn")?.map(|asn| asn.to_string());
        let site = self.site(&format!("as{}", asn.as_deref().unwrap_or("65000")));
        let router = Id::from(format!("{site}-router"));
        if !self.document.nodes.contains_key(&router) {
            self.join("Routers of virtual interfaces, drawn from their AS number", router.as_str());
            let config = customer_gateway::Config {
                asn: asn.clone().unwrap_or_else(|| customer_gateway::Config::default().asn),
                ..customer_gateway::Config::default()
            };
            self.document.put(Node {
                id: router.clone(),
                name: String::new(),
                parent: Some(site),
                config: Config::CustomerGateway(config),
            });
        }
        let mut config = virtual_interface::Config {
            interface_type: obj.text("virtualInterfaceType")?.unwrap_or("private").to_owned(),
            vlan: obj.number("vlan")?.and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
            gateway: gateway.map(Id::from),
            customer_gateway: Some(router),
            mtu: obj.number("mtu")?.and_then(|n| u32::try_from(n).ok()).unwrap_or(1500),
            sitelink: obj.flag("siteLinkEnabled")? == Some(true),
            ..virtual_interface::Config::default()
        };
        for prefix in obj.list("routeFilterPrefixes")? {
            if let Some(cidr) = prefix.text("cidr")? {
                config.announces.push(Advertisement { prefix: cidr.to_owned(), ..Advertisement::default() });
            }
        }
        let mut peers_up = None;
        for peer in obj.list("bgpPeers")? {
            let up = peer.text("bgpStatus")? != Some("down");
            peers_up = Some(peers_up.unwrap_or(false) || up);
        }
        if peers_up == Some(false) || state.is_some_and(|state| state != "available") {
            config.bgp = "down".to_owned();
        }
        let connection = obj.text("connectionId")?;
        let parent = match connection.filter(|id| self.document.nodes.contains_key(*id)) {
            Some(connection) => Id::from(connection),
            None => self.location(obj.text("location")?, obj.text("region")?),
        };
        let name = obj.text("virtualInterfaceName")?.unwrap_or_default().to_owned();
        let config = Config::VirtualInterface(config);
        self.put(Node { id: Id::from(id), name, parent: Some(parent), config }, obj.file);
        Ok(())
    }

    /// The node of a Direct Connect location, made when it is first needed.
    fn location(&mut self, code: Option<&str>, region: Option<&str>) -> Id {
        let code = code.unwrap_or("unknown");
        let id = Id::from(format!("dxloc-{code}"));
        if !self.document.nodes.contains_key(&id) {
            let region = region.filter(|code| self.has(code, "region")).map(Id::from);
            let config =
                direct_connect_location::Config { region, ..direct_connect_location::Config::default() };
            self.document.put(Node {
                id: id.clone(),
                name: code.to_owned(),
                parent: None,
                config: Config::DirectConnectLocation(config),
            });
        }
        id
    }

    /// A table that holds propagated routes of a gateway has propagation on; they are learned
    /// again here, so the rows of the dump go.
    fn propagating_gateways(&mut self) {
        let tables: Vec<Id> = self
            .document
            .nodes
            .values()
            .filter(|node| node.kind() == "route-table")
            .map(|node| node.id.clone())
            .collect();
        for id in tables {
            let Some(mut node) = self.document.nodes.get(&id).map(|node| (**node).clone()) else { continue };
            let Config::RouteTable(config) = &mut node.config else { continue };
            let mut gateways: IndexSet<Id> = IndexSet::new();
            for route in config.routes.iter().filter(|route| route.propagated) {
                if self.has(&route.target, "virtual-private-gateway") {
                    self.heard.entry(route.target.clone()).or_default().insert(route.destination.clone());
                    gateways.insert(Id::from(route.target.as_str()));
                }
            }
            let on = self.propagating.get(id.as_str()).into_iter().flatten();
            gateways.extend(on.filter(|gateway| self.has(gateway, "virtual-private-gateway")).cloned());
            if !gateways.is_empty() {
                config.routes.retain(|route| !(route.propagated && gateways.contains(route.target.as_str())));
                config.propagating_gateways = gateways.into_iter().collect();
                self.document.put(node);
            }
        }
    }

    /// What a site holds is nowhere described. It is what its connections list or announced, or,
    /// where nothing says that, what VPC routes send to its gateway and no VPC there holds.
    fn site_networks(&mut self) {
        let vpns: Vec<(Id, vpn_connection::Config)> = self
            .document
            .nodes
            .values()
            .filter_map(|node| match &node.config {
                Config::VpnConnection(config) => Some((node.id.clone(), config.clone())),
                _ => None,
            })
            .collect();
        let mut networks: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
        for (id, config) in &vpns {
            let site = config
                .customer_gateway
                .as_ref()
                .and_then(|cgw| self.document.nodes.get(cgw))
                .and_then(|cgw| cgw.parent.clone());
            let (Some(site), Some(gateway)) = (site, &config.gateway) else { continue };
            let into = networks.entry(site.clone()).or_default();
            into.extend(config.static_routes.iter().cloned());
            let told = [id, gateway].into_iter().filter_map(|id| self.heard.get(id.as_str()));
            let mut heard: Vec<String> = told.flatten().cloned().collect();
            if config.routing == "bgp" && heard.is_empty() {
                heard = self.assumed(gateway);
                let found = if heard.is_empty() { "none".to_owned() } else { heard.join(" ") };
                self.join(
                    "VPN connections whose site announces by BGP what the dump does not tell; its networks are taken to be those that VPC routes send there and no VPC holds, correct them on the site",
                    format!("{id}: {found}"),
                );
            }
            into.extend(heard);
        }
        for (site, found) in networks {
            let Some(mut node) = self.document.nodes.get(&site).map(|node| (**node).clone()) else {
                continue;
            };
            let Config::OnPremises(config) = &mut node.config else { continue };
            for network in found {
                match cells::cidr(&network) {
                    // A default route is announced, not held.
                    Some(net) if net.prefix_len() == 0 => {}
                    Some(net) if net.addr().is_ipv4() => config.networks.push(network),
                    Some(_) => config.ipv6_networks.push(network),
                    None => {}
                }
            }
            self.document.put(node);
        }
    }

    /// Destinations that VPC routes send to a gateway and that no VPC of the dump holds.
    fn assumed(&self, gateway: &Id) -> Vec<String> {
        let held: Vec<_> = self
            .document
            .nodes
            .values()
            .filter_map(|node| match &node.config {
                Config::Vpc(vpc) => Some(vpc.cidrs.iter().chain(&vpc.ipv6_cidrs)),
                _ => None,
            })
            .flatten()
            .filter_map(|cidr| cells::cidr(cidr))
            .collect();
        let mut found = BTreeSet::new();
        for node in self.document.nodes.values() {
            let Config::RouteTable(table) = &node.config else { continue };
            for route in table.routes.iter().filter(|route| route.target == gateway.as_str()) {
                let Some(net) = cells::cidr(&route.destination) else { continue };
                if net.prefix_len() > 0 && !held.iter().any(|vpc| vpc.contains(&net) || net.contains(vpc)) {
                    found.insert(route.destination.clone());
                }
            }
        }
        found.into_iter().collect()
    }
}

/// Outside address and inside block of each tunnel, from AWS's side of the device configuration.
/// Nothing else of it is looked at.
fn tunnels_of(xml: &str) -> Vec<(String, String)> {
    let between = |text: &str, tag: &str| -> Option<String> {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        let (inner, _) = rest.split_once(&format!("</{tag}>"))?;
        Some(inner.trim().chars().take(400).collect())
    };
    xml.split("<ipsec_tunnel>")
        .skip(1)
        .take(2)
        .filter_map(|tunnel| {
            let aws = tunnel.split_once("<vpn_gateway>")?.1;
            let outside = between(&between(aws, "tunnel_outside_address")?, "ip_address")?;
            let inside = between(aws, "tunnel_inside_address")?;
            let address: std::net::Ipv4Addr = between(&inside, "ip_address")?.parse().ok()?;
            // The block is the /30 around the address (VPN-19).
            let base = std::net::Ipv4Addr::from(u32::from(address) & !3);
            outside.parse::<std::net::IpAddr>().ok()?;
            Some((outside, format!("{base}/30")))
        })
        .collect()
}
