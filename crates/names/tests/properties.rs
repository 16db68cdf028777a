//! What holds for every drawing of zones, every question and every moment: nothing panics, the same
//! input gives the same messages, caches save them, aliases end, and walking from the root down
//! finds what a search through all zones at once finds.

mod world;

use std::collections::BTreeMap;

use hopscope_forward::State;
use hopscope_names::authority::NoSets;
use hopscope_names::directory::{Directory, NameServer};
use hopscope_names::message::Query;
use hopscope_names::name::Name;
use hopscope_names::record::{Data, Record, RecordSet, RecordType};
use hopscope_names::resolver::{self, Ask, MAX_MESSAGES, Resolver};
use hopscope_names::zone::{Flaw, Signing, Zone};
use proptest::prelude::*;
use world::*;

/// Apexes of generated zones; those below another one are delegated by it.
const APEXES: [&str; 5] =
    ["example.com", "sub.example.com", "deep.sub.example.com", "example.net", "corp.test"];

/// Names of records and questions, relative to an apex; the first is the apex itself.
const OWNERS: [&str; 9] = ["", "www", "a", "b.a", "*", "*.wild", "x.wild", "sub", "c.deep"];

const VALUES: [(RecordType, &str); 7] = [
    (RecordType::A, "192.0.2.1"),
    (RecordType::A, "192.0.2.1|192.0.2.2"),
    (RecordType::Aaaa, "2001:db8::1"),
    (RecordType::Txt, "\"text\""),
    (RecordType::Mx, "10 mail.example.com"),
    (RecordType::Cname, ""),
    (RecordType::Cname, ""),
];

#[derive(Clone, Debug)]
struct Drawn {
    apex: usize,
    sets: Vec<RecordSet>,
    signing: Option<Signing>,
    linked: bool,
    drops_ds: bool,
    lame: bool,
}

fn owner() -> impl Strategy<Value = Name> {
    (0..APEXES.len(), 0..OWNERS.len()).prop_map(|(apex, owner)| join(OWNERS[owner], APEXES[apex]))
}

fn join(owner: &str, apex: &str) -> Name {
    if owner.is_empty() { name(apex) } else { name(&format!("{owner}.{apex}")) }
}

fn set_of(apex: usize) -> impl Strategy<Value = RecordSet> {
    (0..OWNERS.len(), 0..VALUES.len(), owner(), 0u32..400).prop_map(move |(at, value, target, ttl)| {
        let (kind, text) = VALUES[value];
        let values = match kind {
            RecordType::Cname => vec![Data::Cname(target)],
            _ => text.split('|').map(|text| Data::parse(kind, text).unwrap()).collect(),
        };
        RecordSet::new(join(OWNERS[at], APEXES[apex]), kind, ttl, values)
    })
}

fn signing() -> impl Strategy<Value = Option<Signing>> {
    let flaw = prop_oneof![
        4 => Just(None),
        1 => Just(Some(Flaw::SignaturesMissing)),
        1 => Just(Some(Flaw::WrongKey)),
        1 => Just(Some(Flaw::NoDenialProof)),
    ];
    let some = (
        any::<u16>(),
        any::<u16>(),
        prop_oneof![Just(13), Just(200)],
        0u64..2_000,
        0u64..4_000,
        any::<bool>(),
        flaw,
    );
    proptest::option::of(some.prop_map(
        |(ksk_tag, zsk_tag, algorithm, valid_from, valid_until, renewed, flaw)| {
            let flaws = flaw.into_iter().collect();
            Signing { ksk_tag, zsk_tag, algorithm, valid_from, valid_until, renewed, flaws }
        },
    ))
}

fn drawn(apex: usize) -> impl Strategy<Value = Option<Drawn>> {
    let zone = (
        proptest::collection::vec(set_of(apex), 0..8),
        signing(),
        any::<bool>(),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.1),
    );
    proptest::option::weighted(
        0.8,
        zone.prop_map(move |(sets, signing, linked, drops_ds, lame)| Drawn {
            apex,
            sets,
            signing,
            linked,
            drops_ds,
            lame,
        }),
    )
}

fn drawing() -> impl Strategy<Value = Vec<Drawn>> {
    let all = (drawn(0), drawn(1), drawn(2), drawn(3), drawn(4));
    all.prop_map(|(a, b, c, d, e)| [a, b, c, d, e].into_iter().flatten().collect())
}

/// The drawing as the laboratory builds it: what cannot be in a zone is left out, zones below a
/// drawn one are delegated there and not registered.
fn lay(drawn: &[Drawn]) -> Vec<Hosted> {
    let above = |of: &Drawn| {
        let apex = name(APEXES[of.apex]);
        let holds = |other: &&Drawn| apex.is_below(&name(APEXES[other.apex]));
        drawn
            .iter()
            .filter(holds)
            .max_by_key(|other| name(APEXES[other.apex]).depth())
            .map(|other| other.apex)
    };
    let mut hosted: Vec<Hosted> = drawn
        .iter()
        .map(|zone| {
            let mut hosted = Hosted::new(APEXES[zone.apex], &[]);
            hosted.signing = zone.signing.clone();
            hosted.linked = zone.linked;
            hosted.registry_drops_ds = zone.drops_ds;
            hosted.registered = above(zone).is_none();
            hosted.registrar =
                zone.lame.then(|| vec![NameServer { name: name("ns.elsewhere.test"), addresses: vec![] }]);
            hosted
        })
        .collect();
    for (index, zone) in drawn.iter().enumerate() {
        let mut wanted = zone.sets.clone();
        for (below, other) in drawn.iter().enumerate().filter(|(_, other)| above(other) == Some(zone.apex)) {
            let apex = name(APEXES[other.apex]);
            // A delegation comes first, so that no record of the same name refuses it.
            let servers = servers(below).into_iter().map(|server| Data::Ns(server.name)).collect();
            wanted.insert(0, RecordSet::new(apex.clone(), RecordType::Ns, 300, servers));
            if let Some(signing) = other.signing.as_ref().filter(|_| other.linked) {
                let ds = vec![Data::Ds(signing.ds(&apex))];
                wanted.push(RecordSet::new(apex, RecordType::Ds, 300, ds));
            }
        }
        let at = hopscope_forward::Where::new("hosted-zone", &"z".into());
        let (_, problems) = Zone::build(at, name(APEXES[zone.apex]), &[], wanted.clone());
        let bad: Vec<_> = problems.iter().map(|problem| problem.set).collect();
        let kept = wanted.into_iter().enumerate().filter(|(index, _)| !bad.contains(index));
        hosted[index].sets = kept.map(|(_, set)| set).collect();
    }
    hosted
}

fn asked() -> impl Strategy<Value = String> {
    let kinds = ["A", "AAAA", "TXT", "MX", "CNAME", "NS", "SOA", "DS", "DNSKEY"];
    let known =
        (owner(), 0..kinds.len()).prop_map(move |(owner, kind)| format!("{owner} {}", kinds[kind])).boxed();
    let label = proptest::sample::select(vec!["www", "x", "zz", "nope"]);
    let below = (label, known.clone()).prop_map(|(label, known)| format!("{label}.{known}"));
    prop_oneof![3 => known, 2 => below, 1 => Just(". NS".to_owned()), 1 => Just("net DNSKEY".to_owned())]
        .prop_filter("a question has no asterisk inside", |text| !text.contains(".*"))
}

/// What a search through all zones at once finds: the outcome, and data by name.
fn flat(hosted: &[Hosted], text: &str) -> Option<(String, Vec<String>)> {
    let (mut owner, kind) = text.split_once(' ').map(|(owner, kind)| (owner.to_owned(), kind))?;
    let mut found = Vec::new();
    for _ in 0..=16 {
        let inside = |apex: &str| owner == apex || owner.ends_with(&format!(".{apex}"));
        let Some(zone) = hosted.iter().filter(|zone| inside(zone.apex)).max_by_key(|zone| zone.apex.len())
        else {
            // The root, and a name above a registered one, exist without records.
            let between = hosted.iter().any(|zone| zone.apex.ends_with(&format!(".{owner}"))) || owner == ".";
            return Some((if between { "NODATA" } else { "NXDOMAIN" }.to_owned(), found));
        };
        let mut by_name: BTreeMap<String, Vec<(&str, &RecordSet)>> = BTreeMap::new();
        for set in &zone.sets {
            by_name.entry(set.name.to_string()).or_default().push((set.kind.as_str(), set));
        }
        let exists = |wanted: &str| {
            wanted == zone.apex
                || by_name.keys().any(|known| known == wanted || known.ends_with(&format!(".{wanted}")))
        };
        let mut at = owner.clone();
        if !exists(&at) {
            let mut encloser = at.split_once('.').map(|(_, rest)| rest.to_owned())?;
            while !exists(&encloser) {
                encloser = encloser.split_once('.').map(|(_, rest)| rest.to_owned())?;
            }
            at = format!("*.{encloser}");
        }
        let Some(sets) = by_name.get(&at) else {
            let outcome = if exists(&at) { "NODATA" } else { "NXDOMAIN" };
            return Some((outcome.to_owned(), found));
        };
        let data = |set: &RecordSet| -> Vec<String> {
            set.values.iter().map(|value| format!("{owner} {} {value}", set.kind)).collect()
        };
        if let Some((_, set)) = sets.iter().find(|(known, _)| *known == kind) {
            found.extend(data(set));
            return Some(("ANSWER".to_owned(), found));
        }
        let Some((_, set)) = sets.iter().find(|(known, _)| *known == "CNAME") else {
            return Some(("NODATA".to_owned(), found));
        };
        found.extend(data(set));
        owner = match set.values.first() {
            Some(Data::Cname(target)) => target.to_string(),
            _ => return None,
        };
    }
    None
}

fn resolvers() -> impl Strategy<Value = Resolver> {
    (any::<bool>(), any::<bool>(), proptest::bool::weighted(0.9), any::<bool>(), -2_000i64..2_000).prop_map(
        |(validates, vpc, anchored, telling, clock)| {
            let base = if vpc { Resolver::of_vpc(resolver().party) } else { resolver() };
            let anchor = base.anchor.clone().filter(|_| anchored);
            Resolver { validates, anchor, sends_client_subnet: telling, clock, ..base }
        },
    )
}

fn said(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| format!("{} {} {}", record.name, record.kind(), record.data)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_the_same_input_gives_the_same_messages(
        drawn in drawing(),
        resolver in resolvers(),
        questions in proptest::collection::vec((asked(), 0u64..500, any::<bool>(), any::<bool>()), 1..5),
    ) {
        let lab = build(&lay(&drawn), vec![resolver]);
        let run = || {
            let mut state = State::default();
            let mut lookups = Vec::new();
            for (text, after, checking_disabled, dnssec_ok) in &questions {
                state.now += after;
                let query = Query { checking_disabled: *checking_disabled, dnssec_ok: *dnssec_ok, ..Query::recursive(question(text)) };
                lookups.push(send(&lab, &mut NoSets, &mut state, query));
            }
            (lookups, state)
        };
        let (lookups, state) = run();
        for lookup in &lookups {
            prop_assert!(messages(lookup).len() <= 2 * (MAX_MESSAGES + 1));
            prop_assert_eq!(lookup.reason.is_some(), !lookup.response.outcome.is_answer());
            if let Some((hop, reason)) = &lookup.reason {
                prop_assert_eq!(lookup.hops[*hop].reason.as_ref(), Some(reason));
            }
        }
        prop_assert_eq!(run(), (lookups, state));
    }

    #[test]
    fn a_second_question_within_the_ttl_reaches_no_server(
        drawn in drawing(),
        validates in any::<bool>(),
        text in asked(),
    ) {
        let lasting = |mut zone: Drawn| {
            // No signature runs out between the two questions.
            zone.signing.iter_mut().for_each(|signing| signing.valid_until = 900_000);
            zone
        };
        let drawn: Vec<_> = drawn.into_iter().map(lasting).collect();
        let lab = build(&lay(&drawn), vec![Resolver { validates, ..resolver() }]);
        let mut state = State { now: 500, ..State::default() };
        let first = ask(&lab, &mut state, &text);
        let kept = first.response.answers.iter().chain(&first.response.authority).all(|record| record.ttl > 1);
        if first.reason.is_some() || !kept {
            return Ok(());
        }
        state.now += 1;
        let second = ask(&lab, &mut state, &text);
        prop_assert_eq!(upstream(&second), 0);
        prop_assert_eq!(second.response.outcome, first.response.outcome);
        prop_assert_eq!(second.response.authenticated, first.response.authenticated);
        prop_assert_eq!(said(&second.response.answers), said(&first.response.answers));
    }

    #[test]
    fn walking_from_the_root_finds_what_a_search_through_all_zones_finds(
        drawn in drawing(),
        text in asked(),
    ) {
        let drawn: Vec<_> = drawn.into_iter().map(|zone| Drawn { signing: None, lame: false, ..zone }).collect();
        // Start, name servers and keys are made by the engine, top-level zones are not drawn.
        let made = ["NS", "SOA", "DS", "DNSKEY"].iter().find(|kind| text.ends_with(&format!(" {kind}")));
        let text = made.map_or(text.clone(), |kind| text.replace(kind, "A"));
        let hosted = lay(&drawn);
        let lab = build(&hosted, vec![resolver()]);
        let lookup = ask(&lab, &mut State::default(), &text);
        match flat(&hosted, &text) {
            Some((outcome, records)) => {
                prop_assert_eq!(lookup.response.outcome.word(), outcome);
                prop_assert_eq!(said(&lookup.response.answers), records);
            }
            None => prop_assert_eq!(lookup.response.outcome.word(), "SERVFAIL"),
        }
    }

    #[test]
    fn a_validating_resolver_says_what_a_plain_one_says_or_nothing(
        drawn in drawing(),
        text in asked(),
        now in 0u64..4_000,
    ) {
        let hosted = lay(&drawn);
        let outcome = |resolver| {
            let lab = build(&hosted, vec![resolver]);
            ask(&lab, &mut State { now, ..State::default() }, &text)
        };
        let (plain, checked) = (outcome(resolver()), outcome(validating()));
        if checked.reason.is_none() {
            prop_assert_eq!(said(&checked.response.answers), said(&plain.response.answers));
            prop_assert_eq!(checked.response.outcome, plain.response.outcome);
        } else {
            let bogus = checked.hints.len() == 1;
            prop_assert!(bogus || plain.reason.is_some(), "{}", told(&checked));
        }
        prop_assert!(!plain.response.authenticated);
    }

    #[test]
    fn texts_are_read_without_panic(text in "[ -~äöü\"\\\\.]{0,80}", digits in "[0-9a-fA-F:. *_-]{0,60}") {
        for text in [&text, &digits] {
            if let Ok(name) = Name::parse(text) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                let _ = (name.address(), name.wildcard(), name.ancestors().count());
            }
            for kind in RecordType::ALL {
                if let Ok(data) = Data::read(kind, text) {
                    prop_assert_eq!(data.kind(), kind);
                    prop_assert_eq!(Data::read(kind, &data.to_string()), Ok(data));
                }
            }
            let _ = Record::read(text);
        }
    }
}

/// Name servers without addresses, each in a zone whose servers have none either.
#[test]
fn hostile_delegations_cost_a_bounded_number_of_messages() {
    let apexes: Vec<&'static str> = ["a.com", "b.com", "c.com", "d.com", "e.com", "f.com", "g.com"].into();
    let hosted: Vec<Hosted> = apexes
        .iter()
        .map(|apex| {
            let mut hosted = Hosted::new(apex, &[]);
            let others = apexes.iter().filter(|other| *other != apex);
            let server = |other: &&str| NameServer { name: name(&format!("ns.{other}")), addresses: vec![] };
            hosted.registrar = Some(others.map(server).collect());
            hosted
        })
        .collect();
    let lab = build(&hosted, vec![resolver()]);
    let mut state = State::default();
    for _ in 0..2 {
        let lookup = ask(&lab, &mut state, "www.a.com A");
        assert_eq!(told(&lookup), "SERVFAIL X_DNS_LAME_DELEGATION");
        assert!(lookup.hops.len() < 2_000, "{}", lookup.hops.len());
    }
}

/// A resolver that forwards to eight others, each of which does the same.
#[test]
fn hostile_forwarders_cost_a_bounded_number_of_messages() {
    let party = |n: usize| {
        hopscope_names::directory::Party::new(
            "dns-server",
            &format!("r{n}").into(),
            vec![address(&format!("192.0.2.{}", 100 + n))],
        )
    };
    let mut lab = Directory::new();
    for n in 0..12 {
        let to = (0..12).filter(|m| *m != n).map(|m| address(&format!("192.0.2.{}", 100 + m))).collect();
        let mut resolver = Resolver::validating_stub(party(n), address("192.0.2.100"));
        resolver.rules[0].action = resolver::Action::Forward { via: party(n), to };
        lab.public_resolver(resolver);
    }
    let query = Query::recursive(question("www.example.com A"));
    let ask = Ask { client: client(), server: address("192.0.2.100"), query };
    let lookup = resolver::ask(&lab, &mut NoSets, &mut State::default(), &ask);
    assert!(!lookup.response.outcome.is_answer());
    assert!(lookup.hops.len() < 2_000, "{}", lookup.hops.len());
}
