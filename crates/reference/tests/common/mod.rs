//! Engine and model side by side.

use std::net::IpAddr;

use hopscope_aws::{Document, Flow, Network};
use hopscope_forward::{Decision, Hop, Leg, LegKind, Trace, Verdict, Where};
use hopscope_reference::Answer;

/// Kinds that both sides report on the way.
const MET: [&str; 9] = [
    "network-acl",
    "route-table",
    "internet-gateway",
    "nat-gateway",
    "egress-only-internet-gateway",
    "vpc-peering-connection",
    "transit-gateway-route-table",
    "virtual-private-gateway",
    "vpn-connection",
];

/// What engine and model must agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub verdict: Verdict,
    pub code: Option<String>,
    pub leg: Option<LegKind>,
    /// Kind, who it is or acts for, direction.
    pub at: Option<(String, String, Option<String>)>,
    pub request: Option<(IpAddr, IpAddr)>,
    pub reply: Option<(IpAddr, IpAddr)>,
    pub forward: Vec<(String, String)>,
    pub back: Vec<(String, String)>,
}

/// The engine's answer; `None` where it refuses the question.
pub fn engine(network: &Network, flow: &Flow) -> Option<View> {
    let trace = hopscope_aws::trace(network, flow).ok()?;
    Some(view(&trace))
}

pub fn view(trace: &Trace) -> View {
    let leg = match trace.verdict {
        Verdict::Allowed => None,
        _ if trace.forward.verdict != Verdict::Allowed => Some(LegKind::Forward),
        _ => Some(LegKind::Return),
    };
    let forward_died = leg == Some(LegKind::Forward);
    View {
        verdict: trace.verdict,
        code: trace.reason.as_ref().map(|reason| reason.spec.code.to_owned()),
        leg,
        at: trace.reason.as_ref().map(|reason| who(&reason.at)),
        request: last_packet(&trace.forward),
        reply: if forward_died { None } else { last_packet(&trace.back) },
        forward: met(&trace.forward),
        back: if forward_died { Vec::new() } else { met(&trace.back) },
    }
}

fn who(at: &Where) -> (String, String, Option<String>) {
    let owner = match at.kind {
        // The owner tells which of its many uses it is.
        "security-group" | "network-acl" | "route-table" => at.owner.as_ref().unwrap_or(&at.id),
        _ => &at.id,
    };
    (at.kind.to_owned(), owner.to_string(), at.direction.map(str::to_owned))
}

fn real(leg: &Leg) -> impl DoubleEndedIterator<Item = &Hop> {
    leg.hops.iter().filter(|hop| !hop.counterfactual)
}

/// Addresses of the packet where the leg ended.
fn last_packet(leg: &Leg) -> Option<(IpAddr, IpAddr)> {
    let hop = real(leg).next_back()?;
    Some((hop.packet.source, hop.packet.destination))
}

fn met(leg: &Leg) -> Vec<(String, String)> {
    let mut met: Vec<(String, String)> = Vec::new();
    for hop in real(leg) {
        if MET.contains(&hop.kind) && hop.decision != Decision::Sent {
            let entry = (hop.kind.to_owned(), hop.id.to_string());
            met.push(entry);
        }
    }
    met.dedup();
    met
}

/// The model's answers in the same shape: several where AWS chooses by chance.
pub fn model(document: &Document, flow: &Flow) -> Vec<View> {
    hopscope_reference::answers(document, flow).iter().map(of_answer).collect()
}

fn of_answer(answer: &Answer) -> View {
    let path = |met: &[(&'static str, String)]| {
        let met = met.iter().filter(|(kind, _)| MET.contains(kind));
        let mut met: Vec<_> = met.map(|(kind, id)| ((*kind).to_owned(), id.clone())).collect();
        met.dedup();
        met
    };
    View {
        verdict: answer.verdict,
        code: answer.code.map(str::to_owned),
        leg: answer.leg,
        at: answer.at.as_ref().map(|at| {
            let who = at.owner.as_ref().unwrap_or(&at.id).clone();
            (at.kind.to_owned(), who, at.direction.map(str::to_owned))
        }),
        request: Some(answer.request),
        reply: answer.reply,
        forward: path(&answer.forward_path),
        back: path(&answer.return_path),
    }
}
