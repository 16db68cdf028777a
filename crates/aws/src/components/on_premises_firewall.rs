//! A firewall between a site's hosts and its routers: ordered rules, stateful or not.

use hopscope_forward::{
    Decision, Entry, Evidence, Hop, Id, Outcome, Reason, ReasonSpec, Role, RuleScan, StateEvent, Visit, Where,
};
use hopscope_net::Packet;

use crate::arena::Ix;
use crate::catalog::Part;
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::network_acl::{self, Rule};
use crate::components::on_premises::{self, Site};
use crate::components::{customer_gateway, network_interface};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::{self, Build};
use crate::network::{Acl, Network, Thing};
use crate::pipeline::At;

record! {
    /// Configuration of a firewall. Its parent is the site.
    pub struct Config {
        /// Keeps track of flows.
        pub stateful: bool = true,
        /// Rules for packets entering the site, by number; all allowed while empty.
        pub inbound: Vec<Rule>,
        /// Rules for packets leaving the site, by number; all allowed while empty.
        pub outbound: Vec<Rule>,
        /// Out of service.
        pub failed: bool,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "on-premises-firewall",
    name: "On-premises firewall",
    aws_type: None,
    id_prefix: "firewall",
    summary: "Filters what enters and leaves an on-premises site.",
    parents: &["on-premises"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("stateful", "Stateful", FieldKind::Flag, "Replies of known flows pass"),
        Field::new(
            "inbound",
            "Inbound rules",
            FieldKind::NetworkAclRules,
            "Everything is allowed while there are none",
        ),
        Field::new(
            "outbound",
            "Outbound rules",
            FieldKind::NetworkAclRules,
            "Everything is allowed while there are none",
        ),
        Field::new("failed", "Failed", FieldKind::Flag, ""),
    ],
    failure: Some(Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html",
};

packet_reason!(
    "https://docs.aws.amazon.com/vpn/latest/s2svpn/your-cgw.html",
    /// The site's own firewall did not admit the packet (VPN-23).
    DENIED, "X_ONPREM_FIREWALL_DENIED", None, &["VPN-23"]
);

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&DENIED];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct SiteFirewall {
    pub id: Id,
    pub site: Option<Ix<Site>>,
    pub stateful: bool,
    pub failed: bool,
    pub rules: Acl,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Leaving the site.
    Out(Ix<SiteFirewall>),
    /// Entering the site.
    In(Ix<SiteFirewall>),
}

impl Component for SiteFirewall {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let lists = network_acl::Config {
            default: false,
            inbound: config.inbound.clone(),
            outbound: config.outbound.clone(),
        };
        Some(Self {
            id: node.id.clone(),
            site: None,
            stateful: config.stateful,
            failed: config.failed,
            rules: lower::resolve_acl(node.id.clone(), &lists),
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Some(Thing::Part(Part::OnPremisesFirewall(ix))) = build.thing(&node.id) else { continue };
            let site = on_premises::around(build, &node.id);
            if let Some(firewall) = build.network.fabric.site_firewalls.get_mut(ix) {
                firewall.site = site;
            }
        }
    }

    fn visit(network: &Network, stage: Stage, visit: &mut Visit<'_>) -> Outcome<At> {
        let (ix, inbound) = match stage {
            Stage::Out(ix) => (ix, false),
            Stage::In(ix) => (ix, true),
        };
        if !judge(network, ix, inbound, visit) {
            return Outcome::Stopped;
        }
        let Some(site) = network.fabric.site_firewalls[ix].site else { return Outcome::Stopped };
        let chain = &network.fabric.sites[site].firewalls;
        let position = chain.iter().position(|other| *other == ix);
        let next = match inbound {
            true => position.and_then(|position| position.checked_sub(1)),
            false => position.map(|position| position + 1),
        };
        match (next.and_then(|next| chain.get(next)), inbound) {
            (Some(next), true) => Outcome::Next(Stage::In(*next).into()),
            (Some(next), false) => Outcome::Next(Stage::Out(*next).into()),
            (None, true) => Outcome::Next(on_premises::Stage::Local(site).into()),
            (None, false) => Outcome::Routed(customer_gateway::Stage::Out(site).into()),
        }
    }
}

/// By number, first match; nothing written allows everything; replies of known flows pass a
/// stateful one. Whether it works at all.
fn judge(network: &Network, ix: Ix<SiteFirewall>, inbound: bool, visit: &mut Visit<'_>) -> bool {
    let firewall = &network.fabric.site_firewalls[ix];
    let packet = visit.packet.clone();
    let direction = if inbound { "in" } else { "out" };
    let stage = if inbound { "on-premises-firewall-in" } else { "on-premises-firewall-out" };
    let hop = Hop::new(SPEC.kind, &firewall.id, stage, Decision::Allowed, &packet).by(&["VPN-23"]);
    let at = Where::new(SPEC.kind, &firewall.id).toward(direction);
    if firewall.failed {
        let reason = Reason::new(&network_interface::BAD_STATE, at)
            .fact("interface", &firewall.id)
            .fact("failed", "firewall");
        visit.deny(hop, reason);
        return false;
    }
    let state = |event| Evidence::State { event, flow: packet.key(), idle_limit: None };
    if firewall.stateful
        && visit.state.refresh(&firewall.id, Role::Appliance, inbound, &packet.key()).is_some()
    {
        visit.record(hop.with(state(StateEvent::Used)));
        return true;
    }
    let (scanned, allowed) = scan(firewall, inbound, &packet);
    let last = scanned.last().cloned();
    let mut hop = hop.with(Evidence::Rules { direction, scanned });
    if !allowed {
        let mut reason = Reason::new(&DENIED, at).fact("direction", direction).fact("packet", &packet);
        if let Some(last) = last {
            reason = reason.rule(last.label).fact("rule", last.rule);
        }
        visit.deny(hop, reason);
        return true;
    }
    if firewall.stateful {
        hop = hop.with(state(StateEvent::Created));
    }
    visit.record(hop);
    if firewall.stateful {
        visit.remember(Entry::new(&firewall.id, Role::Appliance, packet.key()).inbound(inbound));
    }
    true
}

fn scan(firewall: &SiteFirewall, inbound: bool, packet: &Packet) -> (Vec<RuleScan>, bool) {
    let (rules, peer) = if inbound {
        (&firewall.rules.inbound, packet.source)
    } else {
        (&firewall.rules.outbound, packet.destination)
    };
    if rules.is_empty() {
        let all = RuleScan {
            list: firewall.id.clone(),
            index: None,
            label: "*".to_owned(),
            rule: "allow all".to_owned(),
            missed: None,
        };
        return (vec![all], true);
    }
    network_acl::scan_rules(&firewall.id, rules, peer, packet)
}
