//! The cards as they are shipped: every component has one, every row of the rules' catalogues is
//! where it belongs, and every claim of the study notes that they answer exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hopscope_aws::CATALOG;
use hopscope_view::catalogue::{Catalogue, Difference, Ipv6Support, Unit};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn catalogue() -> Catalogue {
    Catalogue::read(&read("crates/view/catalogue/catalogue.json")).unwrap_or_else(|error| panic!("{error}"))
}

/// Services that cannot be drawn as a component of that name.
const SERVICES: &[&str] = &[
    "backbone",
    "point-of-presence",
    "macsec",
    "bfd",
    "application-load-balancer",
    "target-group",
    "global-accelerator",
    "cloudfront-distribution",
    "web-acl",
    "shield",
    "certificate",
    "api-gateway",
    "app-mesh",
    "cloudwatch",
    "ipv6",
    "route-53",
    "hosted-zone",
    "resolver",
    "resolver-endpoint",
    "resolver-rule",
    "health-check",
    "dnssec",
];

/// Cards on which the rows of a component of sections 26 and 27 stand.
fn cards_of(component: &str) -> &'static [&'static str] {
    match component {
        "IGW" => &["internet-gateway"],
        "EIGW" => &["egress-only-internet-gateway"],
        "NAT gateway" => &["nat-gateway"],
        "VGW" => &["virtual-private-gateway"],
        "VGW / VPN" => &["virtual-private-gateway", "vpn-connection"],
        "VPN" | "Static VPN" => &["vpn-connection"],
        "CGW" => &["customer-gateway"],
        "TGW" => &["transit-gateway", "transit-gateway-attachment", "transit-gateway-route-table"],
        "DX" | "Direct Connect" => &["direct-connect-connection"],
        "MACsec" => &["macsec"],
        "Peering" => &["vpc-peering-connection"],
        "Gateway endpoint" => &["gateway-endpoint"],
        "Interface endpoint" => &["interface-endpoint"],
        "Resolver .2" => &["resolver"],
        "Resolver endpoints" => &["resolver-endpoint"],
        "ALB" => &["application-load-balancer"],
        "NLB" => &["network-load-balancer"],
        "GWLB" => &["gateway-load-balancer", "gateway-load-balancer-endpoint"],
        "Global Accelerator" => &["global-accelerator"],
        "WAF" => &["web-acl"],
        "Shield" => &["shield"],
        "ACM" => &["certificate"],
        "SG/NACL" | "SG / NACL" => &["security-group", "network-acl"],
        "CloudFront" => &["cloudfront-distribution"],
        "Route 53" => &["route-53", "hosted-zone", "health-check"],
        "DNSSEC" => &["dnssec"],
        "API Gateway" => &["api-gateway"],
        "App Mesh" => &["app-mesh"],
        "VPC" => &["vpc"],
        "ENI" => &["network-interface"],
        "EIP" => &["elastic-ip"],
        "Client VPN" => &["client-vpn-endpoint"],
        "Internet egress" => &["internet"],
        "IPv6" => &["ipv6"],
        other => panic!("no card is named for {other}"),
    }
}

/// Rows of a table of the rules: first cell and the others.
fn rows(family: &str) -> BTreeMap<String, Vec<String>> {
    let rules = read("docs/rules.md");
    rules
        .lines()
        .filter(|line| line.starts_with(&format!("| {family}-")))
        .map(|line| {
            let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
            (cells.next().unwrap_or_default(), cells.collect())
        })
        .collect()
}

fn numbered(family: &str, last: usize) -> BTreeSet<String> {
    (1..=last).map(|n| format!("{family}-{n:02}")).collect()
}

/// Cards by the row ids on them.
fn places<'a>(found: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, slug) in found {
        out.entry(id.to_owned()).or_default().insert(slug.to_owned());
    }
    out
}

#[test]
fn every_component_and_every_named_service_has_a_card_of_its_name() {
    let catalogue = catalogue();
    for spec in CATALOG {
        let card =
            catalogue.card(spec.kind).unwrap_or_else(|| panic!("the component {} has no card", spec.kind));
        assert_eq!(card.name, spec.name, "{}", spec.kind);
    }
    for slug in SERVICES {
        assert!(catalogue.card(slug).is_some(), "the service {slug} has no card");
    }
    for card in &catalogue.cards {
        let known =
            SERVICES.contains(&card.slug.as_str()) || CATALOG.iter().any(|spec| spec.kind == card.slug);
        assert!(known, "the card {} belongs to nothing", card.slug);
        assert_eq!(card.checked, catalogue.checked, "{}", card.slug);
    }
}

#[test]
fn every_limit_and_price_of_the_rules_stands_on_its_component() {
    let catalogue = catalogue();
    let limits = places(catalogue.cards.iter().flat_map(|card| {
        card.limits.iter().filter_map(|limit| limit.id.as_deref()).map(|id| (id, card.slug.as_str()))
    }));
    let prices = places(
        catalogue
            .cards
            .iter()
            .flat_map(|card| card.pricing.iter().map(|charge| (charge.id.as_str(), card.slug.as_str()))),
    );
    for (family, last, found) in [("LIM", 63, limits), ("PRC", 29, prices)] {
        assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), numbered(family, last));
        let rules = rows(family);
        assert_eq!(rules.keys().cloned().collect::<BTreeSet<_>>(), numbered(family, last));
        for (id, cells) in rules {
            let allowed = cards_of(&cells[0]);
            for slug in &found[&id] {
                assert!(allowed.contains(&slug.as_str()), "{id} of {} stands on the card {slug}", cells[0]);
            }
        }
    }
}

#[test]
fn limits_cite_the_rules_that_the_reference_names() {
    let rules = rows("LIM");
    for card in catalogue().cards {
        for limit in card.limits {
            let Some(id) = &limit.id else {
                assert!(!limit.rules.is_empty(), "{}: \"{}\" cites no rule", card.slug, limit.text);
                continue;
            };
            let named = rules[id][3].clone();
            for rule in named.split(", ").filter(|rule| *rule != "—") {
                assert!(
                    limit.rules.iter().any(|own| own == rule),
                    "{id} cites {:?}, not {rule}",
                    limit.rules
                );
            }
        }
    }
}

#[test]
fn every_difference_between_notes_and_aws_is_shown_once_with_its_verdict() {
    let catalogue = catalogue();
    let rules = rows("SD");
    assert_eq!(rules.keys().cloned().collect::<BTreeSet<_>>(), numbered("SD", 60));
    let mut seen = BTreeSet::new();
    for card in &catalogue.cards {
        for badge in &card.notes {
            assert!(seen.insert(badge.id.clone()), "{} stands on two cards", badge.id);
            let word = match badge.verdict {
                Difference::Updated => "*Updated.*",
                Difference::Simplified => "*Simplified.*",
                Difference::Slip => "*Slip.*",
            };
            let cells = &rules[&badge.id];
            assert!(cells[3].starts_with(word), "{} is {word} here, and in the rules {}", badge.id, cells[3]);
        }
    }
    assert_eq!(seen, numbered("SD", 60));
}

#[test]
fn every_rule_and_claim_named_exists() {
    let rules = read("docs/rules.md");
    let claims = read("docs/study-claims.tsv");
    let claims: BTreeSet<&str> = claims.lines().filter_map(|line| line.split('\t').next()).collect();
    let catalogue = catalogue();
    for card in &catalogue.cards {
        let cited = card
            .limits
            .iter()
            .flat_map(|limit| &limit.rules)
            .chain(card.notes.iter().flat_map(|badge| &badge.rules));
        for rule in cited {
            let defined = rules.contains(&format!("- **{rule}**")) || rules.contains(&format!("| {rule} |"));
            assert!(defined, "{}: the rules have no {rule}", card.slug);
        }
        for fact in &card.facts {
            for claim in &fact.claims {
                assert!(claims.contains(claim.as_str()), "{}: there is no claim {claim}", card.slug);
            }
            if !fact.starter.is_empty() {
                let path = format!("crates/editor/starters/{}.hopscope.json", fact.starter);
                assert!(root().join(&path).is_file(), "{}: there is no {path}", card.slug);
            }
        }
        let keys: BTreeSet<&str> = card.facts.iter().map(|fact| fact.key.as_str()).collect();
        assert_eq!(keys.len(), card.facts.len(), "two facts of {} have one name", card.slug);
    }
    for comparison in &catalogue.comparisons {
        for claim in &comparison.claims {
            assert!(claims.contains(claim.as_str()), "{}: there is no claim {claim}", comparison.slug);
        }
    }
}

/// The layer that the study notes give each service, as the claims of `layer` cells state it.
#[test]
fn cards_show_the_layer_of_the_notes_and_are_listed_under_it() {
    let catalogue = catalogue();
    let claims = read("docs/study-claims.tsv");
    let mut checked = 0;
    for line in claims.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (Some(claim), Some(scenario), Some(expected)) = (cells.get(3), cells.get(6), cells.get(7)) else {
            continue;
        };
        if !claim.contains(" of the OSI model") {
            continue;
        }
        let layer = expected.split('\'').nth(1).unwrap_or_else(|| panic!("no layer in {expected}"));
        let name = scenario
            .strip_prefix("Catalogue: open the ")
            .and_then(|rest| rest.split(" entry;").next())
            .unwrap_or_else(|| panic!("no entry in {scenario}"));
        let card = match name {
            "Direct Connect" => "direct-connect-connection",
            "VPC Peering" => "vpc-peering-connection",
            "Route 53 Resolver" => "resolver",
            "Route 53 Resolver Endpoint" => "resolver-endpoint",
            "WAF" => "web-acl",
            "AWS Shield" => "shield",
            "ACM" => "certificate",
            "Security Groups and NACLs" => "security-group",
            "CloudFront" => "cloudfront-distribution",
            "ENI" => "network-interface",
            other => &other.to_lowercase().replace(' ', "-"),
        };
        let card = catalogue.card(card).unwrap_or_else(|| panic!("no card {card} for {name}"));
        assert_eq!(card.layer, layer, "{name}");
        for digit in layer.chars().filter(char::is_ascii_digit) {
            let number = digit.to_digit(10).unwrap_or_default();
            let listed = catalogue.in_layer(u8::try_from(number).unwrap_or_default());
            assert!(listed.into_iter().any(|listed| listed.slug == card.slug), "{name} under {digit}");
        }
        checked += 1;
    }
    assert_eq!(checked, 25);
    let lists = ["security-group", "network-acl"].map(|slug| catalogue.card(slug).map(|card| &card.layer));
    assert_eq!(lists[0], lists[1]);
}

#[test]
fn the_ipv6_column_filters() {
    let catalogue = catalogue();
    let column =
        |support| -> Vec<&str> { catalogue.carrying(support).map(|card| card.slug.as_str()).collect() };
    assert!(column(Ipv6Support::Ipv6Only).contains(&"egress-only-internet-gateway"));
    assert!(column(Ipv6Support::DualStack).contains(&"internet-gateway"));
    assert_eq!(column(Ipv6Support::None), ["unmodelled", "elastic-ip", "virtual-private-gateway"]);
    let all: usize = [Ipv6Support::None, Ipv6Support::DualStack, Ipv6Support::Ipv6Only]
        .into_iter()
        .map(|support| catalogue.carrying(support).count())
        .sum();
    assert_eq!(all, catalogue.cards.len());
}

#[test]
fn charges_have_a_price_or_say_why_not() {
    for card in catalogue().cards {
        for charge in card.pricing {
            let name = charge.name();
            match charge.unit {
                Unit::Free => assert_eq!(charge.rate, Some(0.0), "{name}"),
                _ => assert!(charge.rate.is_some_and(|rate| rate > 0.0) || !charge.note.is_empty(), "{name}"),
            }
            let measured = charge.unit == Unit::CapacityUnitHour;
            assert_eq!(measured, !charge.dimensions.is_empty(), "{name}");
        }
    }
}
