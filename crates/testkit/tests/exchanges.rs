//! Set-up procedures of random networks: they end, name only who takes part, stop for one reason, and
//! agree with what traces and announcements say of the same link.

use hopscope_aws::exchange::{MOST_ACTS, Procedure, What, has, procedure};
use hopscope_aws::{Document, Network, advertisements};
use hopscope_testkit::generate::{messy_wide, wide};

/// What is wrong with a procedure by itself.
fn faults(told: &Procedure) -> Vec<String> {
    let mut found = Vec::new();
    if told.acts.is_empty() || told.acts.len() > MOST_ACTS {
        found.push(format!("{} messages", told.acts.len()));
    }
    for act in &told.acts {
        if act.from >= told.parties.len() || act.to >= told.parties.len() {
            found.push(format!("somebody unknown in {act:?}"));
        }
        if act.would && act.stopped.is_some() {
            found.push(format!("what does not happen cannot fail: {act:?}"));
        }
    }
    if let Some(first) = told.acts.iter().find(|act| act.would) {
        let before = told.acts.iter().take_while(|act| !std::ptr::eq(*act, first));
        if before.filter(|act| act.stopped.is_some()).count() == 0 {
            found.push("something would happen that nothing keeps from happening".to_owned());
        }
    }
    if let Some(reason) = &told.reason
        && !told.acts.iter().any(|act| act.stopped.as_ref().is_some_and(|own| own.spec == reason.spec))
    {
        found.push(format!("{} stops no message", reason.spec.code));
    }
    found
}

fn procedures(document: &Document, network: &Network) -> Vec<Procedure> {
    let subjects = document.nodes.values().filter(|node| has(node.kind()));
    subjects.filter_map(|node| procedure(network, &node.id)).collect()
}

#[test]
fn procedures_of_any_network_hold_together() {
    let (mut told, mut stopped) = (0, 0);
    for seed in 0..60 {
        for document in [Some(wide(seed)), messy_wide(seed)].into_iter().flatten() {
            let network = Network::build(&document);
            for procedure in procedures(&document, &network) {
                let faults = faults(&procedure);
                assert!(faults.is_empty(), "{} of {}: {faults:?}", procedure.subject, document.name);
                told += 1;
                stopped += usize::from(procedure.reason.is_some());
            }
        }
    }
    assert!(told > 100 && stopped > 10 && stopped < told, "{stopped} of {told} stop");
}

#[test]
fn procedures_and_announcements_agree() {
    let mut compared = 0;
    for seed in 0..60 {
        let document = wide(seed);
        let network = Network::build(&document);
        for exchange in advertisements(&network) {
            let told = procedure(&network, &exchange.link).unwrap();
            let taken = told.reason.as_ref().is_some_and(|reason| reason.spec.code == "V_DX_VLAN");
            assert_eq!(told.reason.is_none(), exchange.up || taken, "{} of {}", exchange.link, document.name);
            let says = |act: &&hopscope_aws::exchange::Act| matches!(act.what, What::Update { .. });
            assert_eq!(told.acts.iter().filter(says).count(), 2, "each side announces once");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}
