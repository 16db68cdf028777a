//! One packet after the other: the pipeline of section 1 between interfaces and tables.

use std::net::IpAddr;

use hopscope_aws::Flow;
use hopscope_forward::{LegKind, Verdict};

use crate::cells::{Header, ICMP, ICMPV6, TCP, UDP, address, is_resolver, is_service, protocol};
use crate::ends::{Start, far_addresses, start_at};
use crate::filter::{Direction, GroupAnswer, Identity};
use crate::route::Target;
use crate::world::{Interface, World};
use crate::{Answer, Place};

/// Who holds a packet when it has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// An interface, by id.
    Interface(String),
    /// Somewhere on the internet.
    Internet,
    /// A platform service, which answers on the spot (PIPE-04).
    Service,
    /// A host of an on-premises site.
    SiteHost(String),
    /// A service of AWS, reached by a gateway endpoint or over the internet.
    AwsService(String),
    /// A user of a Client VPN.
    Client(String),
}

/// How a packet came into the VPC it is in, where that decides anything (NAT-10, IGW-08).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Peering,
    TransitGateway,
    VirtualPrivateGateway,
}

/// Why and where a packet died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub verdict: Verdict,
    pub code: Option<&'static str>,
    pub at: Place,
}

impl Stop {
    /// PIPE-11.
    pub fn looped(at: Place) -> Self {
        Self { verdict: Verdict::Loop, code: Some("CYCLIC_PATH_DETECTED"), at }
    }
}

pub(crate) type Outcome = Result<End, Stop>;

pub(crate) fn place(kind: &'static str, id: impl Into<String>) -> Place {
    Place { kind, id: id.into(), owner: None, direction: None }
}

pub(crate) fn deny<T>(code: &'static str, at: Place) -> Result<T, Stop> {
    Err(Stop { verdict: Verdict::Denied, code: Some(code), at })
}

/// A flow a security group let through an interface (SG-09).
struct Tracked {
    interface: String,
    direction: Direction,
    packet: Header,
}

/// A flow a NAT gateway, NAT instance or firewall remembers, before and after its rewriting.
pub(crate) struct Binding {
    pub owner: String,
    pub before: Header,
    pub after: Header,
}

/// One leg under way, and everything remembered from the leg before.
pub(crate) struct Walk<'w, 'a> {
    pub world: &'w World<'a>,
    pub flow: &'w Flow,
    pub leg: LegKind,
    pub packet: Header,
    /// A middlebox has forwarded the packet: nobody can say which groups its sender has (SG-20).
    pub identity_lost: bool,
    /// The packet has been through a gateway of ours, so the internet at large may answer it.
    pub left_a_vpc: bool,
    tracked: Vec<Tracked>,
    pub bindings: Vec<Binding>,
    /// Flows that left by an egress-only gateway (EIGW-02).
    pub egress: Vec<(String, Header)>,
    pub path: Vec<(&'static str, String)>,
    /// Routing decisions made so far (PIPE-11).
    decisions: Vec<(String, Header)>,
    /// Subnets left through their ACL on this leg, and the packet's source as it stood there.
    pub left: Vec<(&'a str, IpAddr)>,
    /// The VPC the packet is in and how it came in, unless it began there.
    pub door: Option<(&'a str, Door)>,
    /// Transit gateway and its two attachments, where it was the last thing crossed (SG-19).
    pub over_tgw: Option<(&'a str, &'a str, &'a str)>,
    /// A Gateway Load Balancer endpoint has been passed on this leg (EIGW-08).
    pub after_gwlb: bool,
    /// NAT-12: requests of NAT gateways that crossed a peering.
    pub crossed: Vec<(&'a str, Header)>,
    /// TGW-20: attachments in appliance mode keep the zone of a flow.
    pub kept: Vec<(&'a str, Header, &'a str)>,
    /// The line by which a router sent a request (VPN-11).
    pub sent_by: Vec<(&'a str, String, Header)>,
    /// The line by which a router heard a request.
    pub came_by: Vec<(&'a str, String, Header)>,
    /// Flows that a firewall of a site knows.
    pub inspected: Vec<(&'a str, Header)>,
    /// Requests that went by a gateway endpoint.
    pub endpoints: Vec<(&'a str, Header)>,
    /// Bindings of load balancers whose request came by PrivateLink, and by which interface.
    pub private_links: Vec<(usize, &'a str)>,
    /// GWLB-08: load balancer, flow, appliance.
    pub appliances: Vec<(&'a str, Header, &'a str)>,
    /// Flows that a Network Firewall endpoint knows.
    pub firewalled: Vec<(&'a str, Header)>,
    /// PIPE-12: which of several equal ways to take, and which were taken of how many.
    script: Vec<usize>,
    made: Vec<(usize, usize)>,
    /// Bindings of load balancers that kept the client's address, and their nodes (LB-24).
    pub direct: Vec<(usize, String)>,
    /// Groups that a load balancer passes with a packet from that address (SG-21).
    pub spoken_for: Option<(Vec<&'a str>, IpAddr)>,
    /// It is a health check, which ends at whatever load balancer it meets.
    pub checking: bool,
}

/// Every answer that is right: where AWS chooses by chance, one for each choice (PIPE-12). Empty if
/// the flow names nothing.
pub(crate) fn answers(world: &World<'_>, flow: &Flow) -> Vec<Answer> {
    let mut found: Vec<Answer> = Vec::new();
    let mut script = Vec::new();
    for _ in 0..MOST_ANSWERS {
        let mut made = Vec::new();
        let Some(answer) = one_answer(world, flow, &script, &mut made) else { break };
        if !found.contains(&answer) {
            found.push(answer);
        }
        // The next choices in order, like counting.
        while made.last().is_some_and(|(chosen, of)| chosen + 1 >= *of) {
            made.pop();
        }
        let Some(last) = made.last_mut() else { break };
        last.0 += 1;
        script = made.iter().map(|(chosen, _)| *chosen).collect();
    }
    found
}

/// Most choices that are tried for one flow: more than any drawing of the tests has.
pub const MOST_ANSWERS: usize = 256;

fn one_answer(
    world: &World<'_>,
    flow: &Flow,
    script: &[usize],
    made: &mut Vec<(usize, usize)>,
) -> Option<Answer> {
    let (start, sources) = start_at(world, flow.from.trim())?;
    let outside = matches!(start, Start::Internet);
    let destinations = far_addresses(world, flow.to.trim(), outside)?;
    let one = |list: &[IpAddr], v4: bool| list.iter().copied().find(|a| a.is_ipv4() == v4);
    let both = |v4: bool| one(&sources, v4).is_some() && one(&destinations, v4).is_some();
    let stated = address(flow.to.trim());
    let v4 = match (stated, flow.family.as_deref()) {
        // Whatever is asked for, an address has the family it has.
        (Some(stated), _) => stated.is_ipv4(),
        (None, Some("ipv6")) => false,
        (None, Some("ipv4")) => true,
        _ => both(true) || (!both(false) && one(&destinations, true).is_some()),
    };
    let mismatch = |interface: &str, source: IpAddr, destination: IpAddr| {
        Some(Answer {
            verdict: Verdict::Denied,
            code: Some("X_ADDRESS_FAMILY_MISMATCH"),
            leg: Some(LegKind::Forward),
            at: Some(place("network-interface", interface)),
            request: (source, destination),
            reply: None,
            forward_path: Vec::new(),
            return_path: Vec::new(),
        })
    };
    let (source, destination) = match (one(&sources, v4), stated.or(one(&destinations, v4))) {
        (Some(source), Some(destination)) => (source, destination),
        // ADDR-19, V6-12: the sender has no address of the family that is called.
        (None, destination) => match &start {
            Start::Interface(interface)
                if destination.is_some()
                    || matches!(start_at(world, flow.to.trim()), Some((Start::Interface(_), _))) =>
            {
                return mismatch(
                    interface.id,
                    *sources.first()?,
                    destination.or(destinations.first().copied())?,
                );
            }
            _ => return None,
        },
        // V6-11: who is called has none.
        (source, None) => match start_at(world, flow.to.trim())? {
            (Start::Interface(interface), _) => {
                // Who cannot send at all does not learn that.
                if let Start::Interface(sender) = &start
                    && (!world.attached(sender) || world.zone_failed(sender.subnet))
                {
                    let at = place("network-interface", sender.id);
                    let nobody = if v4 { "0.0.0.0" } else { "::" };
                    return mismatch(sender.id, source?, address(nobody)?).map(|answer| Answer {
                        code: Some("BAD_STATE"),
                        at: Some(at),
                        ..answer
                    });
                }
                return mismatch(interface.id, source.or(sources.first().copied())?, *destinations.first()?);
            }
            _ => return None,
        },
    };
    let source = flow.spoofed_source.as_deref().and_then(address).unwrap_or(source);
    if let (Start::Interface(interface), true) = (&start, source.is_ipv4() != destination.is_ipv4()) {
        return mismatch(interface.id, source, destination);
    }
    let protocol = match protocol(&flow.protocol)? {
        // People say "icmp" for both.
        ICMP if destination.is_ipv6() => ICMPV6,
        other => other,
    };
    let ported = matches!(protocol, TCP | UDP);
    let first = Header {
        source,
        destination,
        protocol,
        source_port: if ported { flow.source_port.unwrap_or(40_000) } else { 0 },
        destination_port: if ported { flow.port.unwrap_or(0) } else { 0 },
        icmp: match protocol {
            ICMP => 8,
            ICMPV6 => 128,
            _ => 0,
        },
        fragment: flow.fragment,
        size: flow.size.unwrap_or(60),
    };
    let mut walk = Walk::new(world, flow, first);
    walk.script = script.to_vec();
    let outcome = match &start {
        Start::Interface(interface) => walk.start(interface),
        Start::Internet => walk.on_the_internet(),
        Start::SiteHost(host) => walk.site_host_sends(host),
        Start::AwsService(_) => walk.service_sends(),
        Start::Client(client) => walk.client_sends(client),
        Start::Endpoint(part) => walk.endpoint_sends(part),
    };
    made.clone_from(&walk.made);
    let request = walk.packet;
    let forward_path = std::mem::take(&mut walk.path);
    let answer = |outcome: Result<(), Stop>, leg, reply: Option<Header>, return_path| {
        let (verdict, code, at) = match outcome {
            Ok(()) => (Verdict::Allowed, None, None),
            Err(stop) => (stop.verdict, stop.code, Some(stop.at)),
        };
        Answer {
            verdict,
            code,
            leg: (verdict != Verdict::Allowed).then_some(leg),
            at,
            request: (request.source, request.destination),
            reply: reply.map(|packet| (packet.source, packet.destination)),
            forward_path,
            return_path,
        }
    };
    let end = match outcome {
        Err(stop) => return Some(answer(Err(stop), LegKind::Forward, None, Vec::new())),
        Ok(End::Service) => {
            let reply =
                walk.bindings.iter().find(|b| b.after == request).map_or(request, |b| b.before).reversed();
            return Some(answer(Ok(()), LegKind::Forward, Some(reply), Vec::new()));
        }
        Ok(end) => end,
    };
    // PIPE-05: the reply is a packet of its own, the reverse of what the responder saw.
    walk.turn_round(request.reversed());
    let outcome = match &end {
        End::SiteHost(id) => match world.site_host(id) {
            Some(host) => walk.site_host_sends(host.id),
            None => return None,
        },
        End::AwsService(_) => walk.service_sends(),
        End::Client(id) => match world.client(id) {
            Some(client) => walk.client_sends(client.id),
            None => return None,
        },
        End::Interface(id) => match world.interfaces.iter().find(|i| i.id == id.as_str()) {
            Some(interface) => walk.start(interface),
            None => return None,
        },
        End::Internet | End::Service => walk.on_the_internet(),
    };
    made.clone_from(&walk.made);
    let expected = |walk: &Walk<'_, '_>| walk.packet.flow() == first.reversed().flow();
    let outcome = outcome.and_then(|end| match (&start, end) {
        // A reply counts only with him who asked, and from whom was asked.
        (Start::Interface(asker), End::Interface(last)) if asker.id == last && expected(&walk) => Ok(()),
        (Start::Internet, End::Internet) if expected(&walk) => Ok(()),
        (Start::SiteHost(asker), End::SiteHost(last)) if *asker == last && expected(&walk) => Ok(()),
        (Start::AwsService(asker), End::AwsService(last)) if *asker == last && expected(&walk) => Ok(()),
        (Start::Client(asker), End::Client(last)) if *asker == last && expected(&walk) => Ok(()),
        // A user of a split tunnel has asked by his own line (CVPN-10).
        (Start::Client(_), End::Internet) if walk.bindings.is_empty() => Ok(()),
        (_, End::SiteHost(last)) => deny("X_STATE_MISSING", place("on-premises-host", last)),
        (_, End::AwsService(last)) => deny("X_STATE_MISSING", place("aws-service", last)),
        (_, End::Client(last)) => deny("X_STATE_MISSING", place("vpn-client", last)),
        (_, End::Interface(last)) => {
            let instance = world.interfaces.iter().find(|i| i.id == last).and_then(|i| i.instance);
            deny("X_STATE_MISSING", place("instance", instance.unwrap_or_default()))
        }
        _ => {
            let host = world.hosts.iter().find(|(_, list)| list.contains(&walk.packet.destination));
            let at =
                host.map_or(place("internet", world.internet_id()), |(id, _)| place("internet-host", *id));
            deny("X_STATE_MISSING", at)
        }
    });
    let reply = walk.packet;
    let return_path = std::mem::take(&mut walk.path);
    Some(answer(outcome, LegKind::Return, Some(reply), return_path))
}

impl<'w, 'a> Walk<'w, 'a> {
    /// A packet about to be sent by somebody who remembers nothing.
    pub fn new(world: &'w World<'a>, flow: &'w Flow, packet: Header) -> Self {
        Walk {
            world,
            flow,
            leg: LegKind::Forward,
            packet,
            identity_lost: false,
            left_a_vpc: false,
            tracked: Vec::new(),
            bindings: Vec::new(),
            egress: Vec::new(),
            path: Vec::new(),
            decisions: Vec::new(),
            left: Vec::new(),
            door: None,
            over_tgw: None,
            after_gwlb: false,
            crossed: Vec::new(),
            kept: Vec::new(),
            sent_by: Vec::new(),
            came_by: Vec::new(),
            inspected: Vec::new(),
            endpoints: Vec::new(),
            private_links: Vec::new(),
            appliances: Vec::new(),
            firewalled: Vec::new(),
            script: Vec::new(),
            made: Vec::new(),
            direct: Vec::new(),
            spoken_for: None,
            checking: false,
        }
    }

    /// The answer sets out: only what hops remember stays.
    pub fn turn_round(&mut self, reply: Header) {
        self.leg = LegKind::Return;
        self.packet = reply;
        self.identity_lost = false;
        self.left_a_vpc = false;
        self.decisions.clear();
        self.left.clear();
        self.door = None;
        self.over_tgw = None;
        self.after_gwlb = false;
        self.spoken_for = None;
    }

    /// Another packet makes the next choices.
    pub fn lend_choices(&mut self, other: &mut Self) {
        other.script = std::mem::take(&mut self.script);
        other.made = std::mem::take(&mut self.made);
    }

    /// And gives back what it made.
    pub fn take_choices(&mut self, other: Self) {
        self.script = other.script;
        self.made = other.made;
    }
}

impl<'a> Walk<'_, 'a> {
    pub fn met(&mut self, kind: &'static str, id: impl Into<String>) {
        self.path.push((kind, id.into()));
    }

    /// An interface sends a packet of its own (PIPE-01).
    pub fn start(&mut self, interface: &Interface<'a>) -> Outcome {
        self.serves(interface)?;
        if interface.check && !interface.addresses.contains(&self.packet.source) {
            return deny("ENI_SOURCE_DEST_CHECK_RESTRICTION", place("network-interface", interface.id)); // ADDR-26
        }
        let to = self.packet.destination;
        if is_service(to) || self.world.is_vpc_service(interface.vpc, to) {
            self.ask_service(interface, to)?;
            return Ok(End::Service); // PIPE-04
        }
        self.leave(interface)
    }

    /// Whether a service answers an interface: the resolver may be switched off (DNS-02), and all of
    /// them together take so many packets and no more (DNS-06).
    pub fn ask_service(&self, interface: &Interface<'a>, to: IpAddr) -> Result<(), Stop> {
        let world = self.world;
        let resolver = is_resolver(to) || world.is_resolver(interface.vpc, to);
        let service = resolver || is_service(to);
        if service && world.throttled.contains(&interface.id) {
            return deny("X_DNS_THROTTLED", place("network-interface", interface.id));
        }
        if resolver && world.silent.contains(&interface.vpc) {
            return deny("X_DNS_UNREACHABLE", place("resolver", "resolver"));
        }
        Ok(())
    }

    /// The instance behind an interface runs and its zone stands.
    fn serves(&self, interface: &Interface<'a>) -> Result<(), Stop> {
        if !self.world.attached(interface) || self.world.zone_failed(interface.subnet) {
            return deny("BAD_STATE", place("network-interface", interface.id));
        }
        Ok(())
    }

    /// Out of an interface: security group, then the subnet.
    pub fn leave(&mut self, interface: &Interface<'a>) -> Outcome {
        self.security_groups(interface, Direction::Out)?;
        if let Some(outcome) = self.back_to_node(interface) {
            return outcome;
        }
        self.out_of_subnet(interface.subnet)
    }

    /// From a device in a subnet towards the destination (PIPE-01, PIPE-03).
    pub fn out_of_subnet(&mut self, id: &'a str) -> Outcome {
        let world = self.world;
        let Some(subnet) = world.subnet(id) else {
            return deny("NO_POSSIBLE_DESTINATION", place("subnet", id));
        };
        if subnet.blocks.iter().any(|net| net.contains(&self.packet.destination)) {
            return self.hand_over(subnet.vpc, Some(id));
        }
        self.acl(id, Direction::Out)?;
        self.left.push((subnet.id, self.packet.source));
        let table = world.table_of(subnet);
        self.routed(&table, Some(id), None)
    }

    /// One routing decision by a subnet's table, or by the gateway route table of `edge`.
    pub fn routed(
        &mut self,
        table: &crate::route::Table<'a>,
        subnet: Option<&'a str>,
        edge: Option<&'a str>,
    ) -> Outcome {
        let mut at = place("route-table", table.id.clone());
        at.owner = subnet.or(edge).map(str::to_owned);
        self.met("route-table", table.id.clone());
        if self.goes_round(format!("{} {}", table.id, subnet.or(edge).unwrap_or(""))) {
            return Err(Stop::looped(at));
        }
        if let Some(pcx) = self.return_to_sender(table).filter(|_| self.leg == LegKind::Return) {
            return self.over_peering(pcx, table.vpc); // NAT-12
        }
        let Some((_, target)) = self.world.lookup(table, self.packet.destination) else {
            return deny("NO_ROUTE_TO_DESTINATION", at); // RT-15
        };
        match target {
            Target::Blackhole => deny("BAD_STATE_ROUTE", at), // RT-16
            Target::Local => self.hand_over(table.vpc, subnet),
            Target::InternetGateway(gateway) => {
                if self.leaves_past_the_middlebox(gateway, subnet) {
                    return deny("INGRESS_RTB_TRAFFIC_REDIRECTION", at); // RT-28
                }
                self.out_by_internet_gateway(gateway, table.vpc)
            }
            Target::EgressOnly(gateway) => self.out_by_egress_only(gateway, table.vpc),
            Target::Nat(nat) => self.enter_nat(nat, subnet),
            Target::Interface(id) => match self.world.interfaces.iter().find(|i| i.id == id) {
                Some(interface) => {
                    if let Some(gateway) = edge.filter(|id| self.world.vgw(id).is_none()) {
                        self.middlebox_is_public(gateway, interface)?;
                    }
                    self.enter_interface(interface, subnet)
                }
                None => deny("BAD_STATE_ROUTE", at),
            },
            Target::Peering(pcx) => self.over_peering(pcx, table.vpc),
            Target::TransitGateway(tgw) => self.enter_tgw(tgw, table.vpc, subnet, at),
            Target::VirtualPrivateGateway(vgw) => self.enter_vgw(vgw, table.vpc),
            Target::GatewayEndpoint(id) => self.enter_gateway_endpoint(id, table.vpc),
            Target::GwlbEndpoint(id) => self.enter_gwlb_endpoint(id, subnet),
            Target::FirewallEndpoint(id) => self.enter_firewall_endpoint(id, subnet),
            Target::Unmodelled(id) => {
                let code = Some("UNSUPPORTED_COMPONENT");
                Err(Stop { verdict: Verdict::Unknown, code, at: place("unmodelled", id) })
            }
        }
    }

    /// Whether this routing decision was already made for the same header (PIPE-11).
    pub fn goes_round(&mut self, key: String) -> bool {
        let decision = (key, self.packet);
        if self.decisions.contains(&decision) || self.decisions.len() > 64 {
            return true;
        }
        self.decisions.push(decision);
        false
    }

    /// One of several equal ways (PIPE-12).
    pub fn choose(&mut self, of: usize) -> usize {
        if of < 2 {
            return 0;
        }
        let chosen = self.script.get(self.made.len()).copied().unwrap_or(0);
        self.made.push((chosen, of));
        chosen
    }

    /// DNS-05: the resolver answers nobody outside its VPC.
    pub fn ask_resolver(&self, vpc: &str) -> Result<(), Stop> {
        if self.world.is_resolver(vpc, self.packet.destination) {
            return deny("X_RESOLVER_OUTSIDE_VPC", place("resolver", "resolver"));
        }
        Ok(())
    }

    /// To whoever owns the destination in this VPC; `from` is the subnet the packet comes from.
    pub fn hand_over(&mut self, vpc: &'a str, from: Option<&'a str>) -> Outcome {
        let world = self.world;
        let to = self.packet.destination;
        if !world.in_vpc(vpc, self.packet.source) {
            self.ask_resolver(vpc)?; // PCX-09, TGW-28
        }
        if let Some(interface) = world.interface_with(vpc, to) {
            return self.enter_interface(interface, from);
        }
        if let Some(nat) = world.nats.iter().find(|n| n.vpc == vpc && n.private == Some(to)) {
            return self.back_into_nat(nat.id, from);
        }
        deny("NO_POSSIBLE_DESTINATION", place("vpc", vpc)) // ADDR-13, ADDR-14
    }

    /// Into an interface, its own address or not (PIPE-02, PIPE-07).
    fn enter_interface(&mut self, interface: &Interface<'a>, from: Option<&'a str>) -> Outcome {
        if from != Some(interface.subnet) {
            self.acl(interface.subnet, Direction::In)?;
        }
        self.security_groups(interface, Direction::In)?;
        if interface.part.is_none() {
            self.serves(interface)?;
        }
        if interface.addresses.contains(&self.packet.destination) {
            if self.taken_by_nat_instance(interface) {
                return self.leave(interface);
            }
            if let Some(part) = interface.part {
                return self.receive(interface, part);
            }
            return Ok(End::Interface(interface.id.to_owned()));
        }
        if interface.check {
            return deny("ENI_SOURCE_DEST_CHECK_RESTRICTION", place("network-interface", interface.id));
        }
        self.through_appliance(interface)
    }

    /// The ACL of a subnet at its edge (NACL-04, NACL-06).
    pub fn acl(&mut self, id: &'a str, direction: Direction) -> Result<(), Stop> {
        let world = self.world;
        let Some(subnet) = world.subnet(id) else { return Ok(()) };
        let (acl, admitted) = world.acl_admits(subnet, direction, &self.packet);
        self.met("network-acl", acl.clone());
        if admitted {
            return Ok(());
        }
        let mut at = place("network-acl", acl);
        at.owner = Some(id.to_owned());
        at.direction = Some(direction.word());
        deny("SUBNET_ACL_RESTRICTION", at)
    }

    /// Security groups of an interface with their memory (SG-01 to SG-16).
    pub fn security_groups(&mut self, interface: &Interface<'a>, direction: Direction) -> Result<(), Stop> {
        self.met("security-group", interface.id);
        // A reply to what was admitted, or a later packet of the same flow (SG-09, SG-12).
        let answered = self.tracked.iter().any(|tracked| {
            let same = tracked.direction == direction;
            let packet = if same { self.packet } else { self.packet.reversed() };
            tracked.interface == interface.id && tracked.packet.flow() == packet.flow()
        });
        if answered && !self.waited_too_long() {
            return Ok(()); // SG-09
        }
        if self.is_group_free(interface) {
            return Ok(()); // PIPE-08
        }
        if interface.groups.is_empty() {
            // AWS always has one; without any, nothing is admitted, and no group is to blame.
            let mut at = place("network-interface", interface.id);
            at.direction = Some(direction.word());
            return deny("SG_HAS_NO_RULES", at);
        }
        let mut at = place("security-group", "");
        at.owner = Some(interface.id.to_owned());
        at.direction = Some(direction.word());
        let spoken_for = self.spoken_for.as_ref().filter(|(_, source)| {
            direction == Direction::In && *source == self.packet.source && self.over_tgw.is_none()
        });
        let identity = Identity {
            lost: self.identity_lost,
            over_tgw: self.over_tgw,
            spoken_for: spoken_for.map(|(groups, _)| groups.as_slice()),
        };
        match self.world.groups_admit(interface, direction, &self.packet, identity) {
            GroupAnswer::NotReferencing(at) => return deny("SG_REFERENCING_SUPPORT", at),
            GroupAnswer::NoRules => return deny("SG_HAS_NO_RULES", at),
            GroupAnswer::NoMatch => return deny("ENI_SG_RULES_MISMATCH", at),
            GroupAnswer::IdentityLost => return deny("SG_REFERENCES_NOT_PRESERVED", at),
            GroupAnswer::Admitted { open_to_all } => {
                let untracked = matches!(self.packet.protocol, TCP | UDP)
                    && open_to_all
                    && !self.always_tracked(interface, direction)
                    && self.world.groups_open(interface, direction.opposite(), &self.packet); // SG-10
                let full = interface
                    .instance
                    .and_then(|i| self.world.instance(i))
                    .is_some_and(|instance| instance.conntrack_full);
                // SG-15: new flows are dropped, and a reply is none.
                if full && !untracked && self.leg == LegKind::Forward {
                    return deny("X_CONNTRACK_EXHAUSTED", place("network-interface", interface.id));
                }
            }
        }
        let interface = interface.id.to_owned();
        self.tracked.push(Tracked { interface, direction, packet: self.packet });
        Ok(())
    }

    /// SG-11: flows through a NAT gateway or an egress-only gateway.
    fn always_tracked(&self, interface: &Interface<'a>, direction: Direction) -> bool {
        const TRACKED: [&str; 5] = [
            "nat-gateway",
            "egress-only-internet-gateway",
            "interface-endpoint",
            "network-load-balancer",
            "network-firewall-endpoint",
        ];
        if self.path.iter().any(|(kind, _)| TRACKED.contains(kind)) {
            return true;
        }
        let Some(subnet) = self.world.subnet(interface.subnet) else { return false };
        let to = self.packet.destination;
        direction == Direction::Out
            && !subnet.blocks.iter().any(|net| net.contains(&to))
            && matches!(
                self.world.lookup(&self.world.table_of(subnet), to),
                Some((_, Target::Nat(_) | Target::EgressOnly(_) | Target::FirewallEndpoint(_)))
            )
    }

    /// Whether the entry made by the request has expired by the time of the reply (SG-13, SG-14).
    fn waited_too_long(&self) -> bool {
        let limit = match self.packet.protocol {
            TCP => 432_000,
            UDP => 30,
            _ => 600,
        };
        self.leg == LegKind::Return && self.flow.reply_after.unwrap_or(0) > limit
    }
}
