//! Both legs side by side, for flows whose reply takes another way than their request.

use hopscope_aws::Shape;
use hopscope_forward::LegKind;

use super::{Step, Story};

/// Something a leg passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its first step.
    pub step: usize,
    /// Its name.
    pub element: String,
    /// Its kind slug.
    pub kind: &'static str,
    /// It keeps track of flows and saw this leg only.
    pub alone: bool,
}

/// Whether a kind keeps track of the flows that pass it.
fn tracks(kind: &str) -> bool {
    matches!(
        kind,
        "instance"
            | "nat-gateway"
            | "network-firewall"
            | "network-firewall-endpoint"
            | "gateway-load-balancer"
            | "gateway-load-balancer-endpoint"
            | "on-premises-firewall"
            | "customer-gateway"
    )
}

/// What the legs pass, in order, where the trace says that they differ in what matters.
#[must_use]
pub fn both_ways(story: &Story) -> Option<[Vec<Passed>; 2]> {
    let told = story.hints.iter().any(|hint| hint.code == "I_ASYMMETRIC_INSPECTION");
    let missing = story.refusals.iter().any(|refusal| refusal.reason.code == "X_STATE_MISSING");
    if !told && !missing {
        return None;
    }
    let lost = |step: &Step| step.reason.as_ref().is_some_and(|reason| reason.code == "X_STATE_MISSING");
    let (forward, back) = (story.leg(LegKind::Forward), story.leg(LegKind::Return));
    let legs = [(forward, back), (back, forward)].map(|(steps, others)| {
        // The ends of a flow see both of its legs, whatever happens in between.
        let ends = [steps.first(), others.first()].map(|step| step.map(|step| &step.place));
        let mut out: Vec<Passed> = Vec::new();
        for step in steps {
            // Tables and filters are no places to be at.
            let table = hopscope_aws::spec(step.kind).is_some_and(|spec| spec.shape == Shape::Table);
            if table && !lost(step) {
                continue;
            }
            if out.last().is_some_and(|last| last.element == step.element && last.kind == step.kind) {
                continue;
            }
            let seen = others.iter().any(|other| other.id == step.id || other.place == step.place);
            let end = ends.contains(&Some(&step.place));
            let alone = lost(step) || tracks(step.kind) && !seen && !end;
            out.push(Passed { step: step.index, element: step.element.clone(), kind: step.kind, alone });
        }
        out
    });
    Some(legs)
}
