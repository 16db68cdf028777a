//! Regions, Availability Zones, VPCs, subnets, and stand-ins for those that are only referred to.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::components::{availability_zone, subnet, vpc};
use hopscope_aws::{Config, Id, Node};

use super::{Build, own_region};
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::region;

/// Kinds that live in a VPC.
const INSIDE: &[Kind] = &[
    Kind::Subnet,
    Kind::RouteTable,
    Kind::NetworkAcl,
    Kind::SecurityGroup,
    Kind::NetworkInterface,
    Kind::Instance,
    Kind::NatGateway,
];

impl<'a> Build<'a> {
    /// Regions with their zones, VPCs and subnets.
    pub(super) fn places(&mut self) -> Result<(), ImportError> {
        self.vpcs()?;
        let zone_names = self.zone_names()?;
        self.subnets(&zone_names)?;
        self.missing_subnets()
    }

    fn vpcs(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        let mut described = BTreeSet::new();
        for item in items.of(Kind::Vpc) {
            let obj = items.object(item);
            let id = obj.id("VpcId")?;
            described.insert(id);
            let mut config = vpc::Config::default();
            config.cidrs.extend(obj.text("CidrBlock")?.map(str::to_owned));
            for block in obj.list("CidrBlockAssociationSet")? {
                if let Some(cidr) = associated(&block, "CidrBlockState", "CidrBlock")?
                    && !config.cidrs.iter().any(|have| have == cidr)
                {
                    config.cidrs.push(cidr.to_owned());
                }
            }
            let mut amazons = true;
            for block in obj.list("Ipv6CidrBlockAssociationSet")? {
                if let Some(cidr) = associated(&block, "Ipv6CidrBlockState", "Ipv6CidrBlock")? {
                    config.ipv6_cidrs.push(cidr.to_owned());
                    amazons &= block.text("Ipv6Pool")? == Some("Amazon");
                }
            }
            if amazons && !config.ipv6_cidrs.is_empty() {
                config.ipv6_source = "amazon".to_owned();
            }
            let parent = Some(self.region_of(item)?);
            let name = self.name(&obj, id)?;
            self.put(Node { id: Id::from(id), name, parent, config: Config::Vpc(config) }, obj.file);
        }
        let blocks = self.blocks()?;
        for kind in INSIDE {
            for item in items.of(*kind) {
                let obj = items.object(item);
                let Some(id) = obj.text("VpcId")? else { continue };
                if described.insert(obj.id("VpcId")?) {
                    let parent = Some(self.region_of(item)?);
                    let config = vpc::Config {
                        cidrs: blocks.get(id).cloned().unwrap_or_default(),
                        ..vpc::Config::default()
                    };
                    self.join("VPCs that are referred to but not described; their blocks are taken from their local routes and subnets", id);
                    self.put(
                        Node { id: Id::from(id), name: String::new(), parent, config: Config::Vpc(config) },
                        obj.file,
                    );
                }
            }
        }
        Ok(())
    }

    /// The IPv4 blocks of VPCs by their local routes, else by their subnets.
    fn blocks(&self) -> Result<BTreeMap<&'a str, Vec<String>>, ImportError> {
        let mut blocks: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for item in self.items.of(Kind::RouteTable) {
            let table = self.items.object(item);
            let Some(vpc) = table.text("VpcId")? else { continue };
            for route in table.list("Routes")? {
                let local = route.text("GatewayId")? == Some("local")
                    && route.text("Origin")? == Some("CreateRouteTable");
                if let Some(cidr) = route.text("DestinationCidrBlock")?.filter(|_| local) {
                    let have = blocks.entry(vpc).or_default();
                    if !have.iter().any(|have| have == cidr) {
                        have.push(cidr.to_owned());
                    }
                }
            }
        }
        let routed: BTreeSet<&str> = blocks.keys().copied().collect();
        for item in self.items.of(Kind::Subnet) {
            let subnet = self.items.object(item);
            if let (Some(vpc), Some(cidr)) = (subnet.text("VpcId")?, subnet.text("CidrBlock")?)
                && !routed.contains(vpc)
            {
                blocks.entry(vpc).or_default().push(cidr.to_owned());
            }
        }
        Ok(blocks)
    }

    /// Zone names by zone id, and a remark on zones that hold nothing.
    fn zone_names(&mut self) -> Result<BTreeMap<&'a str, &'a str>, ImportError> {
        let items = self.items;
        let mut used = BTreeSet::new();
        for item in items.of(Kind::Subnet) {
            let obj = items.object(item);
            used.extend(obj.text("AvailabilityZone")?);
            used.extend(obj.text("AvailabilityZoneId")?);
        }
        let mut names = BTreeMap::new();
        for item in items.of(Kind::Zone) {
            let obj = items.object(item);
            let Some(name) = obj.text("ZoneName")? else { continue };
            let id = obj.text("ZoneId")?;
            if let Some(id) = id {
                names.insert(id, name);
            }
            if !used.contains(name) && !id.is_some_and(|id| used.contains(id)) {
                self.join("Availability Zones without a subnet, which are not drawn", name);
            }
        }
        Ok(names)
    }

    /// The node of a zone, made when it is first needed.
    pub(super) fn zone(&mut self, name: &str, parent: &Id) -> Option<Id> {
        let id = Id::from(name);
        if !self.document.nodes.contains_key(&id) {
            let config = Config::AvailabilityZone(availability_zone::Config::default());
            self.document.put(Node {
                id: id.clone(),
                name: name.to_owned(),
                parent: Some(parent.clone()),
                config,
            });
        }
        self.has(&id, "availability-zone").then_some(id)
    }

    fn subnets(&mut self, zones: &BTreeMap<&'a str, &'a str>) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::Subnet) {
            let obj = items.object(item);
            let id = obj.id("SubnetId")?;
            let vpc = obj.id("VpcId")?;
            let zone_id = obj.text("AvailabilityZoneId")?;
            let zone = obj
                .text("AvailabilityZone")?
                .or_else(|| zone_id.and_then(|id| zones.get(id).copied()))
                .or(zone_id);
            let region = match self.document.nodes.get(vpc).and_then(|node| node.parent.clone()) {
                Some(region) => region,
                None => self.region_of(item)?,
            };
            let mut config = subnet::Config {
                zone: zone.and_then(|zone| self.zone(zone, &region)),
                cidr: obj.text("CidrBlock")?.map(str::to_owned),
                auto_assign_public_ipv4: obj.flag("MapPublicIpOnLaunch")?.unwrap_or_default(),
                ..subnet::Config::default()
            };
            for block in obj.list("Ipv6CidrBlockAssociationSet")? {
                if let Some(cidr) = associated(&block, "Ipv6CidrBlockState", "Ipv6CidrBlock")? {
                    if config.ipv6_cidr.is_none() {
                        config.ipv6_cidr = Some(cidr.to_owned());
                    } else {
                        self.join(
                            "Further IPv6 blocks of a subnet, which are left out",
                            format!("{id} {cidr}"),
                        );
                    }
                }
            }
            let name = self.name(&obj, id)?;
            let parent = Some(Id::from(vpc));
            self.put(Node { id: Id::from(id), name, parent, config: Config::Subnet(config) }, obj.file);
        }
        Ok(())
    }

    /// Stand-ins for subnets that interfaces and gateways refer to.
    fn missing_subnets(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for kind in [Kind::NetworkInterface, Kind::Instance, Kind::NatGateway] {
            for item in items.of(kind) {
                let obj = items.object(item);
                let Some(id) = obj.text("SubnetId")? else { continue };
                if self.document.nodes.contains_key(id) {
                    continue;
                }
                let Some(vpc) = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc")) else { continue };
                let region = self.region_of(item)?;
                let zone = obj.map.get("AvailabilityZone").and_then(|zone| zone.as_str());
                let zone = zone.filter(|zone| own_region(&obj).is_ok() && region::prefix(zone).is_some());
                let config = subnet::Config {
                    zone: zone.and_then(|zone| self.zone(zone, &region)),
                    ..subnet::Config::default()
                };
                let id = obj.id("SubnetId")?;
                self.join(
                    "Subnets that are referred to but not described; they stand without an address block",
                    id,
                );
                let parent = Some(Id::from(vpc));
                self.put(
                    Node { id: Id::from(id), name: String::new(), parent, config: Config::Subnet(config) },
                    obj.file,
                );
            }
        }
        Ok(())
    }
}

/// A block whose association is, or is becoming, effective.
fn associated<'a>(block: &Obj<'a>, state: &str, cidr: &str) -> Result<Option<&'a str>, ImportError> {
    let effective = match block.object(state)? {
        None => true,
        Some(state) => matches!(state.text("State")?, None | Some("associated" | "associating")),
    };
    Ok(if effective { block.text(cidr)? } else { None })
}
