//! Every starter opens, is free of errors and does what its author says.

use hopscope_editor::{Session, starters};
use hopscope_forward::{Severity, Verdict};

#[test]
fn starters_open_as_they_would_be_saved() {
    for starter in starters() {
        let document = starter.document().unwrap();
        assert_eq!(document.to_json(), starter.json, "{}: not as the page would write it", starter.slug);
        assert_eq!(document.name, starter.title);
    }
}

#[test]
fn starters_have_no_errors() {
    for starter in starters() {
        let session = Session::new(starter.document().unwrap());
        let errors: Vec<_> =
            session.network().diagnostics().iter().filter(|d| d.spec.severity <= Severity::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", starter.slug);
    }
}

/// What a starter promises and breaks on purpose, until it is mended (see `mends.rs`).
const BROKEN: [(&str, &str); 2] = [("tgw-single-table", "1-onprem"), ("tgw-single-table", "2-onprem")];
/// Denials that hold whatever the code is: with a route deleted, only one expectation flips.
const ANY_CODE: [(&str, &str); 1] = [("tgw-segmentation", "2-1")];

#[test]
fn every_expectation_holds() {
    for starter in starters() {
        let session = Session::new(starter.document().unwrap());
        let expectations = session.expectations();
        assert!((4..=7).contains(&expectations.len()), "{}", starter.slug);
        assert_eq!(expectations.len(), session.document().flows.len(), "{}", starter.slug);
        for row in expectations {
            let named = (starter.slug, row.flow.as_str());
            assert_eq!(
                row.met,
                !BROKEN.contains(&named),
                "{}: {} gave {:?} {:?}, {:?}",
                starter.slug,
                row.name,
                row.actual,
                row.code,
                row.error
            );
            // A denial without a code would also hold for a network that is broken elsewhere.
            let denied = row.expected.verdict == "denied" && !ANY_CODE.contains(&named);
            assert_eq!(
                row.expected.code.is_some(),
                denied,
                "{}: {} gave {:?}",
                starter.slug,
                row.name,
                row.code
            );
        }
    }
}

#[test]
fn the_egress_only_network_lets_replies_back_but_nothing_new_in() {
    let session = Session::new(starters()[0].document().unwrap());
    let trace = |id: &str| session.traces()[id].as_ref().unwrap().clone();
    for id in ["out-a", "out-b"] {
        let trace = trace(id);
        assert_eq!(trace.verdict, Verdict::Allowed);
        assert_eq!(trace.back.verdict, Verdict::Allowed);
        assert!(trace.back.hops.iter().any(|hop| &*hop.id == "eigw"), "the reply passes the gateway");
        assert!(!trace.forward.hops.iter().any(|hop| hop.kind == "internet-gateway"));
    }
    for id in ["scan-a", "back-in-b"] {
        let trace = trace(id);
        let reason = trace.reason.as_ref().unwrap();
        assert_eq!((reason.at.kind, &*reason.at.id), ("egress-only-internet-gateway", "eigw"));
    }
}
