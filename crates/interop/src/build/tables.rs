//! Prefix lists and route tables.

use std::collections::BTreeMap;

use hopscope_aws::components::{prefix_list, route_table};
use hopscope_aws::{Config, Id, Node};

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;

/// Members of a route that may name its target, the most exact first.
const TARGETS: &[&str] = &[
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "VpcEndpointId",
    "CoreNetworkArn",
    "OdbNetworkArn",
    "GatewayId",
];

impl<'a> Build<'a> {
    /// Prefix lists, route tables, and which subnet uses which table.
    pub(super) fn tables(&mut self) -> Result<(), ImportError> {
        self.prefix_lists()?;
        for item in self.items.of(Kind::RouteTable) {
            let obj = self.items.object(item);
            self.route_table(&obj)?;
        }
        Ok(())
    }

    fn prefix_lists(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        let mut entries: BTreeMap<&str, Vec<prefix_list::Entry>> = BTreeMap::new();
        let listed: Vec<&str> = {
            let mut ids = Vec::new();
            for item in items.of(Kind::PrefixList) {
                ids.push(items.object(item).id("PrefixListId")?);
            }
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        for item in items.of(Kind::PrefixListEntry) {
            let obj = items.object(item);
            // The output names no list: a wrapper or the file's name must.
            let list =
                item.list.as_deref().or_else(|| listed.iter().copied().find(|id| obj.file.contains(id))).or(
                    match listed.as_slice() {
                        [only] => Some(*only),
                        _ => None,
                    },
                );
            match list {
                Some(list) => entries.entry(list).or_default().extend(entry(&obj)?),
                None => self.join(
                    "Prefix list entries whose list is not named; put the list's id into the file's name",
                    format!("{} in {}", obj.text("Cidr")?.unwrap_or("an entry"), obj.file),
                ),
            }
        }
        for item in items.of(Kind::PrefixList) {
            let obj = items.object(item);
            let id = obj.id("PrefixListId")?;
            let list_name = obj.text("PrefixListName")?.unwrap_or_default();
            let mut config = prefix_list::Config {
                max_entries: obj.number("MaxEntries")?.and_then(|n| u32::try_from(n).ok()),
                aws_managed: obj.text("OwnerId")? == Some("AWS") || list_name.starts_with("com.amazonaws."),
                ..prefix_list::Config::default()
            };
            for cidr in obj.texts("Cidrs")? {
                config
                    .entries
                    .push(prefix_list::Entry { cidr: cidr.to_owned(), ..prefix_list::Entry::default() });
            }
            for inner in obj.list("Entries")? {
                config.entries.extend(entry(&inner)?);
            }
            for more in entries.get(id).into_iter().flatten() {
                if !config.entries.iter().any(|have| have.cidr == more.cidr) {
                    config.entries.push(more.clone());
                }
            }
            // The same list comes from describe-prefix-lists and describe-managed-prefix-lists.
            if self.merge_prefix_list(id, &config) {
                continue;
            }
            let tag = self.name(&obj, id)?;
            let name = if tag.is_empty() { list_name.to_owned() } else { tag };
            let parent = Some(self.region_of(item)?);
            self.put(Node { id: Id::from(id), name, parent, config: Config::PrefixList(config) }, obj.file);
        }
        for id in listed {
            if let Some(Config::PrefixList(list)) = self.document.nodes.get(id).map(|node| &node.config)
                && list.entries.is_empty()
            {
                self.join("Prefix lists without entries in the dump; `aws ec2 get-managed-prefix-list-entries` prints them", id);
            }
        }
        Ok(())
    }

    fn merge_prefix_list(&mut self, id: &str, more: &prefix_list::Config) -> bool {
        let Some(node) = self.document.nodes.get(id).cloned() else { return false };
        let Config::PrefixList(have) = &node.config else { return false };
        let mut config = have.clone();
        config.max_entries = config.max_entries.or(more.max_entries);
        config.aws_managed |= more.aws_managed;
        if config.entries.is_empty() {
            config.entries.clone_from(&more.entries);
        }
        let mut merged = (*node).clone();
        merged.config = Config::PrefixList(config);
        self.document.put(merged);
        true
    }

    fn route_table(&mut self, obj: &Obj<'a>) -> Result<(), ImportError> {
        let id = obj.id("RouteTableId")?;
        let vpc = obj.id("VpcId")?;
        let mut config = route_table::Config::default();
        let mut subnets = Vec::new();
        for association in obj.list("Associations")? {
            if let Some(state) = association.object("AssociationState")?
                && !matches!(state.text("State")?, None | Some("associated" | "associating"))
            {
                continue;
            }
            config.main |= association.flag("Main")?.unwrap_or_default();
            subnets.extend(association.text("SubnetId")?);
            if let Some(gateway) = association.text("GatewayId")? {
                if config.gateway.is_none() {
                    config.gateway = Some(Id::from(gateway));
                } else {
                    self.join(
                        "Further gateways of a gateway route table, which are left out",
                        format!("{id} {gateway}"),
                    );
                }
            }
        }
        let own: Vec<&str> = match self.document.nodes.get(vpc).map(|node| &node.config) {
            Some(Config::Vpc(vpc)) => vpc.cidrs.iter().chain(&vpc.ipv6_cidrs).map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let mut routes = Vec::new();
        for route in obj.list("Routes")? {
            routes.extend(read_route(&route, &own)?);
        }
        config.routes = routes;
        for gateway in obj.list("PropagatingVgws")? {
            let into = self.propagating.entry(id.to_owned()).or_default();
            into.extend(gateway.text("GatewayId")?.map(Id::from));
        }
        let name = self.name(obj, id)?;
        let node =
            Node { id: Id::from(id), name, parent: Some(Id::from(vpc)), config: Config::RouteTable(config) };
        if self.put(node, obj.file) {
            for subnet in subnets {
                self.set_on_subnet(subnet, |config| config.route_table = Some(Id::from(id)));
            }
        }
        Ok(())
    }

    /// Changes the configuration of a subnet of the document.
    pub(super) fn set_on_subnet(
        &mut self,
        subnet: &str,
        change: impl FnOnce(&mut hopscope_aws::components::subnet::Config),
    ) {
        let Some(node) = self.document.nodes.get(subnet).cloned() else { return };
        let mut node = (*node).clone();
        if let Config::Subnet(config) = &mut node.config {
            change(config);
            self.document.put(node);
        }
    }
}

fn entry(obj: &Obj<'_>) -> Result<Option<prefix_list::Entry>, ImportError> {
    let description = obj.text("Description")?.unwrap_or_default().to_owned();
    Ok(obj.text("Cidr")?.map(|cidr| prefix_list::Entry { cidr: cidr.to_owned(), description }))
}

/// A route, unless it is one that every table of the VPC has by itself.
fn read_route(obj: &Obj<'_>, own: &[&str]) -> Result<Option<route_table::Route>, ImportError> {
    let destination = match obj.text("DestinationCidrBlock")? {
        Some(cidr) => Some(cidr),
        None => match obj.text("DestinationIpv6CidrBlock")? {
            Some(cidr) => Some(cidr),
            None => obj.text("DestinationPrefixListId")?,
        },
    };
    let Some(destination) = destination else {
        return Err(obj.wrong("", "the route has no destination"));
    };
    let mut target = None;
    for key in TARGETS {
        target = target.or(obj.text(key)?);
    }
    // A target of a kind that did not exist when this was written.
    if target.is_none() {
        target = obj.map.iter().find_map(|(key, value)| {
            let named = key.ends_with("Id") || key.ends_with("Arn");
            let about_target = !key.starts_with("Destination") && !key.ends_with("OwnerId");
            value.as_str().filter(|text| named && about_target && !text.is_empty())
        });
    }
    let origin = obj.text("Origin")?;
    let implied = match origin {
        Some(origin) => origin == "CreateRouteTable",
        None => own.contains(&destination),
    };
    if target == Some("local") && implied {
        return Ok(None);
    }
    Ok(Some(route_table::Route {
        destination: destination.to_owned(),
        target: target.unwrap_or_default().to_owned(),
        propagated: origin == Some("EnableVgwRoutePropagation"),
        blackhole: obj.text("State")? == Some("blackhole"),
    }))
}
