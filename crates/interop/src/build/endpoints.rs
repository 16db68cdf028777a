//! VPC endpoints and the services behind them, Client VPN.

use std::collections::BTreeMap;

use hopscope_aws::components::{
    aws_service, client_vpn_endpoint, endpoint_service, gateway_endpoint, gateway_load_balancer_endpoint,
    interface_endpoint,
};
use hopscope_aws::{Config, Id, Node};

use super::Build;
use super::balancers::balancer;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::Item;

impl<'a> Build<'a> {
    /// Interfaces that belong to a transit gateway attachment, an endpoint or a load balancer are
    /// drawn with it, not by themselves.
    pub(super) fn fold_interfaces(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for (id, obj) in &self.interface_objects {
            if obj.text("InterfaceType")? == Some("transit_gateway") {
                self.drawn_with.insert(id, "");
            }
        }
        for item in items.of(Kind::Endpoint) {
            let obj = items.object(item);
            let endpoint = obj.id("VpcEndpointId")?;
            for eni in obj.texts("NetworkInterfaceIds")? {
                self.drawn_with.insert(eni, endpoint);
            }
        }
        let mut balancers: BTreeMap<&str, &str> = BTreeMap::new();
        for item in items.of(Kind::LoadBalancer) {
            let obj = items.object(item);
            if let (Some(_), Some(arn)) = (balancer(&obj)?, obj.text("LoadBalancerArn")?)
                && let Some((_, tail)) = arn.split_once(":loadbalancer/")
            {
                balancers.insert(tail, arn);
            }
        }
        for (id, obj) in &self.interface_objects {
            // `ELB net/api/50dc6c495c0c9188`: the end of the ARN.
            let about = obj.map.get("Description").and_then(|text| text.as_str()).unwrap_or_default();
            if let Some(arn) = about.strip_prefix("ELB ").and_then(|tail| balancers.get(tail)) {
                self.drawn_with.insert(id, arn);
                self.balancer_interfaces.entry(arn).or_default().push(id);
            }
        }
        Ok(())
    }

    /// Private doors to services.
    pub(super) fn endpoints(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for node in self.document.nodes.values().filter(|node| node.kind() == "prefix-list") {
            self.named_lists.entry(node.name.clone()).or_insert_with(|| node.id.clone());
        }
        self.load_balancers()?;
        for item in items.of(Kind::EndpointService) {
            self.endpoint_service(item)?;
        }
        for item in items.of(Kind::Endpoint) {
            self.endpoint(item)?;
        }
        self.client_vpn()
    }

    fn endpoint(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("VpcEndpointId")?;
        let state = match obj.text("State")? {
            None => "available",
            Some(state) if state.eq_ignore_ascii_case("available") => "available",
            Some(state) if state.eq_ignore_ascii_case("pendingacceptance") => "pending-acceptance",
            Some(state) if state.eq_ignore_ascii_case("rejected") => "rejected",
            Some(state) if state.to_ascii_lowercase().starts_with("delet") => {
                self.gone.insert(id);
                return Ok(());
            }
            Some(_) => "failed",
        };
        let vpc = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc")).map(Id::from);
        let name = self.name(&obj, id)?;
        let service = obj.text("ServiceName")?.unwrap_or_default();
        let kind = obj.text("VpcEndpointType")?.unwrap_or("Gateway");
        let (parent, config) = match (kind, vpc) {
            ("Gateway", Some(vpc)) => {
                let config = gateway_endpoint::Config {
                    service: self.service(item, service)?,
                    route_tables: obj.texts("RouteTableIds")?.into_iter().map(Id::from).collect(),
                    ip_address_type: obj.text("IpAddressType")?.unwrap_or("ipv4").to_owned(),
                    state: if state == "available" { state } else { "failed" }.to_owned(),
                    ..gateway_endpoint::Config::default()
                };
                (vpc, Config::GatewayEndpoint(config))
            }
            ("Interface", Some(vpc)) => {
                let mut config = interface_endpoint::Config {
                    service: self.service(item, service)?,
                    private_dns: obj.flag("PrivateDnsEnabled")? == Some(true),
                    state: state.to_owned(),
                    ..interface_endpoint::Config::default()
                };
                for group in obj.list("Groups")? {
                    config.security_groups.extend(group.text("GroupId")?.map(Id::from));
                }
                for eni in obj.texts("NetworkInterfaceIds")? {
                    config.interfaces.extend(self.endpoint_interface(eni)?);
                }
                if config.interfaces.is_empty() {
                    for subnet in obj.texts("SubnetIds")? {
                        self.join(
                            "Interface endpoints whose interfaces are not in the dump, so their addresses are unknown",
                            id,
                        );
                        config.interfaces.push(interface_endpoint::Interface {
                            subnet: Some(Id::from(subnet)),
                            ..interface_endpoint::Interface::default()
                        });
                    }
                }
                (vpc, Config::InterfaceEndpoint(config))
            }
            ("GatewayLoadBalancer", Some(_)) => {
                let subnet = obj.texts("SubnetIds")?.into_iter().find(|subnet| self.has(subnet, "subnet"));
                let Some(subnet) = subnet else {
                    return self.inert(item, "VPC endpoint", &["VpcEndpointId"], None);
                };
                let config = gateway_load_balancer_endpoint::Config {
                    service: self.service(item, service)?,
                    state: state.to_owned(),
                    ..gateway_load_balancer_endpoint::Config::default()
                };
                (Id::from(subnet), Config::GatewayLoadBalancerEndpoint(config))
            }
            _ => return self.inert(item, "VPC endpoint", &["VpcEndpointId"], None),
        };
        if obj.text("PolicyDocument")?.is_some_and(restricts) {
            self.join("Endpoint policies that do not allow everything; they are not read, so requests are taken to be allowed", id);
        }
        self.put(Node { id: Id::from(id), name, parent: Some(parent), config }, obj.file);
        Ok(())
    }

    pub(super) fn endpoint_interface(
        &self,
        eni: &str,
    ) -> Result<Option<interface_endpoint::Interface>, ImportError> {
        let Some(obj) = self.interface_objects.get(eni) else { return Ok(None) };
        let mut row = interface_endpoint::Interface {
            subnet: obj.text("SubnetId")?.map(Id::from),
            address: obj.text("PrivateIpAddress")?.unwrap_or_default().to_owned(),
            ..interface_endpoint::Interface::default()
        };
        for address in obj.list("Ipv6Addresses")? {
            row.ipv6 = address.text("Ipv6Address")?.unwrap_or_default().to_owned();
        }
        if let Some(association) = obj.object("Association")? {
            row.public_ip = association.text("PublicIp")?.unwrap_or_default().to_owned();
        }
        Ok(Some(row))
    }

    /// The node of a service by its name: an endpoint service of this dump, or one of AWS's.
    fn service(&mut self, item: &'a Item, name: &str) -> Result<Option<Id>, ImportError> {
        if name.is_empty() {
            return Ok(None);
        }
        if let Some((_, id)) = name.rsplit_once('.').filter(|(_, id)| self.has(id, "endpoint-service")) {
            return Ok(Some(Id::from(id)));
        }
        let id: Id = Id::from(name.chars().take(255).collect::<String>());
        if !self.document.nodes.contains_key(&id) {
            let short = name.rsplit('.').next().unwrap_or(name);
            let config = aws_service::Config {
                service: short.to_owned(),
                prefix_list: self.named_lists.get(name).cloned(),
                ..aws_service::Config::default()
            };
            let parent = Some(self.region_of(item)?);
            self.document.put(Node {
                id: id.clone(),
                name: short.to_owned(),
                parent,
                config: Config::AwsService(config),
            });
        }
        Ok(self.has(&id, "aws-service").then_some(id))
    }

    fn endpoint_service(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("ServiceId")?;
        let mut balancers = obj.texts("NetworkLoadBalancerArns")?;
        balancers.extend(obj.texts("GatewayLoadBalancerArns")?);
        let balancer = balancers.first().and_then(|arn| self.balancers.get(*arn)).cloned();
        if balancer.is_none() {
            self.join("Endpoint services whose load balancer is not in the dump", id);
        }
        let parent = match balancer.as_ref().and_then(|id| self.document.nodes.get(id)) {
            Some(node) => node.parent.clone(),
            None => Some(self.region_of(item)?),
        };
        let config = endpoint_service::Config {
            load_balancer: balancer,
            acceptance_required: obj.flag("AcceptanceRequired")? != Some(false),
            ..endpoint_service::Config::default()
        };
        let name = self.name(&obj, id)?;
        let node = Node { id: Id::from(id), name, parent, config: Config::EndpointService(config) };
        self.put(node, obj.file);
        Ok(())
    }

    /// Rows of one kind by the Client VPN endpoint that they name.
    fn client_vpn_rows(&self, kind: Kind) -> Result<BTreeMap<&'a str, Vec<Obj<'a>>>, ImportError> {
        let items = self.items;
        let mut rows: BTreeMap<&str, Vec<Obj<'a>>> = BTreeMap::new();
        for item in items.of(kind) {
            let obj = items.object(item);
            if let Some(id) = obj.text("ClientVpnEndpointId")? {
                rows.entry(id).or_default().push(obj);
            }
        }
        Ok(rows)
    }

    fn client_vpn(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        let mut targets = self.client_vpn_rows(Kind::ClientVpnTarget)?;
        let mut rules = self.client_vpn_rows(Kind::ClientVpnRule)?;
        let mut routes = self.client_vpn_rows(Kind::Route)?;
        for item in items.of(Kind::ClientVpn) {
            let obj = items.object(item);
            let id = obj.id("ClientVpnEndpointId")?;
            if self.has(id, "client-vpn-endpoint") {
                // Its rows are with the first one: reading them again for each would take for ever.
                self.join(
                    "Client VPN endpoints that are described more than once; the first description is kept",
                    id,
                );
                continue;
            }
            let state = match obj.object("Status")? {
                Some(status) => status.text("Code")?,
                None => None,
            };
            if matches!(state, Some("deleting" | "deleted")) {
                continue;
            }
            let mut config = client_vpn_endpoint::Config {
                client_cidr: obj.text("ClientCidrBlock")?.unwrap_or_default().to_owned(),
                split_tunnel: obj.flag("SplitTunnel")? == Some(true),
                security_groups: obj.texts("SecurityGroupIds")?.into_iter().map(Id::from).collect(),
                dns_servers: obj.texts("DnsServers")?.into_iter().map(str::to_owned).collect(),
                transport: obj.text("TransportProtocol")?.unwrap_or("udp").to_owned(),
                ..client_vpn_endpoint::Config::default()
            };
            if let Some(arn) = obj.text("ServerCertificateArn")? {
                arn.rsplit('/').next().unwrap_or(arn).clone_into(&mut config.server_certificate);
            }
            if let Some(port) = obj.number("VpnPort")?.and_then(|n| u32::try_from(n).ok()) {
                config.port = port;
            }
            for target in targets.remove(id).unwrap_or_default() {
                config.associations.push(client_vpn_endpoint::Association {
                    subnet: target.text("TargetNetworkId")?.map(Id::from),
                    ..client_vpn_endpoint::Association::default()
                });
            }
            for rule in rules.remove(id).unwrap_or_default() {
                config.authorization_rules.push(client_vpn_endpoint::AuthorizationRule {
                    destination: rule.text("DestinationCidr")?.unwrap_or_default().to_owned(),
                    group: rule.text("GroupId")?.unwrap_or_default().to_owned(),
                });
            }
            for route in routes.remove(id).unwrap_or_default() {
                if route.text("Origin")? != Some("associate") {
                    config.routes.push(client_vpn_endpoint::ClientRoute {
                        destination: route.text("DestinationCidr")?.unwrap_or_default().to_owned(),
                        target: route.text("TargetSubnet")?.unwrap_or_default().to_owned(),
                    });
                }
            }
            let vpc = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc")).map(Id::from);
            let parent = match vpc {
                Some(vpc) => vpc,
                None => self.region_of(item)?,
            };
            let name = self.name(&obj, id)?;
            let config = Config::ClientVpnEndpoint(config);
            self.put(Node { id: Id::from(id), name, parent: Some(parent), config }, obj.file);
        }
        Ok(())
    }
}

/// Whether a policy document is anything but the default one, which allows everything.
fn restricts(policy: &str) -> bool {
    let plain: String = policy.chars().filter(|c| !c.is_whitespace()).collect();
    let open = ["\"Action\":\"*\"", "\"Effect\":\"Allow\"", "\"Resource\":\"*\""];
    plain.contains("\"Deny\"") || !open.iter().all(|part| plain.contains(part)) || plain.contains("Condition")
}
