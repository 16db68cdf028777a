//! The chain of trust, and every way in which it breaks (DSEC-01 to DSEC-12).

mod world;

use hopscope_forward::{Evidence, State};
use hopscope_names::authority::{NoSets, Sets};
use hopscope_names::directory::Party;
use hopscope_names::message::Query;
use hopscope_names::record::{RecordSet, RecordType};
use hopscope_names::resolver::{self, Network, Resolver};
use hopscope_names::zone::{Flaw, Signing};
use world::*;

fn zone() -> Hosted {
    let lines = [
        "example.com 60 A 192.0.2.80",
        "www.example.com 300 A 203.0.113.10",
        "*.apps.example.com 30 A 192.0.2.99",
        "out.example.com 300 CNAME cdn.example.net",
    ];
    Hosted::new("example.com", &lines).signed()
}

fn plain() -> Hosted {
    Hosted::new("example.net", &["cdn.example.net 20 A 198.51.100.80"])
}

fn flawed(flaw: Flaw) -> Hosted {
    let mut hosted = zone();
    hosted.signing.iter_mut().for_each(|signing| {
        signing.flaws.insert(flaw);
    });
    hosted
}

/// Signatures that are not renewed.
fn lapsing(from: u64, until: u64) -> Hosted {
    let signing =
        Signing { valid_from: from, valid_until: until, renewed: false, ..Signing::new(12_345, 34_567) };
    Hosted { signing: Some(signing), ..zone() }
}

fn answered(hosted: Hosted, resolver: Resolver, text: &str) -> String {
    let lab = build(&[hosted, plain()], vec![resolver]);
    told(&ask(&lab, &mut State::default(), text))
}

#[test]
fn the_chain_is_checked_link_by_link_from_the_root() {
    let lab = build(&[zone()], vec![validating()]);
    let mut state = State::default();
    let lookup = ask(&lab, &mut state, "www.example.com A");
    assert_eq!(told(&lookup), "ANSWER AD www.example.com 300 A 203.0.113.10");
    let com = lab.zones.iter().find(|zone| zone.apex == name("com")).and_then(|zone| zone.signing.clone());
    let com = com.unwrap();
    assert_eq!(
        checks(&lookup),
        [
            "trust anchor 20326 of . is the hash of DNSKEY 20326".to_owned(),
            ". DNSKEY is signed by key 20326".to_owned(),
            "com DS is signed by key 38696 of .".to_owned(),
            format!("DS {0} of com is the hash of DNSKEY {0}", com.ksk_tag),
            format!("com DNSKEY is signed by key {}", com.ksk_tag),
            format!("example.com DS is signed by key {} of com", com.zsk_tag),
            "DS 12345 of example.com is the hash of DNSKEY 12345".to_owned(),
            "example.com DNSKEY is signed by key 12345".to_owned(),
            "www.example.com A is signed by key 34567 of example.com".to_owned(),
        ]
    );
    let links = lookup.hops.iter().filter(|hop| hop.stage == "validate").count();
    assert_eq!(links, 4, "one hop for each link: root, com, example.com, the set");
    // Validated keys are remembered with what they signed.
    let again = ask(&lab, &mut state, "www.example.com A");
    assert_eq!(told(&again), told(&lookup));
    assert_eq!((upstream(&again), checks(&again).len()), (0, 1));
    // Name and address are in clear on every message (DSEC-01).
    let clear = |evidence: &Evidence| match evidence {
        Evidence::Message { text, .. } => !text.is_empty(),
        _ => true,
    };
    assert!(lookup.hops.iter().flat_map(|hop| &hop.evidence).all(clear));
}

#[test]
fn what_a_validating_and_a_plain_resolver_say() {
    let ok = "ANSWER www.example.com 300 A 203.0.113.10";
    let secure = "ANSWER AD www.example.com 300 A 203.0.113.10";
    let bogus = |code: &str, at: &str| format!("SERVFAIL X_DNSSEC_BOGUS {code} @{at}");
    let forged = vec![set("www.example.com 300 A 198.51.100.66")];
    let old = Signing::new(11_111, 34_567);
    let unknown = Signing { algorithm: 200, ..Signing::new(12_345, 34_567) };
    let cases = [
        ("signed, DS matches", zone(), secure.to_owned(), ok),
        ("island", Hosted { linked: false, ..zone() }, ok.to_owned(), ok),
        ("unsigned", Hosted { signing: None, ..zone() }, ok.to_owned(), ok),
        (
            "DS, but no longer signed",
            Hosted { signing: None, stale: Some(old.clone()), ..zone() },
            bogus("X_DNSSEC_NO_DNSKEY", "domain-0"),
            ok,
        ),
        (
            "KSK rolled, DS stale",
            Hosted { stale: Some(old), ..zone() },
            bogus("X_DNSSEC_DS_MISMATCH", "domain-0"),
            ok,
        ),
        ("expired", lapsing(0, 999), bogus("X_DNSSEC_SIGNATURE_EXPIRED", "zone-0"), ok),
        ("not yet valid", lapsing(1_001, 9_999), bogus("X_DNSSEC_SIGNATURE_NOT_YET_VALID", "zone-0"), ok),
        (
            "signature missing",
            flawed(Flaw::SignaturesMissing),
            bogus("X_DNSSEC_SIGNATURE_MISSING", "zone-0"),
            ok,
        ),
        ("another key", flawed(Flaw::WrongKey), bogus("X_DNSSEC_WRONG_KEY", "zone-0"), ok),
        (
            "altered on the way",
            Hosted { altered: forged, ..zone() },
            bogus("X_DNSSEC_ALTERED", "zone-0"),
            "ANSWER www.example.com 300 A 198.51.100.66",
        ),
        ("algorithm unknown", Hosted { signing: Some(unknown), ..zone() }, ok.to_owned(), ok),
    ];
    for (what, hosted, validated, unvalidated) in cases {
        for (resolver, wanted) in [(validating(), validated.as_str()), (resolver(), unvalidated)] {
            let lab = build(std::slice::from_ref(&hosted), vec![resolver]);
            let mut state = State { now: 1_000, ..State::default() };
            let lookup = ask(&lab, &mut state, "www.example.com A");
            assert_eq!(told(&lookup), wanted, "{what}");
            let failed = lookup.hops.iter().filter(|hop| hop.stage == "validate" && hop.reason.is_some());
            assert_eq!(failed.count(), usize::from(wanted.contains("BOGUS")), "{what}");
        }
        // With CD the client gets what there is (RFC 4035, section 3.2.2).
        let lab = build(std::slice::from_ref(&hosted), vec![validating()]);
        let mut query = Query::recursive(question("www.example.com A"));
        query.checking_disabled = true;
        let mut state = State { now: 1_000, ..State::default() };
        assert_eq!(told(&send(&lab, &mut NoSets, &mut state, query)), unvalidated, "{what}, CD");
    }
}

#[test]
fn altered_answers_are_shown_as_such_whoever_asks() {
    let forged = Hosted { altered: vec![set("www.example.com 300 A 198.51.100.66")], ..zone() };
    let lab = build(&[forged], vec![resolver()]);
    let shown = |text: &str| {
        let lookup = ask(&lab, &mut State::default(), text);
        let altered =
            |evidence: &&Evidence| matches!(evidence, Evidence::Check { check: "dns-unaltered", .. });
        lookup.hops.iter().flat_map(|hop| &hop.evidence).filter(altered).count()
    };
    assert_eq!((shown("www.example.com A"), shown("example.com A")), (1, 0));
}

#[test]
fn no_ttl_of_a_signed_zone_is_longer_than_a_week() {
    let ttl = |signing: Option<Signing>| {
        let mut hosted = Hosted { signing, ..zone() };
        hosted.sets.push(set("long.example.com 2000000 A 192.0.2.1"));
        let lab = build(&[hosted], vec![resolver()]);
        ask(&lab, &mut State::default(), "long.example.com A").response.answers[0].ttl
    };
    assert_eq!((ttl(zone().signing), ttl(None)), (604_800, 2_000_000));
}

#[test]
fn a_ds_of_the_right_number_but_another_key_fails() {
    // The tag is the same, the key is not: the digest differs.
    let other = Signing::new(12_345, 1).ds(&name("example.org"));
    let lines = ["sub.example.com 60 NS ns-1.awsdns-01.org", "sub.example.com 60 DS 12345 13 2 "];
    let mut parent = Hosted::new("example.com", &lines[..1]).signed();
    parent.sets.push(set(&format!("{}{}", lines[1], other.digest)));
    let child =
        Hosted { registered: false, ..Hosted::new("sub.example.com", &["sub.example.com 60 A 192.0.2.1"]) };
    let lab = build(&[parent, child.signed()], vec![validating()]);
    assert_eq!(
        told(&ask(&lab, &mut State::default(), "sub.example.com A")),
        "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_DS_MISMATCH @zone-0"
    );
}

#[test]
fn trust_in_a_zone_ends_with_its_ds() {
    let lab = |linked: bool| {
        let ds = Signing::new(12_345, 34_567).ds(&name("sub.example.com"));
        let ds = format!("sub.example.com 60 DS {} 13 2 {}", ds.tag, ds.digest);
        let mut parent = Hosted::new("example.com", &["sub.example.com 60 NS ns-1.awsdns-01.org"]).signed();
        parent.sets.extend(linked.then(|| set(&ds)));
        let child = Hosted::new("sub.example.com", &["sub.example.com 5 A 192.0.2.1"]).signed();
        build(&[parent, Hosted { registered: false, ..child }], vec![validating()])
    };
    let mut state = State::default();
    let mut said = |linked, now| {
        state.now = now;
        told(&ask(&lab(linked), &mut state, "sub.example.com A"))
    };
    assert_eq!(said(true, 0), "ANSWER AD sub.example.com 5 A 192.0.2.1");
    assert_eq!(said(false, 59), "ANSWER AD sub.example.com 5 A 192.0.2.1");
    assert_eq!(said(false, 70), "ANSWER sub.example.com 5 A 192.0.2.1");
}

#[test]
fn a_root_key_that_is_taken_away_is_missed_at_once() {
    let mut state = State::default();
    let mut said = |resolver| told(&ask(&build(&[zone()], vec![resolver]), &mut state, "www.example.com A"));
    assert!(said(validating()).starts_with("ANSWER AD"));
    let said = said(Resolver { anchor: None, ..validating() });
    assert!(said.starts_with("SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_NO_TRUST_ANCHOR"), "{said}");
}

#[test]
fn signatures_are_asked_for_anew_where_the_cache_has_none() {
    let lab = build(&[zone()], vec![resolver()]);
    let mut state = State::default();
    let signed = |state: &mut State, dnssec_ok| {
        let query = Query { dnssec_ok, ..Query::recursive(question("www.example.com A")) };
        let records = send(&lab, &mut NoSets, state, query).response.answers;
        records.iter().any(|record| record.kind() == RecordType::Rrsig)
    };
    let said = [false, true, false].map(|dnssec_ok| signed(&mut state, dnssec_ok));
    assert_eq!(said, [false, true, false]);
}

#[test]
fn absence_is_proven() {
    for text in ["nope.example.com A", "www.example.com AAAA", "zz.example.com A", "apps.example.com A"] {
        let said = answered(zone(), validating(), text);
        assert!(said == "NXDOMAIN AD" || said == "NODATA AD", "{text}: {said}");
        assert_eq!(
            answered(flawed(Flaw::NoDenialProof), validating(), text),
            "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_NO_DENIAL_PROOF @zone-0",
            "{text}"
        );
        let unsigned = Hosted { linked: false, ..flawed(Flaw::NoDenialProof) };
        assert!(answered(unsigned, validating(), text).starts_with("N"), "{text}");
    }
}

#[test]
fn wildcards_and_aliases_are_validated_set_by_set() {
    assert_eq!(
        answered(zone(), validating(), "x.y.apps.example.com A"),
        "ANSWER AD x.y.apps.example.com 30 A 192.0.2.99"
    );
    // The alias is signed, what it stands for is not: the whole is not secure.
    assert_eq!(
        answered(zone(), validating(), "out.example.com A"),
        "ANSWER out.example.com 300 CNAME cdn.example.net cdn.example.net 20 A 198.51.100.80"
    );
}

#[test]
fn without_the_roots_key_nothing_is_decided() {
    let blind = Resolver { anchor: None, ..validating() };
    for text in ["www.example.com A", "cdn.example.net A"] {
        assert_eq!(
            answered(zone(), blind.clone(), text),
            "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_NO_TRUST_ANCHOR @res"
        );
    }
    let wrong = Resolver { anchor: Some(Signing::new(1, 2).ds(&name("."))), ..validating() };
    let said = answered(zone(), wrong, "www.example.com A");
    assert!(said.starts_with("SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_DS_MISMATCH"), "{said}");
}

#[test]
fn a_wrong_clock_fails_every_signature() {
    let fast = Resolver { clock: 400 * 86_400, ..validating() };
    let said = answered(zone(), fast, "www.example.com A");
    assert_eq!(said, "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_SIGNATURE_EXPIRED @root");
}

#[test]
fn a_lost_key_fails_when_the_signatures_run_out() {
    // DSEC-08: signatures last two weeks from second 0 and are not made anew.
    let lab = |renewed| {
        let signing = Signing { renewed, ..Signing::new(12_345, 34_567) };
        build(&[Hosted { signing: Some(signing), ..zone() }], vec![validating()])
    };
    for (renewed, days, wanted) in [
        (false, 13, "ANSWER AD www.example.com 300 A 203.0.113.10"),
        (false, 15, "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_SIGNATURE_EXPIRED @zone-0"),
        (true, 15, "ANSWER AD www.example.com 300 A 203.0.113.10"),
    ] {
        let mut state = State { now: days * 86_400, ..State::default() };
        assert_eq!(told(&ask(&lab(renewed), &mut state, "www.example.com A")), wanted, "day {days}");
    }
}

#[test]
fn unsigning_before_the_ds_is_gone_fails_until_caches_forget_it() {
    // DSEC-09: the resolver keeps the DS for a day, even when the registrar has removed it.
    let signed = build(&[zone()], vec![validating()]);
    let removed = build(&[Hosted { signing: None, ..zone() }], vec![validating()]);
    let mut state = State::default();
    let mut at = |lab, now| {
        state.now = now;
        told(&ask(lab, &mut state, "www.example.com A"))
    };
    assert!(at(&signed, 0).starts_with("ANSWER AD"));
    // Its keys are known for an hour, then asked for in vain.
    assert_eq!(at(&removed, 400), "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_SIGNATURE_MISSING @zone-0");
    assert_eq!(at(&removed, 4_000), "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_NO_DNSKEY @domain-0");
    assert_eq!(at(&removed, 86_400), "ANSWER www.example.com 300 A 203.0.113.10");
}

#[test]
fn a_parent_that_drops_questions_for_ds_fails_a_signed_child() {
    let parent = |signed: bool| {
        let lines = ["corp.example 300 A 192.0.2.1", "team.corp.example 300 NS ns-1.awsdns-01.org"];
        let parent = Hosted { drops_ds: Some("team.corp.example"), ..Hosted::new("corp.example", &lines) };
        if signed { parent.signed() } else { parent }
    };
    let child = Hosted {
        registered: false,
        ..Hosted::new("team.corp.example", &["www.team.corp.example 300 A 192.0.2.9"]).signed()
    };
    let said = |parent, resolver| {
        let lab = build(&[parent, child.clone()], vec![resolver]);
        told(&ask(&lab, &mut State::default(), "www.team.corp.example A"))
    };
    let plain = "ANSWER www.team.corp.example 300 A 192.0.2.9";
    assert_eq!(said(parent(true), validating()), "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_DS_UNANSWERED @zone-0");
    assert_eq!(said(parent(true), resolver()), plain);
    // Below a zone that is proven to be unsigned nobody asks for a DS.
    assert_eq!(said(parent(false), validating()), plain);
    // The same at a registry.
    let registry = Hosted { registry_drops_ds: true, ..zone() };
    assert_eq!(
        answered(registry, validating(), "www.example.com A"),
        "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_DS_UNANSWERED @tld"
    );
}

#[test]
fn a_top_level_zone_without_signing_makes_all_below_insecure() {
    let hosted = Hosted::new("example.unsigned", &["example.unsigned 60 A 192.0.2.1"]).signed();
    let lab = build(&[hosted], vec![validating()]);
    let lookup = ask(&lab, &mut State::default(), "example.unsigned A");
    assert_eq!(told(&lookup), "ANSWER example.unsigned 60 A 192.0.2.1");
    assert!(checks(&lookup).contains(&". proves that unsigned is not signed".to_owned()));
}

/// A network in which every resolver makes IPv6 addresses of IPv4 ones.
struct Dns64;

impl Sets for Dns64 {
    fn set(
        &self,
        _: &hopscope_forward::Id,
        _: &hopscope_names::name::Name,
        _: RecordType,
        _: &hopscope_names::authority::Asker,
    ) -> Option<hopscope_names::authority::Chosen> {
        None
    }
}

impl Network for Dns64 {
    fn dns64(&self, resolver: &Party, _: &Party) -> Option<std::net::Ipv6Addr> {
        (&*resolver.id == "res").then(|| "64:ff9b::".parse().unwrap())
    }
}

#[test]
fn the_vpc_resolver_validates_where_told_and_says_nothing_of_it() {
    let vpc = |validates| Resolver { validates, ..Resolver::of_vpc(resolver().party) };
    let broken = || Hosted { stale: Some(Signing::new(11_111, 1)), ..zone() };
    let plain = "ANSWER www.example.com 300 A 203.0.113.10";
    assert_eq!(answered(zone(), vpc(true), "www.example.com A"), plain, "never AD");
    assert_eq!(answered(broken(), vpc(false), "www.example.com A"), plain);
    let lab = build(&[broken()], vec![vpc(true)]);
    let mut query = Query::recursive(question("www.example.com A"));
    (query.checking_disabled, query.dnssec_ok) = (true, true);
    let lookup = send(&lab, &mut NoSets, &mut State::default(), query);
    assert_eq!(told(&lookup), "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_DS_MISMATCH @domain-0", "CD is not heeded");
}

#[test]
fn a_host_that_validates_by_itself_gets_nothing_from_dns64() {
    let host = Party::new("instance", &"six".into(), vec![address("192.0.2.7")]);
    let stub = Resolver::validating_stub(host, address(RESOLVER));
    let lab = build(&[zone()], vec![resolver()]);
    let said = |network: &mut dyn Network, text| {
        let query = Query::recursive(question(text));
        let lookup = resolver::resolve(&lab, network, &mut State::default(), &stub, &query);
        (told(&lookup), checks(&lookup).len())
    };
    let (plain, links) = said(&mut NoSets, "www.example.com A");
    assert_eq!((plain.as_str(), links), ("ANSWER AD www.example.com 300 A 203.0.113.10", 9));
    assert_eq!(said(&mut NoSets, "nope.example.com A").0, "NXDOMAIN AD");
    // DSEC-12: the synthesised address has no signature.
    let (made, _) = said(&mut Dns64, "www.example.com AAAA");
    assert_eq!(made, "SERVFAIL X_DNSSEC_BOGUS X_DNSSEC_SIGNATURE_MISSING @zone-0");
    // Whoever trusts the resolver has no such trouble: that one validates before it synthesises.
    let lab = build(&[zone()], vec![validating()]);
    let lookup = ask_with(&lab, &mut Dns64, &mut State::default(), "www.example.com AAAA");
    assert_eq!(told(&lookup), "ANSWER www.example.com 300 AAAA 64:ff9b::cb00:710a");
}

#[test]
fn an_empty_choice_of_a_signed_zone_is_proven_too() {
    let mut hosted = zone();
    hosted.sets.push(RecordSet::decided(name("none.example.com"), RecordType::A));
    assert_eq!(answered(hosted, validating(), "none.example.com A"), "NODATA AD");
}
