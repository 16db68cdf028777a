use std::collections::BTreeSet;

use hopscope_forward::{Severity, Where};

use super::*;

static NOWHERE: ReasonSpec =
    ReasonSpec { code: "X_NEW", aws_code: None, severity: Severity::Deny, rules: &[], docs: "" };

#[test]
fn every_code_that_can_be_raised_has_words() {
    let missing: Vec<&str> = hopscope_aws::catalog::reasons()
        .into_iter()
        .map(|spec| spec.code)
        .filter(|code| catalog::find(code).is_none())
        .collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
}

#[test]
fn codes_are_unique_and_words_are_sentences() {
    let mut seen = BTreeSet::new();
    for entry in entries() {
        assert!(seen.insert(entry.code), "{} twice", entry.code);
        assert!(entry.sentence.ends_with('.'), "{}", entry.code);
        assert!(!entry.title.ends_with('.'), "{}", entry.code);
        assert!(entry.hint.is_none_or(|hint| hint.ends_with('.')), "{}", entry.code);
        let bare = template::fill(entry.sentence, &|_| None);
        assert!(!bare.contains(['{', '}', '[', ']']) && !bare.contains("  "), "{bare}");
    }
}

#[test]
fn a_refusal_names_component_place_and_rule() {
    let spec = hopscope_aws::catalog::reasons();
    let spec = spec.into_iter().find(|spec| spec.code == "SUBNET_ACL_RESTRICTION").unwrap();
    let at = Where::new("network-acl", &Id::from("acl-1")).of(&Id::from("subnet-b")).toward("in");
    let reason = Reason::new(spec, at)
        .rule("100")
        .fact("acl", "acl-1")
        .fact("subnet", "subnet-b")
        .fact("direction", "in")
        .fact("rule", "deny tcp 3306 from 0.0.0.0/0");
    assert_eq!(
        reason_sentence(&reason),
        "Network ACL acl-1 refuses it inbound at subnet-b: rule 100, deny tcp 3306 from 0.0.0.0/0."
    );
    let named = |id: &str| if id == "subnet-b" { "db tier".to_owned() } else { id.to_owned() };
    assert!(reason_sentence_with(&reason, &named).contains("inbound at db tier"));
}

#[test]
fn an_unknown_code_still_says_what_it_knows() {
    let reason = Reason::new(&NOWHERE, Where::new("vpc", &Id::from("vpc-1"))).fact("count", 3);
    assert_eq!(reason_title("X_NEW"), "X_NEW");
    assert_eq!(reason_sentence(&reason), "X_NEW (vpc-1): count: 3");
    assert_eq!(hint("X_NEW"), None);
}

#[test]
fn only_route_tables_are_called_route_tables() {
    let spec = hopscope_aws::catalog::reasons();
    let spec = spec.into_iter().find(|spec| spec.code == "NO_ROUTE_TO_DESTINATION").unwrap();
    let said = |kind| {
        let reason = Reason::new(spec, Where::new(kind, &Id::from("x-1")))
            .fact("table", "x-1")
            .fact("destination", "10.9.0.1");
        reason_sentence(&reason)
    };
    assert_eq!(said("route-table"), "Route table x-1 has no route to 10.9.0.1.");
    let others = [
        ("customer-gateway", "Customer gateway x-1 has no route to 10.9.0.1"),
        ("direct-connect-gateway", "Direct Connect gateway x-1 knows no way to 10.9.0.1"),
        ("nat-gateway", "Regional NAT gateway x-1 finds no internet gateway"),
        ("on-premises", "Site x-1 has no customer gateway"),
        ("virtual-interface", "Nothing that AWS announces over virtual interface x-1 covers 10.9.0.1."),
        ("virtual-private-gateway", "Virtual private gateway x-1 knows no way to 10.9.0.1"),
    ];
    for (kind, start) in others {
        let text = said(kind);
        assert!(text.starts_with(start) && text.ends_with('.') && !text.contains(['[', '{']), "{text}");
    }
}
