//! How questions are resolved: server by server, from caches, over aliases, and the ways it fails.

mod world;

use hopscope_forward::{CYCLIC_PATH, Decision, Evidence, Hop, Id, Reason, State, Verdict, Where};
use hopscope_names::authority::{Asker, Chosen, NoSets, Sets};
use hopscope_names::directory::{Directory, Listener, NameServer, Party, Registration, Server};
use hopscope_names::message::{Outcome, Query, Question, Response};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordSet, RecordType};
use hopscope_names::resolver::{self, Action, Ask, Carried, Network, Resolver, Rule, UNREACHABLE};
use hopscope_net::Packet;
use world::*;

fn site() -> Vec<Hosted> {
    vec![
        Hosted::new(
            "example.com",
            &[
                "example.com 60 A 192.0.2.80",
                "www.example.com 300 A 203.0.113.10|203.0.113.11",
                "shop.example.com 300 CNAME www.example.com",
                "out.example.com 300 CNAME cdn.example.net",
                "dead.example.com 300 CNAME nowhere.example.net",
                "*.apps.example.com 30 A 192.0.2.99",
                "a.b.example.com 300 A 192.0.2.1",
                "sub.example.com 3600 NS ns.sub.example.com",
                "ns.sub.example.com 3600 A 205.251.1.1",
                "round.example.com 300 CNAME trip.example.com",
                "trip.example.com 300 CNAME round.example.com",
            ],
        ),
        Hosted {
            registered: false,
            ..Hosted::new("sub.example.com", &["db.sub.example.com 300 A 192.0.2.7"])
        },
        Hosted::new("example.net", &["cdn.example.net 20 A 198.51.100.80"]),
    ]
}

fn lab() -> Directory {
    build(&site(), vec![resolver()])
}

#[test]
fn a_name_is_resolved_server_by_server_and_then_from_the_cache() {
    let lab = lab();
    let mut state = State::default();
    let first = ask(&lab, &mut state, "www.example.com A");
    assert_eq!(told(&first), "ANSWER www.example.com 300 A 203.0.113.10 www.example.com 300 A 203.0.113.11");
    assert_eq!(
        messages(&first),
        [
            "cli>res www.example.com A? (RD)",
            "res>root www.example.com A?",
            "root>res www.example.com A: referral to com",
            "res>tld www.example.com A?",
            "tld>res www.example.com A: referral to example.com",
            "res>zone-0 www.example.com A?",
            "zone-0>res www.example.com A: ANSWER (AA)",
            "res>cli www.example.com A: ANSWER",
        ]
    );
    assert_eq!(first.leg().verdict, Verdict::Allowed);
    let ends: Vec<_> = [first.hops.first(), first.hops.last()].into_iter().flatten().collect();
    assert_eq!(
        ends.iter().map(|hop| (hop.stage, &*hop.place)).collect::<Vec<_>>(),
        [("stub-query", "cli"), ("resolved", "cli")]
    );
    state.now = 299;
    let second = ask(&lab, &mut state, "www.example.com A");
    assert_eq!(upstream(&second), 0);
    assert_eq!(told(&second), "ANSWER www.example.com 1 A 203.0.113.10 www.example.com 1 A 203.0.113.11");
    // The answer is gone, the delegation is still known: only the zone's own server is asked.
    state.now = 300;
    assert_eq!(upstream(&ask(&lab, &mut state, "www.example.com A")), 1);
}

#[test]
fn negative_answers_are_told_apart_and_kept() {
    let lab = lab();
    let mut state = State::default();
    for (text, wanted) in [
        ("www.example.com AAAA", "NODATA"),
        ("b.example.com A", "NODATA"),
        ("nope.example.com A", "NXDOMAIN"),
        ("dead.example.com A", "NXDOMAIN dead.example.com 300 CNAME nowhere.example.net"),
        ("nowhere.test A", "NXDOMAIN"),
    ] {
        assert_eq!(told(&ask(&lab, &mut state, text)), wanted, "{text}");
        let again = ask(&lab, &mut state, text);
        assert_eq!((told(&again).as_str(), upstream(&again)), (wanted, 0), "{text}");
    }
    // RFC 2308: the lesser of the start's TTL (900) and its minimum.
    state.now = 900;
    assert_ne!(upstream(&ask(&lab, &mut state, "nope.example.com A")), 0);
}

#[test]
fn the_zone_says_how_long_there_is_none() {
    let kept = |soa: &str, seconds| {
        let zone = Hosted::new("example.org", &[soa]);
        let lab = build(&[zone], vec![resolver()]);
        let mut state = State::default();
        ask(&lab, &mut state, "nope.example.org A");
        state.now = seconds;
        upstream(&ask(&lab, &mut state, "nope.example.org A")) == 0
    };
    let soa = |ttl, minimum| format!("example.org {ttl} SOA a.test b.test 1 2 3 4 {minimum}");
    for (ttl, minimum) in [(60, 3_600), (3_600, 60)] {
        assert!(kept(&soa(ttl, minimum), 59) && !kept(&soa(ttl, minimum), 60), "{ttl} {minimum}");
    }
}

#[test]
fn aliases_wildcards_and_delegations_are_followed() {
    let lab = lab();
    for (text, wanted) in [
        ("example.com A", "ANSWER example.com 60 A 192.0.2.80"),
        (
            "shop.example.com A",
            "ANSWER shop.example.com 300 CNAME www.example.com www.example.com 300 A 203.0.113.10 \
             www.example.com 300 A 203.0.113.11",
        ),
        ("shop.example.com CNAME", "ANSWER shop.example.com 300 CNAME www.example.com"),
        (
            "out.example.com A",
            "ANSWER out.example.com 300 CNAME cdn.example.net cdn.example.net 20 A 198.51.100.80",
        ),
        ("x.y.apps.example.com A", "ANSWER x.y.apps.example.com 30 A 192.0.2.99"),
        ("apps.example.com A", "NODATA"),
        ("db.sub.example.com A", "ANSWER db.sub.example.com 300 A 192.0.2.7"),
        ("nope.sub.example.com A", "NXDOMAIN"),
        ("ns-0.awsdns-01.org A", "ANSWER ns-0.awsdns-01.org 172800 A 205.251.0.1"),
    ] {
        assert_eq!(told(&ask(&lab, &mut State::default(), text)), wanted, "{text}");
    }
}

#[test]
fn an_alias_that_leads_back_ends() {
    let lookup = ask(&lab(), &mut State::default(), "round.example.com A");
    assert_eq!(lookup.response.outcome, Outcome::ServFail);
    let (_, reason) = lookup.reason.expect("a reason");
    assert_eq!(reason.spec.code, "X_DNS_SERVFAIL");
    assert!(reason.facts.contains(&("why", "more than 16 aliases in a row".to_owned())), "{reason:?}");
}

#[test]
fn servers_that_do_not_host_the_zone_make_the_delegation_lame() {
    // The other zone's servers answer, but refuse; nobody answers at all; the name has no address.
    let nowhere = |addresses| vec![NameServer { name: name("ns.old.com"), addresses }];
    for registrar in [servers(1), nowhere(vec![address("192.0.2.200")]), nowhere(vec![]), vec![]] {
        let mut hosted = site();
        hosted[0].registrar = Some(registrar.clone());
        let lookup = ask(&build(&hosted, vec![resolver()]), &mut State::default(), "www.example.com A");
        assert_eq!(told(&lookup), "SERVFAIL X_DNS_LAME_DELEGATION", "{registrar:?}");
        let (hop, reason) = lookup.reason.clone().expect("a reason");
        assert_eq!(&*reason.at.id, "domain-0", "what to repair is the registration");
        assert_eq!(lookup.hops[hop].reason.as_ref(), Some(&reason));
        assert_eq!(lookup.leg().verdict, Verdict::Denied);
    }
}

#[test]
fn a_resolver_is_no_server_of_a_zone() {
    let mut hosted = site();
    let listed = NameServer { name: name("ns.old.com"), addresses: vec![address("192.0.2.54")] };
    hosted[0].registrar = Some(vec![listed]);
    let party = Party::new("dns-server", &"up".into(), vec![address("192.0.2.54")]);
    let known = Resolver { rules: vec![rule("example.com", "own", Action::Zone(0))], ..Resolver::new(party) };
    let lab = build(&hosted, vec![resolver(), known]);
    let lookup = ask(&lab, &mut State::default(), "www.example.com A");
    assert!(messages(&lookup).iter().any(|text| text == "up>res www.example.com A: ANSWER"), "it answers");
    assert_eq!(told(&lookup), "SERVFAIL X_DNS_LAME_DELEGATION", "but not with authority");
}

#[test]
fn a_server_named_inside_its_zone_needs_glue() {
    let said = |glue: Vec<std::net::IpAddr>| {
        let own = |addresses| vec![NameServer { name: name("ns1.example.com"), addresses }];
        let mut lab = Directory::new();
        let zone = lab.zone(build(&site(), vec![]).zones[0].clone());
        // The server is drawn with its address; the registrar may not know it.
        lab.server(Server {
            party: Party::new("hosted-zone", &"zone-0".into(), vec![]),
            names: own(vec![address("205.251.0.1")]),
            zones: vec![zone],
        });
        let registered = Registration {
            at: Where::new("domain", &"domain-0".into()),
            domain: name("example.com"),
            servers: own(glue),
            ds: vec![],
            drops_ds: false,
        };
        lab.register(&top(), &[registered]);
        lab.public_resolver(resolver());
        told(&ask(&lab, &mut State::default(), "example.com A"))
    };
    assert_eq!(said(vec![address("205.251.0.1")]), "ANSWER example.com 60 A 192.0.2.80");
    assert_eq!(said(vec![]), "SERVFAIL X_DNS_LAME_DELEGATION");
}

#[test]
fn one_good_server_among_bad_ones_is_enough() {
    let mut hosted = site();
    let mut listed = servers(1);
    listed.extend(servers(0));
    hosted[0].registrar = Some(listed);
    let lookup = ask(&build(&hosted, vec![resolver()]), &mut State::default(), "example.com A");
    assert_eq!(told(&lookup), "ANSWER example.com 60 A 192.0.2.80");
}

#[test]
fn a_server_asked_directly_answers_for_its_zones_only() {
    let lab = lab();
    let server = address("205.251.0.1");
    for (text, wanted) in [
        ("www.example.com A", "ANSWER"),
        ("db.sub.example.com A", "NODATA"),
        ("www.example.org A", "REFUSED X_DNS_REFUSED"),
    ] {
        let query = Query::recursive(question(text));
        let ask = Ask { client: client(), server, query };
        let lookup = resolver::ask(&lab, &mut NoSets, &mut State::default(), &ask);
        assert!(told(&lookup).starts_with(wanted), "{text}: {}", told(&lookup));
        assert_eq!(lookup.response.referral.is_some(), text.starts_with("db"), "{text}");
    }
}

/// A network in which messages to one address are lost, and one VPC has a resolver of its own.
#[derive(Default)]
struct Faulty {
    lost: Vec<&'static str>,
    dns64: bool,
    private: Option<(Id, &'static str, Listener)>,
}

impl Sets for Faulty {
    fn set(&self, _: &Id, set: &Name, kind: RecordType, asker: &Asker) -> Option<Chosen> {
        let near = asker.subnet.is_some_and(|subnet| subnet.to_string() == "203.0.113.0/24");
        let value = match (set.as_str(), kind) {
            ("geo.example.com", RecordType::A) => vec![if near { "192.0.2.1" } else { "192.0.2.2" }],
            ("none.example.com", RecordType::A) => vec![],
            _ => return None,
        };
        let values = value.into_iter().map(|value| Data::parse(kind, value).unwrap()).collect();
        Some(Chosen { ttl: 60, values, evidence: Vec::new() })
    }
}

impl Network for Faulty {
    fn listener(&self, from: &Party, to: std::net::IpAddr) -> Option<Listener> {
        let (id, at, listener) = self.private.as_ref()?;
        (*id == from.id && address(at) == to).then_some(*listener)
    }

    fn carry(&mut self, message: &Carried<'_>, _: &mut State, hops: &mut Vec<Hop>) -> Result<Packet, Reason> {
        if !self.lost.iter().any(|lost| address(lost) == message.packet.destination) {
            return Ok(message.packet.clone());
        }
        let reason = Reason::new(&UNREACHABLE, message.from.at()).fact("why", "the line is cut");
        hops.push(Hop::new("line", &"line".into(), "line", Decision::Denied, message.packet));
        Err(reason)
    }

    fn dns64(&self, _: &Party, _: &Party) -> Option<std::net::Ipv6Addr> {
        self.dns64.then(|| "64:ff9b::".parse().unwrap())
    }

    fn inspect(
        &mut self,
        _: &Party,
        _: &Party,
        question: &Question,
        _: &Packet,
        _: &mut Vec<Hop>,
    ) -> Option<Response> {
        (question.name == name("bad.example.com")).then(|| Response::new(Outcome::NxDomain))
    }
}

#[test]
fn a_lost_message_is_sent_to_the_next_server() {
    let lab = lab();
    let mut network = Faulty { lost: vec!["205.251.0.2"], ..Faulty::default() };
    let lookup = ask_with(&lab, &mut network, &mut State::default(), "example.com A");
    assert_eq!(told(&lookup), "ANSWER example.com 60 A 192.0.2.80");
    assert_eq!(lookup.causes.len(), 1, "the lost message is told as a cause");
    network.lost = vec!["205.251.0.1", "205.251.0.2"];
    let lookup = ask_with(&lab, &mut network, &mut State::default(), "example.com A");
    assert_eq!(told(&lookup), "SERVFAIL X_DNS_SERVFAIL");
    assert_eq!(lookup.causes.len(), 2);
    network.lost = vec![RESOLVER];
    let lookup = ask_with(&lab, &mut network, &mut State::default(), "example.com A");
    assert_eq!(told(&lookup), "TIMEOUT X_DNS_UNREACHABLE", "the reason is the network's own");
    assert_eq!(lookup.hops.len(), 2);
}

#[test]
fn sets_are_chosen_for_the_client_only_where_the_resolver_names_it() {
    let mut hosted = site();
    hosted[0].sets.push(RecordSet::decided(name("geo.example.com"), RecordType::A));
    hosted[0].sets.push(RecordSet::decided(name("none.example.com"), RecordType::A));
    let mut network = Faulty::default();
    let plain = build(&hosted, vec![resolver()]);
    let lookup = ask_with(&plain, &mut network, &mut State::default(), "geo.example.com A");
    assert_eq!(told(&lookup), "ANSWER geo.example.com 60 A 192.0.2.2");
    let telling = build(&hosted, vec![Resolver { sends_client_subnet: true, ..resolver() }]);
    let lookup = ask_with(&telling, &mut network, &mut State::default(), "geo.example.com A");
    assert_eq!(told(&lookup), "ANSWER geo.example.com 60 A 192.0.2.1");
    let lookup = ask_with(&plain, &mut network, &mut State::default(), "none.example.com A");
    assert_eq!(told(&lookup), "NODATA");
}

#[test]
fn what_is_inspected_may_be_blocked() {
    let mut hosted = site();
    hosted[0].sets.push(set("to-bad.example.com 60 CNAME bad.example.com"));
    hosted[0].sets.push(set("bad.example.com 60 A 192.0.2.66"));
    let lab = build(&hosted, vec![resolver()]);
    for (text, wanted) in [
        ("bad.example.com A", "NXDOMAIN"),
        ("to-bad.example.com A", "NXDOMAIN to-bad.example.com 60 CNAME bad.example.com"),
    ] {
        let lookup = ask_with(&lab, &mut Faulty::default(), &mut State::default(), text);
        assert_eq!(told(&lookup), wanted);
    }
}

#[test]
fn ipv6_addresses_are_made_where_there_are_none() {
    let mut hosted = site();
    hosted[0].sets.push(set("www.example.com 60 AAAA 2001:db8::80"));
    let lab = build(&hosted, vec![resolver()]);
    let mut network = Faulty { dns64: true, ..Faulty::default() };
    for (text, wanted) in [
        ("www.example.com AAAA", "ANSWER www.example.com 60 AAAA 2001:db8::80"),
        ("example.com AAAA", "ANSWER example.com 60 AAAA 64:ff9b::c000:250"),
        ("nope.example.com AAAA", "NXDOMAIN"),
    ] {
        let lookup = ask_with(&lab, &mut network, &mut State::default(), text);
        assert_eq!(told(&lookup), wanted, "{text}");
    }
}

fn rule(domain: &str, label: &str, action: Action) -> Rule {
    Rule { of: Id::from(label), index: None, label: label.to_owned(), domain: name(domain), action }
}

fn forward(via: &Party, to: &str) -> Action {
    Action::Forward { via: via.clone(), to: vec![address(to)] }
}

/// Two resolvers: the first forwards by its rules, the second resolves from the root down.
fn pair(rules: impl FnOnce(&Party) -> Vec<Rule>) -> Directory {
    let mut hosted = site();
    hosted.push(Hosted {
        registered: false,
        ..Hosted::new("corp.test", &["db.corp.test 60 A 10.0.3.10", "up.corp.test 60 CNAME www.example.com"])
    });
    let first = resolver();
    let rules = rules(&first.party);
    let second = Resolver::new(Party::new("dns-server", &"up".into(), vec![address("192.0.2.54")]));
    build(&hosted, vec![Resolver { rules, ..first }, second])
}

#[test]
fn the_deepest_rule_decides_and_of_equals_the_first() {
    let zone = |lab: &Directory| lab.zones.iter().position(|zone| zone.apex == name("corp.test")).unwrap();
    let index = zone(&pair(|_| Vec::new()));
    let lab = pair(|party| {
        vec![
            rule(".", "all", forward(party, "192.0.2.54")),
            rule("corp.test", "corp", Action::Zone(index)),
            rule("corp.test", "late", forward(party, "192.0.2.99")),
            rule("no.test", "no", Action::Refuse),
        ]
    });
    for (text, wanted) in [
        ("www.example.com A", "ANSWER www.example.com 300 A 203.0.113.10 www.example.com 300 A 203.0.113.11"),
        ("db.corp.test A", "ANSWER db.corp.test 60 A 10.0.3.10"),
        ("nope.corp.test A", "NXDOMAIN"),
        ("x.no.test A", "REFUSED X_DNS_REFUSED"),
        (
            "up.corp.test A",
            "ANSWER up.corp.test 60 CNAME www.example.com www.example.com 300 A 203.0.113.10 www.example.com \
             300 A 203.0.113.11",
        ),
    ] {
        let lookup = ask(&lab, &mut State::default(), text);
        assert_eq!(told(&lookup), wanted, "{text}");
    }
    let lookup = ask(&lab, &mut State::default(), "db.corp.test A");
    let losses: Vec<_> = lookup
        .hops
        .iter()
        .flat_map(|hop| &hop.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::Choice { candidates, .. } => Some(candidates),
            _ => None,
        })
        .flatten()
        .map(|candidate| (candidate.label.as_str(), candidate.lost))
        .collect();
    let wanted = [("all", Some("less-specific")), ("corp", None), ("late", Some("lower-priority"))];
    assert_eq!(losses, wanted);
}

#[test]
fn resolvers_that_forward_to_each_other_are_a_loop() {
    let lab = pair(|party| vec![rule(".", "self", forward(party, RESOLVER))]);
    let lookup = ask(&lab, &mut State::default(), "www.example.com A");
    assert_eq!(lookup.reason.as_ref().map(|(_, reason)| reason.spec), Some(&CYCLIC_PATH));
    assert_eq!(lookup.leg().verdict, Verdict::Loop);
    assert_eq!(messages(&lookup).len(), 4, "the first return is noticed");
}

#[test]
fn a_forwarder_that_is_not_reached_fails_the_resolution() {
    let lab = pair(|party| vec![rule(".", "up", forward(party, "192.0.2.54"))]);
    let mut network = Faulty { lost: vec!["192.0.2.54"], ..Faulty::default() };
    let lookup = ask_with(&lab, &mut network, &mut State::default(), "www.example.com A");
    assert_eq!(told(&lookup), "SERVFAIL X_DNS_SERVFAIL");
    let (_, reason) = lookup.reason.unwrap();
    assert!(
        reason.facts.contains(&("why", "192.0.2.54 is not reached (X_DNS_UNREACHABLE)".to_owned())),
        "{reason:?}"
    );
}

#[test]
fn who_answers_at_an_address_may_depend_on_who_asks() {
    let mut lab = lab();
    let vpc = Party::new("vpc-resolver", &"vpc-a".into(), vec![address("10.0.0.2")]);
    let listener = Listener::Resolver(lab.private_resolver(Resolver::of_vpc(vpc)));
    let mut network = Faulty { private: Some((Id::from("cli"), "10.0.0.2", listener)), ..Faulty::default() };
    let query = Query::recursive(question("example.com A"));
    let mut from = |id: &str| {
        let client = Party::new("instance", &Id::from(id), vec![address("10.0.1.10")]);
        let ask = Ask { client, server: address("10.0.0.2"), query: query.clone() };
        told(&resolver::ask(&lab, &mut network, &mut State::default(), &ask))
    };
    assert_eq!(from("cli"), "ANSWER example.com 60 A 192.0.2.80");
    assert_eq!(from("other"), "TIMEOUT X_DNS_UNREACHABLE");
}
