//! An EC2 instance: the host behind one or more network interfaces, and what it does with
//! packets that are not its own (router, NAT instance; PIPE-07, NAT-19, NAT-20).

use std::net::IpAddr;

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, LegKind, Outcome, Reason, ReasonSpec, Role, Severity, StateEvent, Visit,
    Where,
};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::components::{nat_gateway, network_interface, transit_gateway_attachment};
use crate::listener::{self, Listener};
use crate::network::{Eni, InstanceRole, Network};
use crate::pipeline::At;

record! {
    /// Configuration of an instance. Its parent is the subnet of its primary interface.
    pub struct Config {
        /// `running` or `stopped`.
        pub state: String = "running",
        /// Instance type (`t3.micro`); bounds the number of interfaces (LIM-56).
        pub instance_type: Option<String>,
        /// What it does with packets for others: `host` (nothing), `router`, `firewall` (a router that
        /// keeps state) or `nat` (a NAT instance).
        pub role: String = "host",
        /// Ports a NAT instance forwards inwards (NAT-20).
        pub port_forwards: Vec<PortForward>,
        /// What listens on it; everything if empty (PIPE-15).
        pub listeners: Vec<Listener>,
        /// Its connection-tracking table is full (SG-15).
        pub conntrack_full: bool,
        /// Its DHCPv6 client does not run: it knows no IPv6 address of its interfaces (ADDR-20).
        pub dhcpv6_stopped: bool => false,
    }
}

record! {
    /// One inward port forward of a NAT instance.
    pub struct PortForward {
        /// Port on the NAT instance.
        pub port: u16,
        /// Address it forwards to.
        pub to: String,
        /// Port it forwards to.
        pub to_port: u16,
    }
}

/// What an instance says about itself.
pub static SPEC: Spec = Spec {
    kind: "instance",
    name: "Instance",
    aws_type: Some("AWS::EC2::Instance"),
    id_prefix: "i",
    summary: "A virtual server; its network interfaces carry its addresses and security groups.",
    parents: &["subnet"],
    shape: Shape::Card,
    route_target: (true, true),
    endpoint: true,
    fields: &[
        Field::new("state", "State", FieldKind::Choice(&["running", "stopped"]), ""),
        Field::new(
            "instance_type",
            "Instance type",
            FieldKind::Text,
            "Bounds the number of network interfaces",
        ),
        Field::new(
            "role",
            "Role",
            FieldKind::Choice(&["host", "router", "firewall", "nat"]),
            "What it does with packets that are not its own",
        ),
        Field::new("port_forwards", "Port forwards", FieldKind::PortForwards, "NAT instances only"),
        Field::new("listeners", "Listeners", FieldKind::Rows(&listener::LISTENERS), listener::HELP),
        Field::new(
            "conntrack_full",
            "Connection tracking full",
            FieldKind::Flag,
            "New tracked flows are dropped",
        ),
        Field::new(
            "dhcpv6_stopped",
            "DHCPv6 client stopped",
            FieldKind::Flag,
            "The interfaces keep their IPv6 addresses, the system has none",
        ),
    ],
    failure: Some(crate::component::Failure { field: "state", down: "stopped", up: "running" }),
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
};

/// Only one direction of a flow passes a stateful appliance (RT-30).
pub static ASYMMETRIC_INSPECTION: ReasonSpec = ReasonSpec {
    code: "I_ASYMMETRIC_INSPECTION",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["RT-30"],
    docs: "https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html",
};

packet_reason! {
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/TroubleshootingInstancesConnecting.html",
    /// Nothing on the host listens at that address and port: the connection is refused (PIPE-15).
    NO_LISTENER, "X_NO_LISTENER", None, &["PIPE-15"]
}

/// Reasons an instance raises.
pub static REASONS: &[&ReasonSpec] = &[&ASYMMETRIC_INSPECTION, &NO_LISTENER];

/// Whether a NAT instance takes a packet addressed to itself as one to translate: a reply to a
/// binding, or a forwarded port (NAT-20).
pub(crate) fn translates(network: &Network, eni: Ix<Eni>, visit: &Visit<'_>) -> bool {
    let Some(instance) = network.enis[eni].instance.map(|ix| &network.instances[ix]) else {
        return false;
    };
    if instance.role != InstanceRole::Nat {
        return false;
    }
    answers(&network.enis[eni].id, visit).is_some()
        || instance.forwards.iter().any(|forward| visit.packet.destination_port() == Some(forward.port))
}

/// The binding of a NAT instance that the packet answers. An echo request answers nothing, though
/// its key looks the same from both ends (PIPE-14).
fn answers(owner: &hopscope_forward::Id, visit: &Visit<'_>) -> Option<usize> {
    let position = visit.state.position(owner, Role::Nat, true, &visit.packet.key())?;
    let outbound = visit.state.entries.get(position).is_some_and(|entry| !entry.inbound);
    (outbound && !nat_gateway::is_echo_request(&visit.packet)).then_some(position)
}

/// The appliance's own decision on a packet that is not for it (PIPE-07), then out again.
pub(crate) fn appliance(network: &Network, ix: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
    let eni = &network.enis[ix];
    let Some(instance) = eni.instance.map(|ix| &network.instances[ix]) else {
        return Outcome::Stopped;
    };
    let packet = visit.packet.clone();
    let at = || Where::new(SPEC.kind, &instance.id);
    let hop = Hop::new(SPEC.kind, &instance.id, "appliance", Decision::Forwarded, &packet).by(&["PIPE-07"]);
    match instance.role {
        InstanceRole::Host => {
            let reason = Reason::new(&network_interface::NO_POSSIBLE_DESTINATION, at())
                .fact("address", packet.destination)
                .fact("vpc", &instance.id);
            visit.deny(hop, reason);
            return Outcome::Stopped;
        }
        InstanceRole::Router => visit.record(hop),
        InstanceRole::Firewall => inspect(&eni.id, hop, at(), visit),
        InstanceRole::Nat => translate(network, ix, hop, at(), visit),
    }
    // TGW-27: what it learned in a Connect tunnel goes back into that tunnel.
    if let Some(outcome) =
        eni.instance.and_then(|instance| transit_gateway_attachment::from_appliance(network, instance, visit))
    {
        return outcome;
    }
    Outcome::Routed(At::SecurityGroupOut(ix))
}

/// A stateful firewall knows the flows it has seen open (RT-30, TGW-21).
pub(crate) fn inspect(owner: &hopscope_forward::Id, hop: Hop, at: Where, visit: &mut Visit<'_>) {
    let key = visit.packet.key();
    let known = visit.state.entries.iter().position(|entry| {
        entry.owner == *owner
            && entry.role == Role::Appliance
            && (entry.flow == key || entry.flow == key.reverse())
    });
    let evidence = |event| Evidence::State { event, flow: key.clone(), idle_limit: None };
    match (known, visit.leg) {
        (Some(_), _) => visit.record(hop.with(evidence(StateEvent::Used))),
        (None, LegKind::Return) => {
            let reason = Reason::new(&nat_gateway::STATE_MISSING, at).fact("flow", &visit.packet);
            visit.deny(hop.with(evidence(StateEvent::Missing)), reason);
        }
        (None, _) => {
            visit.record(hop.with(evidence(StateEvent::Created)));
            visit.remember(Entry::new(owner, Role::Appliance, key));
        }
    }
}

/// A NAT instance: out behind its own address, replies back, forwarded ports in (NAT-19, NAT-20).
fn translate(network: &Network, ix: Ix<Eni>, hop: Hop, at: Where, visit: &mut Visit<'_>) {
    let eni = &network.enis[ix];
    let Some(instance) = eni.instance.map(|ix| &network.instances[ix]) else { return };
    let packet = visit.packet.clone();
    let key = packet.key();
    let state = |event| Evidence::State { event, flow: key.clone(), idle_limit: None };
    if eni.owns(packet.destination) {
        if let Some(entry) = answers(&eni.id, visit).and_then(|n| visit.state.entries.get_mut(n)) {
            entry.replied = true;
            let flow = entry.flow.clone();
            let after = packet.with_destination(flow.source, flow.source_port);
            visit.record(hop.with(state(StateEvent::Used)).rewriting(&after));
            visit.packet = after;
        } else if let Some(forward) =
            instance.forwards.iter().find(|forward| packet.destination_port() == Some(forward.port))
        {
            let after = packet.with_destination(forward.to, forward.to_port);
            let known = visit.state.position(&eni.id, Role::Nat, true, &key).is_some();
            let event = if known { StateEvent::Used } else { StateEvent::Created };
            visit.record(hop.with(state(event)).rewriting(&after));
            if !known {
                visit.remember(Entry::new(&eni.id, Role::Nat, key).translated_to(after.key()).inbound(true));
            }
            visit.packet = after;
        }
        return;
    }
    // A reply from a forwarded port goes back under the instance's own address.
    if let Some(entry) = visit.state.entries.iter().find(|entry| {
        entry.owner == eni.id && entry.role == Role::Nat && entry.inbound && entry.translated.reverse() == key
    }) {
        let back = entry.flow.reverse();
        let after = packet.with_source(back.source, back.source_port);
        visit.record(hop.with(state(StateEvent::Used)).rewriting(&after));
        visit.packet = after;
        return;
    }
    if visit.leg == LegKind::Return {
        visit.deny(
            hop.with(state(StateEvent::Missing)),
            Reason::new(&nat_gateway::STATE_MISSING, at).fact("flow", &packet),
        );
        return;
    }
    let Some(IpAddr::V4(own)) =
        eni.address(hopscope_net::prefix::Family::V4).filter(|_| packet.source.is_ipv4())
    else {
        visit.record(hop);
        return;
    };
    let known =
        visit.state.position(&eni.id, Role::Nat, false, &key).and_then(|n| visit.state.entries.get(n));
    let event = if known.is_some() { StateEvent::Used } else { StateEvent::Created };
    let translated = match known {
        Some(entry) => entry.translated.clone(),
        None => nat_gateway::bind(&eni.id, own, &packet, visit.state),
    };
    let after = packet.with_source(IpAddr::V4(own), translated.source_port);
    visit.record(hop.with(state(event)).rewriting(&after));
    if event == StateEvent::Created {
        visit.remember(Entry::new(&eni.id, Role::Nat, key).translated_to(translated));
    }
    visit.packet = after;
}
