//! VPC peering, transit gateways: attachments, route tables, associations, propagations, routes.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::components::{transit_gateway, transit_gateway_route_table, vpc_peering_connection};
use hopscope_aws::{Config, Id, Node};
use indexmap::IndexSet;

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::Item;

impl<'a> Build<'a> {
    /// What joins VPCs.
    pub(super) fn transit(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::Peering) {
            self.peering(item)?;
        }
        for item in items.of(Kind::TransitGateway) {
            self.transit_gateway(item)?;
        }
        for kind in [Kind::VpcAttachment, Kind::Attachment, Kind::Connect] {
            for item in items.of(kind) {
                self.attachment(item)?;
            }
        }
        self.transit_tables()
    }

    fn peering(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("VpcPeeringConnectionId")?;
        let state = match obj.object("Status")? {
            Some(status) => status.text("Code")?.unwrap_or("active"),
            None => "active",
        };
        if matches!(state, "deleted" | "deleting") {
            self.gone.insert(id);
            return Ok(());
        }
        let side = |key: &str| -> Result<Option<Id>, ImportError> {
            Ok(match obj.object(key)? {
                Some(info) => info.text("VpcId")?.map(Id::from),
                None => None,
            })
        };
        let resolved = |key: &str| -> Result<bool, ImportError> {
            let Some(info) = obj.object(key)? else { return Ok(false) };
            let Some(options) = info.object("PeeringOptions")? else { return Ok(false) };
            Ok(options.flag("AllowDnsResolutionFromRemoteVpc")?.unwrap_or_default())
        };
        let dns_resolution = match (resolved("RequesterVpcInfo")?, resolved("AccepterVpcInfo")?) {
            (true, true) => "both",
            (true, false) => "requester",
            (false, true) => "accepter",
            (false, false) => "",
        };
        let config = vpc_peering_connection::Config {
            dns_resolution: dns_resolution.to_owned(),
            requester: side("RequesterVpcInfo")?,
            accepter: side("AccepterVpcInfo")?,
            state: if state == "provisioning" { "pending-acceptance" } else { state }.to_owned(),
        };
        for vpc in [&config.requester, &config.accepter].into_iter().flatten() {
            if !self.has(vpc, "vpc") {
                self.join("VPC peering connections to a VPC that is not in the dump", format!("{id}: {vpc}"));
            }
        }
        let parent = Some(self.region_of(item)?);
        let name = self.name(&obj, id)?;
        let config = Config::VpcPeeringConnection(config);
        // Both sides' Regions describe it.
        if !self.document.nodes.contains_key(id) {
            self.put(Node { id: Id::from(id), name, parent, config }, obj.file);
        }
        Ok(())
    }

    fn transit_gateway(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("TransitGatewayId")?;
        if matches!(obj.text("State")?, Some("deleted" | "deleting")) {
            self.gone.insert(id);
            return Ok(());
        }
        let mut config = transit_gateway::Config {
            // What is associated with and propagated to where is in the dump.
            default_association: false,
            default_propagation: false,
            ..transit_gateway::Config::default()
        };
        if let Some(options) = obj.object("Options")? {
            if let Some(asn) = options.number("AmazonSideAsn")? {
                config.asn = asn.to_string();
            }
            config.vpn_ecmp = options.text("VpnEcmpSupport")? != Some("disable");
            config.security_group_referencing =
                options.text("SecurityGroupReferencingSupport")? == Some("enable");
            config
                .cidr_blocks
                .extend(options.texts("TransitGatewayCidrBlocks")?.into_iter().map(str::to_owned));
        }
        let parent = Some(self.region_of(item)?);
        let name = self.name(&obj, id)?;
        self.put(Node { id: Id::from(id), name, parent, config: Config::TransitGateway(config) }, obj.file);
        Ok(())
    }

    /// The node of a transit gateway that something speaks of.
    fn transit_home(&mut self, item: &'a Item, tgw: &str) -> Result<Id, ImportError> {
        if !self.has(tgw, "transit-gateway") {
            let parent = Some(self.region_of(item)?);
            self.join("Transit gateways that are known from what is attached to them only", tgw);
            let config = Config::TransitGateway(transit_gateway::Config {
                default_association: false,
                default_propagation: false,
                ..transit_gateway::Config::default()
            });
            self.document.put(Node { id: Id::from(tgw), name: String::new(), parent, config });
        }
        Ok(Id::from(tgw))
    }

    /// One attachment; several outputs describe it, each with something of its own.
    fn attachment(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("TransitGatewayAttachmentId")?;
        if matches!(obj.text("State")?, Some("deleted" | "deleting" | "failed" | "rejected")) {
            self.join("Transit gateway attachments that are gone or never came up, which are left out", id);
            self.gone.insert(id);
            return Ok(());
        }
        let tgw = match obj.text("TransitGatewayId")? {
            Some(tgw) => Some(tgw),
            None => match obj.object("RequesterTgwInfo")? {
                Some(info) => info.text("TransitGatewayId")?,
                None => None,
            },
        };
        let known = match self.document.nodes.get(id).map(|node| &node.config) {
            Some(Config::TransitGatewayAttachment(config)) => Some(config.clone()),
            _ => None,
        };
        let first = known.is_none();
        let mut config = known.unwrap_or_default();
        if let Some(vpc) = obj.text("VpcId")? {
            config.resource = Some(Id::from(vpc));
        }
        let peer = match obj.object("AccepterTgwInfo")? {
            Some(info) => info.text("TransitGatewayId")?,
            None => None,
        };
        let transport = obj.text("TransportTransitGatewayAttachmentId")?;
        if let Some(resource) = transport.or(peer)
            && (first || transport.is_some())
        {
            config.resource = Some(Id::from(resource));
        }
        let kind = obj.text("ResourceType")?;
        if config.resource.is_none() && kind != Some("connect") {
            config.resource = obj.text("ResourceId")?.map(Id::from);
        }
        let mut subnets: IndexSet<Id> = config.subnets.into_iter().collect();
        subnets.extend(obj.texts("SubnetIds")?.into_iter().map(Id::from));
        config.subnets = subnets.into_iter().collect();
        if let Some(options) = obj.object("Options")? {
            config.appliance_mode |= options.text("ApplianceModeSupport")? == Some("enable");
            if options.text("SecurityGroupReferencingSupport")? == Some("disable") {
                config.security_group_referencing = false;
            }
        }
        if matches!(obj.text("State")?, Some("pendingAcceptance" | "initiatingRequest" | "initiating")) {
            config.state = "pending-acceptance".to_owned();
        }
        let association = match obj.object("Association")? {
            Some(found) => found.text("TransitGatewayRouteTableId")?,
            None => None,
        };
        if let Some(table) = association {
            self.associate(table, id);
        }
        if !first {
            let mut node = match self.document.nodes.get(id) {
                Some(node) => (**node).clone(),
                None => return Ok(()),
            };
            let own = self.name(&obj, id)?;
            if node.name.is_empty() {
                node.name = own;
            }
            node.config = Config::TransitGatewayAttachment(config);
            self.document.put(node);
            return Ok(());
        }
        let Some(tgw) = tgw else {
            return self.inert(item, "Transit gateway attachment", &["TransitGatewayAttachmentId"], None);
        };
        let parent = Some(self.transit_home(item, tgw)?);
        let name = self.name(&obj, id)?;
        let node = Node { id: Id::from(id), name, parent, config: Config::TransitGatewayAttachment(config) };
        self.put(node, obj.file);
        Ok(())
    }

    fn associate(&mut self, table: &str, attachment: &str) {
        self.associations.entry(table.to_owned()).or_default().insert(Id::from(attachment));
    }

    fn transit_tables(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        let files = self.tables_of_files();
        let mut propagations: BTreeMap<&str, IndexSet<Id>> = BTreeMap::new();
        let mut routes: BTreeMap<&str, Vec<Obj<'a>>> = BTreeMap::new();
        for item in items.of(Kind::TransitPropagations) {
            let obj = items.object(item);
            let table = obj.id("TransitGatewayRouteTableId")?;
            for row in obj.list("TransitGatewayRouteTablePropagations")? {
                add_propagation(propagations.entry(table).or_default(), &row)?;
            }
        }
        for item in items.of(Kind::TransitPropagation) {
            let obj = items.object(item);
            match table_of(item, &obj, &files) {
                Some(table) => add_propagation(propagations.entry(table).or_default(), &obj)?,
                None => self.nameless(&obj),
            }
        }
        for item in items.of(Kind::TransitAssociation) {
            let obj = items.object(item);
            let Some(attachment) = obj.text("TransitGatewayAttachmentId")? else { continue };
            match table_of(item, &obj, &files) {
                Some(table) => self.associate(table, attachment),
                None => self.nameless(&obj),
            }
        }
        for item in items.of(Kind::TransitRoutes) {
            let obj = items.object(item);
            routes.entry(obj.id("TransitGatewayRouteTableId")?).or_default().extend(obj.list("Routes")?);
        }
        for item in items.of(Kind::Route) {
            let obj = items.object(item);
            if obj.map.contains_key("ClientVpnEndpointId") {
                continue;
            }
            match table_of(item, &obj, &files) {
                Some(table) => routes.entry(table).or_default().push(obj),
                None => self.nameless(&obj),
            }
        }
        for item in items.of(Kind::TransitTable) {
            let obj = items.object(item);
            let id = obj.id("TransitGatewayRouteTableId")?;
            if matches!(obj.text("State")?, Some("deleted" | "deleting")) {
                continue;
            }
            let tgw = obj.id("TransitGatewayId")?;
            let mut config = transit_gateway_route_table::Config {
                default: obj.flag("DefaultAssociationRouteTable")? == Some(true),
                associations: self.associations.remove(id).unwrap_or_default().into_iter().collect(),
                propagations: propagations.remove(id).unwrap_or_default().into_iter().collect(),
                routes: Vec::new(),
            };
            let known = routes.remove(id);
            if known.is_none() {
                self.join(
                    "Transit gateway route tables without their static routes, taken to have none; `aws ec2 search-transit-gateway-routes --filters Name=type,Values=static,propagated` prints them",
                    id,
                );
            }
            for route in known.into_iter().flatten() {
                self.transit_route(&route, &mut config)?;
            }
            config.associations.retain(|id| !self.gone.contains(id.as_str()));
            config.propagations.retain(|id| !self.gone.contains(id.as_str()));
            let parent = Some(self.transit_home(item, tgw)?);
            let name = self.name(&obj, id)?;
            let config = Config::TransitGatewayRouteTable(config);
            self.put(Node { id: Id::from(id), name, parent, config }, obj.file);
        }
        Ok(())
    }

    fn transit_route(
        &mut self,
        route: &Obj<'a>,
        config: &mut transit_gateway_route_table::Config,
    ) -> Result<(), ImportError> {
        let destination = match route.text("DestinationCidrBlock")? {
            Some(cidr) => Some(cidr),
            None => route.text("PrefixListId")?,
        };
        let Some(destination) = destination else { return Ok(()) };
        let attachments = route.list("TransitGatewayAttachments")?;
        let via = match attachments.first() {
            Some(first) => first.text("TransitGatewayAttachmentId")?,
            None => None,
        };
        if route.text("Type")? == Some("propagated") {
            // What was announced by BGP is only known from here.
            for attachment in &attachments {
                let resource = attachment.text("ResourceId")?;
                // With its addresses behind it: `tgw-connect-peer-1(169.254.6.2 | 169.254.6.1)`.
                let resource = resource.map(|id| id.split('(').next().unwrap_or(id));
                let from = match attachment.text("ResourceType")? {
                    Some("vpn" | "direct-connect-gateway") => resource,
                    Some("connect") => match resource.filter(|id| id.starts_with("tgw-connect-peer-")) {
                        Some(peer) => Some(peer),
                        None => attachment.text("TransitGatewayAttachmentId")?,
                    },
                    _ => None,
                };
                if let Some(from) = from {
                    self.heard.entry(from.to_owned()).or_default().insert(destination.to_owned());
                }
            }
            return Ok(());
        }
        let target = match (route.text("State")?, via) {
            (Some("blackhole"), _) | (_, None) => "blackhole",
            (_, Some(via)) => via,
        };
        config.routes.push(transit_gateway_route_table::StaticRoute {
            destination: destination.to_owned(),
            target: target.to_owned(),
        });
        Ok(())
    }

    /// The table that the name of a file holds, for files that hold one.
    fn tables_of_files(&self) -> BTreeMap<&'a str, &'a str> {
        let items = self.items;
        let of = |table| items.object(table).map.get("TransitGatewayRouteTableId").and_then(|id| id.as_str());
        let tables: BTreeSet<&str> = items.of(Kind::TransitTable).iter().filter_map(of).collect();
        items.files.iter().filter_map(|file| Some((file.as_str(), table_in(file, &tables)?))).collect()
    }

    fn nameless(&mut self, obj: &Obj<'a>) {
        self.join(
            "Associations, propagations and routes whose transit gateway route table is not named; put the table's id into the file's name",
            obj.file,
        );
    }
}

fn add_propagation(into: &mut IndexSet<Id>, row: &Obj<'_>) -> Result<(), ImportError> {
    if matches!(row.text("State")?, Some("disabled" | "disabling")) {
        return Ok(());
    }
    into.extend(row.text("TransitGatewayAttachmentId")?.map(Id::from));
    Ok(())
}

/// The table that a row belongs to: named by itself, by what wraps it, or by the file.
fn table_of<'a>(item: &'a Item, obj: &Obj<'a>, files: &BTreeMap<&str, &'a str>) -> Option<&'a str> {
    let own = obj.map.get("TransitGatewayRouteTableId").and_then(|id| id.as_str());
    own.or(item.list.as_deref()).or_else(|| files.get(obj.file).copied())
}

/// The longest id of a table that a path holds.
fn table_in<'a>(path: &str, tables: &BTreeSet<&'a str>) -> Option<&'a str> {
    let ids = path.match_indices("tgw-rtb-").filter_map(|(at, _)| {
        let rest = path.get(at..)?;
        let plain = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        let most = rest.bytes().take(255).take_while(plain).count();
        (0..=most).rev().find_map(|end| tables.get(rest.get(..end)?).copied())
    });
    ids.max_by_key(|id| id.len())
}
