//! From a set-up procedure to its sequence.

use hopscope_aws::exchange::{Act, Party, Phase, Procedure, Role};
use hopscope_aws::{Document, Id};

use super::{Builder, GroupKind, Message, Sequence};
use crate::text::{self, sequences as words};

pub(super) fn sequence(document: &Document, told: &Procedure) -> Sequence {
    let called = |id: &str| {
        let owner = id.split('/').next().unwrap_or(id);
        document.node(id).or_else(|| document.node(owner)).map_or(id, |node| node.label()).to_owned()
    };
    let mut builder = Builder::new(words::procedure_title(told.topic, &called(&told.subject)));
    let parties: Vec<usize> = told
        .parties
        .iter()
        .map(|party| {
            let (id, kind) = identity(party);
            let label = match &party.id {
                Some(id) => called(id),
                None => words::role(party.role, party.kind).to_owned(),
            };
            builder.participant(&id, kind, || label)
        })
        .collect();
    let mut phase: Option<&Phase> = None;
    for act in &told.acts {
        if phase != Some(&act.phase) {
            phase = Some(&act.phase);
            builder.group(kind(&act.phase), words::phase(&act.phase));
        }
        let (Some(from), Some(to)) = (parties.get(act.from), parties.get(act.to)) else { continue };
        builder.say(message(act, *from, *to, &called));
    }
    let summary = match &told.reason {
        None => words::procedure_works(told.topic, &called(&told.subject)),
        Some(reason) => text::reason_sentence_with(reason, &called),
    };
    builder.end(summary)
}

fn message(act: &Act, from: usize, to: usize, called: &dyn Fn(&str) -> String) -> Message {
    let (text, notes) = words::act(&act.what, act.response, called);
    Message {
        from,
        to,
        text,
        notes,
        response: act.response,
        refusal: act.stopped.as_ref().map(|reason| text::reason_sentence_with(reason, called)),
        step: None,
        counterfactual: act.would,
    }
}

fn identity(party: &Party) -> (Id, &'static str) {
    let kind = match party.role {
        Role::Component => party.kind,
        Role::Administrator => "administrator",
        Role::Colocation => "colocation",
        Role::Internet => "internet",
        Role::AwsEdge => "aws-edge",
        Role::AwsServices => "aws-services",
        Role::Person => "person",
        Role::Directory => "directory",
        Role::IdentityProvider => "identity-provider",
        Role::DnsServer => "dns-server",
    };
    (party.id.clone().unwrap_or_else(|| Id::from(format!("@{kind}"))), kind)
}

fn kind(phase: &Phase) -> GroupKind {
    match phase {
        Phase::Failover { now: false, .. } => GroupKind::Alternative,
        Phase::KeepAlive => GroupKind::Loop,
        _ => GroupKind::Part,
    }
}
