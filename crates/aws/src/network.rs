//! The resolved network: arenas and indexes that only lowering can build.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{Id, RouteCandidate, RouteLoss, RouteOrigin};
use hopscope_names::geo;
use hopscope_net::prefix::Family;
use hopscope_net::{IpNet, Ipv4Net, Ipv6Net, PortRange, Protocol};
use indexmap::IndexMap;

use crate::arena::{Arena, Ix};
use crate::block_public_access::{BlockMode, Exclusion};
use crate::catalog::{Fabric, Part};
use crate::components::health_check::Health;
use crate::components::vpc_peering_connection::Peering;
use crate::components::{customer_gateway, transit_gateway_route_table, virtual_private_gateway};
use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::fabric::Outside;
use crate::listener::Sockets;
use crate::places::Located;

/// A Region.
#[derive(Debug)]
pub(crate) struct Region {
    pub id: Id,
    /// Its code as names have it (`us-east-1`): the Region's name in lower case.
    pub code: String,
    /// VPC Block Public Access (BPA-01).
    pub block: BlockMode,
    /// Which of AWS's Regions it is, if it is called as one.
    pub aws: Option<&'static geo::Region>,
}

/// An Availability Zone.
#[derive(Debug)]
pub(crate) struct Zone {
    pub id: Id,
    /// Its name as names of endpoints have it (`us-east-1a`), in lower case.
    pub code: String,
    pub failed: bool,
}

/// A VPC with its resolved blocks and defaults.
#[derive(Debug)]
pub(crate) struct Vpc {
    pub id: Id,
    pub region: Option<Ix<Region>>,
    pub v4: Vec<Ipv4Net>,
    pub v6: Vec<Ipv6Net>,
    pub main_table: Ix<Table>,
    pub default_acl: Ix<Acl>,
    pub igw: Option<Ix<InternetGateway>>,
    pub eigw: Option<Ix<EgressOnly>>,
    /// Its subnets, in the document's order.
    pub subnets: Vec<Ix<Subnet>>,
    /// Its exclusion from Block Public Access (BPA-02).
    pub exclusion: Exclusion,
    pub dns: VpcDns,
}

/// What a VPC does about names.
#[derive(Debug)]
pub(crate) struct VpcDns {
    /// Its resolver answers (DNS-02).
    pub support: bool,
    /// DNS-03.
    pub hostnames: bool,
    /// Servers of its DHCP options; empty is AmazonProvidedDNS (DNS-17).
    pub servers: Vec<IpAddr>,
    /// DSEC-11.
    pub validates: bool,
    /// DNS-16.
    pub reverse: bool,
}

impl VpcDns {
    /// Private hosted zones and private names of endpoints are answered (DNS-03).
    pub fn private_names(&self) -> bool {
        self.support && self.hostnames
    }
}

impl Vpc {
    /// Whether an address lies in one of the VPC's own blocks.
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(a) => self.v4.iter().any(|net| net.contains(&a)),
            IpAddr::V6(a) => self.v6.iter().any(|net| net.contains(&a)),
        }
    }

    /// The resolver's address: base of the primary block plus two (ADDR-12).
    pub fn resolver(&self) -> Option<IpAddr> {
        self.v4.first().and_then(|net| hopscope_net::prefix::nth(&IpNet::V4(*net), 2))
    }
}

/// A subnet with its table and ACL.
#[derive(Debug)]
pub(crate) struct Subnet {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub zone: Option<Ix<Zone>>,
    pub v4: Option<Ipv4Net>,
    pub v6: Option<Ipv6Net>,
    pub table: Ix<Table>,
    pub acl: Ix<Acl>,
    /// Its exclusion from Block Public Access (BPA-02).
    pub exclusion: Exclusion,
    /// V6-04.
    pub dns64: bool,
}

impl Subnet {
    pub fn contains(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(a) => self.v4.is_some_and(|net| net.contains(&a)),
            IpAddr::V6(a) => self.v6.is_some_and(|net| net.contains(&a)),
        }
    }
}

/// What a route leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// Delivered inside the VPC.
    Local,
    /// An internet gateway of this VPC.
    Internet(Ix<InternetGateway>),
    /// An egress-only internet gateway of this VPC.
    EgressOnly(Ix<EgressOnly>),
    /// A NAT gateway of this VPC.
    Nat(Ix<Nat>),
    /// A network interface of this VPC, attached to a running instance.
    Interface(Ix<Eni>),
    /// Something the engine does not model.
    Inert(Ix<Inert>),
    /// A component that moves packets by itself.
    Part(Part),
    /// Nothing usable (RT-16).
    Blackhole,
}

/// One installed route: a prefix list gives one for each entry (PL-04).
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub destination: IpNet,
    pub target: Target,
    pub target_text: String,
    pub origin: RouteOrigin,
    pub list: Option<Id>,
    pub index: Option<usize>,
}

/// A route table with local routes implied.
#[derive(Debug)]
pub(crate) struct Table {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub routes: Vec<Route>,
    /// Routes that a gateway would propagate if the connection behind them were up (VPN-10).
    pub withdrawn: Vec<Withdrawn>,
}

/// A propagated route that is not there now.
#[derive(Clone, Debug)]
pub(crate) struct Withdrawn {
    pub destination: IpNet,
    /// The gateway that would propagate it.
    pub gateway: Id,
    /// The connection that is down.
    pub cause: Part,
}

/// Ports, or ICMP type and code, of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RulePorts {
    All,
    Range(PortRange),
    Icmp { kind: Option<u8>, code: Option<u8> },
}

/// Whom a security group rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Net(IpNet),
    List(Vec<IpNet>),
    Group(Ix<Group>),
}

/// A rule of a security group, or of an ACL (`allow` and `number` mean something there only).
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub index: usize,
    pub label: String,
    pub text: String,
    pub allow: bool,
    /// `None` where the text could not be resolved: it never matches.
    pub body: Option<RuleBody>,
}

/// The resolved part of a rule.
#[derive(Clone, Debug)]
pub(crate) struct RuleBody {
    pub protocol: Option<Protocol>,
    pub ports: RulePorts,
    pub peer: Peer,
}

/// A network ACL, rules in ascending number.
#[derive(Debug, Default)]
pub(crate) struct Acl {
    pub id: Option<Id>,
    pub inbound: Vec<Rule>,
    pub outbound: Vec<Rule>,
}

/// A security group.
#[derive(Debug)]
pub(crate) struct Group {
    pub id: Id,
    pub vpc: Option<Ix<Vpc>>,
    pub inbound: Vec<Rule>,
    pub outbound: Vec<Rule>,
}

/// A private IPv4 address and the public one that stands for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address4 {
    pub private: Ipv4Addr,
    pub public: Option<Ipv4Addr>,
}

/// A network interface.
#[derive(Debug)]
pub(crate) struct Eni {
    pub id: Id,
    pub subnet: Ix<Subnet>,
    pub instance: Option<Ix<Instance>>,
    pub v4: Vec<Address4>,
    pub v6: Vec<Ipv6Addr>,
    pub groups: Vec<Ix<Group>>,
    pub check: bool,
    /// An AWS service runs it.
    pub service: bool,
    /// A component that it belongs to: an endpoint, a load balancer, a Client VPN endpoint.
    pub part: Option<Part>,
}

impl Eni {
    pub fn owns(&self, address: IpAddr) -> bool {
        match address {
            IpAddr::V4(a) => self.v4.iter().any(|pair| pair.private == a),
            IpAddr::V6(a) => self.v6.contains(&a),
        }
    }

    /// Its first address, IPv4 if it has any.
    pub fn any_address(&self) -> Option<IpAddr> {
        self.address(Family::V4).or_else(|| self.address(Family::V6))
    }

    /// Its first address of a family.
    pub fn address(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.v4.first().map(|pair| IpAddr::V4(pair.private)),
            Family::V6 => self.v6.first().map(|a| IpAddr::V6(*a)),
        }
    }
}

/// What an instance does with packets that are not its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstanceRole {
    Host,
    Router,
    Firewall,
    Nat,
}

/// One inward port forward of a NAT instance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub port: u16,
    pub to: IpAddr,
    pub to_port: u16,
}

/// An instance.
#[derive(Debug)]
pub(crate) struct Instance {
    pub id: Id,
    pub running: bool,
    pub role: InstanceRole,
    pub forwards: Vec<Forward>,
    pub enis: Vec<Ix<Eni>>,
    pub conntrack_full: bool,
    /// Its system has no IPv6 address (ADDR-20).
    pub dhcpv6_stopped: bool,
    pub sockets: Sockets,
}

/// An internet gateway attached to a VPC.
#[derive(Debug)]
pub(crate) struct InternetGateway {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    /// Its gateway route table (RT-25).
    pub edge: Option<Ix<Table>>,
}

/// An egress-only internet gateway.
#[derive(Debug)]
pub(crate) struct EgressOnly {
    pub id: Id,
    pub vpc: Ix<Vpc>,
}

/// Which zones a NAT gateway serves (NAT-13, NAT-14).
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NatScope {
    Zonal(Ix<Subnet>),
    Regional,
    RegionalManual(Vec<Ix<Zone>>),
}

/// A NAT gateway.
#[derive(Debug)]
pub(crate) struct Nat {
    pub id: Id,
    pub vpc: Ix<Vpc>,
    pub scope: NatScope,
    pub private: Option<Ipv4Addr>,
    pub public: Option<Ipv4Addr>,
    pub available: bool,
    pub open_connections: u32,
    pub addresses: u32,
}

/// A host on the internet.
#[derive(Debug)]
pub(crate) struct Host {
    pub id: Id,
    /// DNS servers it asks, as written.
    pub dns_servers: Vec<IpAddr>,
    pub v4: Option<Ipv4Addr>,
    pub v6: Option<Ipv6Addr>,
    pub sockets: Sockets,
}

impl Host {
    pub fn address(&self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.v4.map(IpAddr::V4),
            Family::V6 => self.v6.map(IpAddr::V6),
        }
    }
}

/// Something drawn that is not modelled.
#[derive(Debug)]
pub(crate) struct Inert {
    pub id: Id,
}

/// Who owns a private address inside a VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Eni(Ix<Eni>),
    Nat(Ix<Nat>),
}

/// What an id of the document became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Zone(Ix<Zone>),
    Vpc(Ix<Vpc>),
    Subnet(Ix<Subnet>),
    Table(Ix<Table>),
    Acl(Ix<Acl>),
    Group(Ix<Group>),
    Eni(Ix<Eni>),
    Instance(Ix<Instance>),
    InternetGateway(Ix<InternetGateway>),
    EgressOnly(Ix<EgressOnly>),
    Nat(Ix<Nat>),
    Host(Ix<Host>),
    Internet,
    Inert(Ix<Inert>),
    Region(Ix<Region>),
    Part(Part),
}

/// Two VPCs, the lower index first.
pub(crate) type VpcPair = (Ix<Vpc>, Ix<Vpc>);

/// Everything of a document that could be resolved, and what could not.
#[derive(Debug, Default)]
pub struct Network {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) regions: Arena<Region>,
    pub(crate) zones: Arena<Zone>,
    pub(crate) vpcs: Arena<Vpc>,
    pub(crate) subnets: Arena<Subnet>,
    pub(crate) tables: Arena<Table>,
    pub(crate) acls: Arena<Acl>,
    pub(crate) groups: Arena<Group>,
    pub(crate) enis: Arena<Eni>,
    pub(crate) instances: Arena<Instance>,
    pub(crate) igws: Arena<InternetGateway>,
    pub(crate) eigws: Arena<EgressOnly>,
    pub(crate) nats: Arena<Nat>,
    pub(crate) hosts: Arena<Host>,
    pub(crate) inert: Arena<Inert>,
    pub(crate) fabric: Fabric,
    /// Peerings drawn between two VPCs.
    pub(crate) peered: BTreeMap<VpcPair, Vec<Ix<Peering>>>,
    pub(crate) index: IndexMap<Id, Thing>,
    pub(crate) private: BTreeMap<(Ix<Vpc>, IpAddr), Owner>,
    pub(crate) public: BTreeMap<Ipv4Addr, (Owner, Ipv4Addr)>,
    /// Elastic IP addresses, in use or not: none of them is anybody else's on the internet.
    pub(crate) elastic: BTreeSet<Ipv4Addr>,
    /// Addresses of components outside every VPC, in a private network or on the internet.
    pub(crate) ends: BTreeMap<IpAddr, (Part, Outside)>,
    /// Where hosts on the internet and components that move packets by themselves are on earth.
    pub(crate) located: BTreeMap<Id, Located>,
    /// What health checks say; empty until everything else is known.
    pub(crate) health: BTreeMap<Id, Health>,
    /// Interfaces that send more to link-local services than these answer (DNS-06).
    pub(crate) throttled: BTreeSet<Ix<Eni>>,
    /// What is known of names; made when the first question is asked.
    pub(crate) names: std::sync::OnceLock<crate::names::Names>,
    /// Names that AWS gives components; made when somebody looks one up.
    pub(crate) given: std::sync::OnceLock<crate::names::Given>,
}

/// A row of a table as packets see it, local routes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveRoute {
    /// Destination block.
    pub destination: IpNet,
    /// Id of the target, or `local`.
    pub target: String,
    /// Where the route came from.
    pub origin: RouteOrigin,
    /// The prefix list it came from.
    pub prefix_list: Option<Id>,
    /// Position in the table as authored.
    pub index: Option<usize>,
    /// Its target is unusable (RT-16).
    pub blackhole: bool,
    /// Attributes it was compared by (`AS_PATH 65001 65001, MED 100`).
    pub attributes: Option<String>,
    /// Why it is known and not installed; a better one hides it (TGW-10).
    pub lost: Option<RouteLoss>,
}

impl From<EffectiveRoute> for RouteCandidate {
    fn from(route: EffectiveRoute) -> Self {
        Self {
            destination: route.destination.to_string(),
            target: route.target,
            origin: route.origin,
            prefix_list: route.prefix_list,
            index: route.index,
            blackhole: route.blackhole,
            attributes: route.attributes,
            lost: route.lost,
        }
    }
}

impl Network {
    /// Resolves a document. Never fails: what cannot be resolved becomes a diagnostic.
    #[must_use]
    pub fn build(document: &Document) -> Self {
        crate::lower::lower(document)
    }

    /// What is wrong or worth telling about the drawing, in the document's order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Id of the route table that serves a subnet, explicit or main (RT-01). An implied main
    /// table has the id `<vpc>/main-route-table`.
    #[must_use]
    pub fn route_table_of(&self, subnet: &str) -> Option<&Id> {
        match self.index.get(subnet)? {
            Thing::Subnet(ix) => Some(&self.tables[self.subnets[*ix].table].id),
            _ => None,
        }
    }

    /// Id of the network ACL that serves a subnet, explicit or default (NACL-01). An implied
    /// default ACL has the id `<vpc>/default-acl`.
    #[must_use]
    pub fn network_acl_of(&self, subnet: &str) -> Option<&Id> {
        match self.index.get(subnet)? {
            Thing::Subnet(ix) => self.acls[self.subnets[*ix].acl].id.as_ref(),
            _ => None,
        }
    }

    /// The routes of a table as packets see them; an implied main table by its implied id. A
    /// transit gateway route table lists hidden runners-up too; an implied one has the id
    /// `<transit gateway>/default-route-table`.
    #[must_use]
    pub fn effective_routes(&self, table: &str) -> Vec<EffectiveRoute> {
        let ix = match self.index.get(table) {
            Some(Thing::Table(ix)) => ix,
            Some(Thing::Part(Part::TransitGatewayRouteTable(ix))) => {
                return transit_gateway_route_table::effective(self, *ix);
            }
            Some(Thing::Part(Part::CustomerGateway(ix))) => return customer_gateway::effective(self, *ix),
            Some(Thing::Part(Part::VirtualPrivateGateway(ix))) => {
                return virtual_private_gateway::effective(self, *ix);
            }
            _ => return Vec::new(),
        };
        self.tables[*ix]
            .routes
            .iter()
            .map(|route| EffectiveRoute {
                destination: route.destination,
                target: route.target_text.clone(),
                origin: route.origin,
                prefix_list: route.list.clone(),
                index: route.index,
                blackhole: route.target == Target::Blackhole,
                attributes: None,
                lost: None,
            })
            .collect()
    }

    /// Whether a subnet is public: its table has a route to an internet gateway (RT-04).
    #[must_use]
    pub fn is_public_subnet(&self, subnet: &str) -> bool {
        let Some(Thing::Subnet(ix)) = self.index.get(subnet) else {
            return false;
        };
        self.tables[self.subnets[*ix].table]
            .routes
            .iter()
            .any(|route| matches!(route.target, Target::Internet(_)))
    }

    /// Whether a subnet's table leads anywhere but its own VPC.
    #[must_use]
    pub fn is_isolated_subnet(&self, subnet: &str) -> bool {
        let Some(Thing::Subnet(ix)) = self.index.get(subnet) else {
            return true;
        };
        self.tables[self.subnets[*ix].table]
            .routes
            .iter()
            .all(|route| matches!(route.target, Target::Local | Target::Blackhole))
    }

    /// The public IPv4 address that stands for an interface's, instance's or NAT gateway's
    /// first private address, Elastic or auto-assigned.
    #[must_use]
    pub fn public_ip_of(&self, id: &str) -> Option<Ipv4Addr> {
        match self.index.get(id)? {
            Thing::Eni(ix) => self.enis[*ix].v4.iter().find_map(|pair| pair.public),
            Thing::Instance(ix) => self.instances[*ix]
                .enis
                .iter()
                .find_map(|eni| self.enis[*eni].v4.iter().find_map(|pair| pair.public)),
            Thing::Nat(ix) => self.nats[*ix].public,
            _ => None,
        }
    }

    pub(crate) fn subnet_of_address(&self, vpc: Ix<Vpc>, address: IpAddr) -> Option<Ix<Subnet>> {
        self.vpcs[vpc].subnets.iter().copied().find(|ix| self.subnets[*ix].contains(address))
    }

    pub(crate) fn vpc_of_eni(&self, eni: Ix<Eni>) -> Ix<Vpc> {
        self.subnets[self.enis[eni].subnet].vpc
    }

    /// An AWS service runs the interface, and its zone is up.
    pub(crate) fn serves(&self, eni: Ix<Eni>) -> bool {
        let eni = &self.enis[eni];
        eni.service && eni.instance.is_none() && !self.zone_failed(eni.subnet)
    }

    /// The instance is running and its zone is up (ADDR-29, NAT-13).
    pub(crate) fn alive(&self, eni: Ix<Eni>) -> bool {
        let eni = &self.enis[eni];
        eni.instance.is_some_and(|ix| self.instances[ix].running) && !self.zone_failed(eni.subnet)
    }

    pub(crate) fn zone_failed(&self, subnet: Ix<Subnet>) -> bool {
        self.subnets[subnet].zone.is_some_and(|zone| self.zones[zone].failed)
    }
}
