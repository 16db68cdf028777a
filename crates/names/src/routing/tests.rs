use super::*;
use hopscope_forward::Candidate;

const UP: Option<bool> = Some(true);
const DOWN: Option<bool> = Some(false);

fn row(label: &str, rule: Rule, health: Option<bool>) -> Row {
    Row { label: label.to_owned(), index: None, rule, health, values: 1 }
}

fn weighted(rows: &[(&str, u8, Option<bool>)]) -> Vec<Row> {
    rows.iter().map(|(label, weight, health)| row(label, Rule::Weighted(*weight), *health)).collect()
}

fn area(text: &str) -> Rule {
    Rule::Geolocation(Area::parse(text).unwrap())
}

fn listed(blocks: &[&str]) -> Rule {
    Rule::IpBased(Blocks::Listed(blocks.iter().map(|block| block.parse().unwrap()).collect()))
}

fn latency_row(code: &str, health: Option<bool>) -> Row {
    row(code, Rule::Latency(Region::find(code).unwrap()), health)
}

fn near(label: &str, hundredths_east: i16, bias: i8, health: Option<bool>) -> Row {
    let at = Coordinates::new(0, hundredths_east).unwrap();
    row(label, Rule::Geoproximity { name: label.to_owned(), at, bias }, health)
}

/// A resolver somewhere, at an address that no test lists.
fn asker(place: &str) -> Asker {
    let place = (!place.is_empty()).then(|| Place::find(place).unwrap());
    Asker::public(None, ("192.0.2.53".parse().unwrap(), place))
}

fn from(block: &str) -> Asker {
    let block = block.parse().or_else(|_| block.parse::<IpAddr>().map(IpNet::from)).unwrap();
    Asker { place: None, block: Some(block), known_by: KnownBy::ClientSubnet }
}

fn chosen(rows: &[Row], asker: &Asker) -> Vec<String> {
    let choice = choose(&Id::from("zone"), "records", rows, asker, 7);
    choice.chosen.iter().map(|chosen| rows[chosen.row].label.clone()).collect()
}

fn told(rows: &[Row], asker: &Asker) -> (String, Vec<Candidate>) {
    match choose(&Id::from("zone"), "records", rows, asker, 7).evidence {
        Evidence::Choice { by, candidates, .. } => (by, candidates),
        other => panic!("{other:?}"),
    }
}

fn losses(rows: &[Row], asker: &Asker) -> Vec<Option<&'static str>> {
    told(rows, asker).1.iter().map(|candidate| candidate.lost).collect()
}

/// How many of many equal questions each row answers.
fn distribution(rows: &[Row], asker: &Asker, count: u64, seed: u64) -> Vec<u64> {
    let mut answers = vec![0; rows.len()];
    for question in 0..count {
        draw(rows, asker, seed_of(seed, question)).iter().for_each(|chosen| answers[chosen.row] += 1);
    }
    answers
}

/// Ten thousand questions; each share within five standard deviations of a binomial, which a fair
/// draw leaves once in two million times.
fn assert_shares(rows: &[Row], asker: &Asker, shares: &[f64]) {
    let count = 10_000_u32;
    let found = distribution(rows, asker, u64::from(count), 42);
    assert_eq!(found.len(), shares.len());
    for ((found, share), row) in found.iter().zip(shares).zip(rows) {
        let mean = f64::from(count) * share;
        let tolerance = 5.0 * (mean * (1.0 - share)).sqrt();
        let off = (*found as f64 - mean).abs();
        assert!(off <= tolerance, "{}: {found} of {count}, expected {mean} ± {tolerance}", row.label);
    }
}

#[test]
fn simple_gives_all_values_in_random_order_whatever_their_health() {
    // R53-10, W-130.
    let rows = [Row { values: 2, ..row("a", Rule::Simple, DOWN) }];
    let mut first = [0_u32; 2];
    for seed in 0..10_000 {
        let choice = choose(&Id::from("zone"), "records", &rows, &asker(""), seed);
        assert_eq!(draw(&rows, &asker(""), seed), choice.chosen);
        let [only] = choice.chosen.as_slice() else { panic!("{choice:?}") };
        let mut values = only.values.clone();
        first[values[0]] += 1;
        values.sort_unstable();
        assert_eq!(values, [0, 1]);
    }
    assert!(first[0].abs_diff(5_000) <= 250, "{first:?}");
    assert_eq!(distribution(&rows, &asker(""), 100, 1), [100]);
}

#[test]
fn weighted_shares() {
    // R53-11: 80/20, and 1 of 256. W-131.
    assert_shares(&weighted(&[("a", 80, UP), ("b", 20, UP)]), &asker(""), &[0.8, 0.2]);
    assert_shares(&weighted(&[("a", 1, None), ("b", 255, None)]), &asker(""), &[1.0 / 256.0, 255.0 / 256.0]);
    // R53-20, W-132: 10/20/20 with the third down.
    let rows = weighted(&[("a", 10, UP), ("b", 20, UP), ("c", 20, DOWN)]);
    assert_shares(&rows, &asker(""), &[1.0 / 3.0, 2.0 / 3.0, 0.0]);
    // R53-11: weight 0 gets nothing, all of weight 0 get equal shares.
    assert_shares(&weighted(&[("a", 0, UP), ("b", 5, UP)]), &asker(""), &[0.0, 1.0]);
    assert_shares(
        &weighted(&[("a", 0, UP), ("b", 0, UP), ("c", 0, UP), ("d", 0, DOWN)]),
        &asker(""),
        &[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0],
    );
    // R53-20: none is healthy, so all are.
    let rows = weighted(&[("a", 30, DOWN), ("b", 10, DOWN), ("c", 0, DOWN)]);
    assert_shares(&rows, &asker(""), &[0.75, 0.25, 0.0]);
}

#[test]
fn weight_zero_stands_in_when_all_others_are_unhealthy() {
    // R53-21, all states of both.
    for (p, q, expected) in [
        (UP, UP, "Q"),
        (DOWN, UP, "Q"),
        (UP, DOWN, "P"),
        (None, DOWN, "P"),
        (DOWN, DOWN, "Q"),
        (UP, None, "Q"),
    ] {
        let rows = weighted(&[("P", 0, p), ("Q", 10, q)]);
        assert_eq!(chosen(&rows, &asker("")), [expected], "P {p:?}, Q {q:?}");
    }
    assert_eq!(losses(&weighted(&[("P", 0, UP), ("Q", 10, UP)]), &asker("")), [Some("weight-zero"), None]);
    assert_eq!(losses(&weighted(&[("P", 0, UP), ("Q", 10, DOWN)]), &asker("")), [None, Some("unhealthy")]);
}

#[test]
fn weights_are_told_by_the_sum_they_were_drawn_from() {
    let rows = weighted(&[("a", 10, UP), ("b", 20, None), ("c", 20, DOWN), ("d", 0, UP)]);
    let (by, candidates) = told(&rows, &asker("Paris"));
    assert_eq!(by, "weight");
    let values: Vec<&str> = candidates.iter().map(|candidate| candidate.value.as_str()).collect();
    assert_eq!(
        values,
        ["weight 10 of 30, healthy", "weight 20 of 30", "weight 20, unhealthy", "weight 0, healthy"]
    );
    let lost: Vec<&str> = candidates.iter().filter_map(|candidate| candidate.lost).collect();
    assert_eq!(lost, ["not-drawn", "unhealthy", "weight-zero"]);
}

#[test]
fn latency_takes_the_region_nearest_in_time() {
    // R53-12: London, Oregon and Singapore.
    let rows = [latency_row("us-west-2", None), latency_row("ap-southeast-1", None)];
    assert_eq!(chosen(&rows, &asker("London")), ["us-west-2"]);
    assert_eq!(losses(&rows, &asker("London")), [None, Some("slower")]);
    // W-135.
    let rows = [latency_row("us-east-1", UP), latency_row("eu-west-1", UP)];
    assert_eq!(chosen(&rows, &asker("Paris")), ["eu-west-1"]);
    // The nearest is down: the choice is repeated without it; all down: it answers.
    let rows = [latency_row("us-east-1", UP), latency_row("eu-west-1", DOWN)];
    assert_eq!(chosen(&rows, &asker("Paris")), ["us-east-1"]);
    let rows = [latency_row("us-east-1", DOWN), latency_row("eu-west-1", DOWN)];
    assert_eq!(chosen(&rows, &asker("Paris")), ["eu-west-1"]);
    let (by, candidates) = told(&rows, &asker("Paris"));
    assert_eq!(by, "the resolver 192.0.2.53 in Paris, France; none is healthy, so all count as healthy");
    assert!(candidates[1].value.starts_with("eu-west-1, "), "{candidates:?}");
    // Nobody knows where the asker is.
    assert_eq!(chosen(&rows, &asker("")), ["us-east-1"]);
    assert_eq!(
        told(&rows, &asker("")).0,
        "the resolver 192.0.2.53 at an unknown place, taken as Ashburn, Virginia; \
         none is healthy, so all count as healthy"
    );
    // R53-19: in a private zone it is where its VPC is.
    let frankfurt = Asker::private(Region::find("eu-central-1").unwrap());
    assert_eq!(chosen(&rows, &frankfurt), ["eu-west-1"]);
    assert_eq!(frankfurt.to_string(), "the Region of the VPC, eu-central-1");
    // Two records of one Region (AWS refuses the second): the first identifier answers.
    let twice = [row("b", rows[0].rule.clone(), None), row("a", rows[0].rule.clone(), None)];
    assert_eq!(chosen(&twice, &asker("Lima")), ["a"]);
    assert_eq!(losses(&twice, &asker("Lima")), [Some("tie"), None]);
}

#[test]
fn failover_by_every_state_of_both() {
    // R53-13, W-133, W-134.
    for (primary, secondary, expected) in [
        (UP, UP, "p"),
        (UP, DOWN, "p"),
        (UP, None, "p"),
        (None, UP, "p"),
        (None, DOWN, "p"),
        (None, None, "p"),
        (DOWN, UP, "s"),
        (DOWN, None, "s"),
        (DOWN, DOWN, "p"),
    ] {
        let rows = [
            row("s", Rule::Failover(Role::Secondary), secondary),
            row("p", Rule::Failover(Role::Primary), primary),
        ];
        assert_eq!(chosen(&rows, &asker("")), [expected], "{primary:?} {secondary:?}");
        let other = if expected == "s" {
            [None, Some("unhealthy")]
        } else if primary != DOWN && secondary == DOWN {
            [Some("unhealthy"), None]
        } else {
            [Some("secondary"), None]
        };
        assert_eq!(losses(&rows, &asker("")), other, "{primary:?} {secondary:?}");
    }
    for role in [Role::Primary, Role::Secondary] {
        let alone = [row("alone", Rule::Failover(role), DOWN)];
        assert_eq!(chosen(&alone, &asker("")), ["alone"], "{role:?}");
    }
}

#[test]
fn geolocation_takes_the_smallest_area() {
    // R53-14, W-136.
    let rows = [row("america", area("NA"), None), row("canada", area("CA"), None)];
    assert_eq!(chosen(&rows, &asker("Ottawa")), ["canada"]);
    assert_eq!(losses(&rows, &asker("Ottawa")), [Some("less-specific"), None]);
    assert_eq!(chosen(&rows, &asker("Peru")), Vec::<String>::new());
    assert_eq!(losses(&rows, &asker("Peru")), [Some("no-match"), Some("no-match")]);
    assert_eq!(chosen(&rows, &asker("")), Vec::<String>::new());

    let rows = |oregon, us, america, default| {
        [
            row("default", area("default"), default),
            row("america", area("North America"), america),
            row("us", area("US"), us),
            row("oregon", area("US-OR"), oregon),
            row("peru", area("Peru"), UP),
        ]
    };
    for (place, expected) in [
        ("Portland", "oregon"),
        ("Seattle", "us"),
        ("Ottawa", "america"),
        ("Lima", "peru"),
        ("Tokyo", "default"),
        ("", "default"),
    ] {
        assert_eq!(chosen(&rows(UP, UP, UP, UP), &asker(place)), [expected], "{place}");
    }
    // An unhealthy area gives way to the next larger one; all unhealthy, the smallest answers.
    for (health, expected) in [
        ([DOWN, UP, UP, UP], "us"),
        ([DOWN, DOWN, UP, UP], "america"),
        ([DOWN, DOWN, DOWN, UP], "default"),
        ([DOWN, DOWN, DOWN, None], "default"),
        ([DOWN, DOWN, DOWN, DOWN], "oregon"),
    ] {
        let [oregon, us, america, default] = health;
        assert_eq!(chosen(&rows(oregon, us, america, default), &asker("Portland")), [expected], "{health:?}");
    }
    // A healthy record for elsewhere is no alternative.
    let rows = [row("canada", area("CA"), DOWN), row("peru", area("PE"), UP)];
    assert_eq!(chosen(&rows, &asker("Ottawa")), ["canada"]);
    assert_eq!(losses(&rows, &asker("Ottawa")), [None, Some("no-match")]);
}

#[test]
fn geoproximity_by_biased_distance() {
    // R53-15, both signs.
    for (metres, bias, expected) in [
        (150_000, 50, 75_000_000),
        (100_000, 0, 100_000_000),
        (150_000, -50, 300_000_000),
        (100_000, 99, 1_000_000),
        (100_000, -99, 10_000_000_000),
        (100_000, i8::MIN, 10_000_000_000),
        (100_000, i8::MAX, 1_000_000),
        (0, -99, 0),
        (20_015_114, -99, 2_001_511_400_000),
    ] {
        assert_eq!(biased(metres, bias), expected, "{metres} m, bias {bias}");
    }
    // W-137: on the equator a degree is 111.195 km, so 1.35° are 150.1 km and 0.9° are 100.1 km.
    let null_island = Place {
        name: "Null Island",
        country: Place::find("Accra").unwrap().country,
        state: None,
        at: Coordinates::new(0, 0).unwrap(),
    };
    let here = Asker { place: Some(Box::leak(Box::new(null_island))), ..asker("") };
    let rows = [near("A", 135, 50, None), near("B", 90, 0, None)];
    assert_eq!(chosen(&rows, &here), ["A"]);
    let (_, candidates) = told(&rows, &here);
    let values: Vec<&str> = candidates.iter().map(|candidate| candidate.value.as_str()).collect();
    assert_eq!(values, ["A, 150 km, bias +50: 75 km", "B, 100 km"]);
    assert_eq!(candidates[1].lost, Some("farther"));
    assert_eq!(chosen(&[near("A", 135, 33, None), near("B", 90, 0, None)], &here), ["B"]);
    assert_eq!(chosen(&[near("A", 135, 0, None), near("B", 90, -34, None)], &here), ["A"]);
    assert_eq!(chosen(&[near("A", 135, 50, DOWN), near("B", 90, 0, UP)], &here), ["B"]);
    assert_eq!(chosen(&[near("A", 135, 50, DOWN), near("B", 90, 0, DOWN)], &here), ["A"]);
}

#[test]
fn multivalue_gives_up_to_eight_healthy_ones() {
    let rows = |count: usize, down: usize| -> Vec<Row> {
        (0..count)
            .map(|at| row(&format!("r{at}"), Rule::Multivalue, if at < down { DOWN } else { UP }))
            .collect()
    };
    let health = |rows: &[Row]| -> (usize, usize) {
        let chosen = chosen(rows, &asker(""));
        let down = |label: &String| rows.iter().any(|row| row.label == *label && row.health == DOWN);
        (chosen.len(), chosen.iter().filter(|label| down(label)).count())
    };
    // R53-16, W-138: ten, three of them down; and the bounds beside it.
    assert_eq!(health(&rows(10, 3)), (7, 0));
    assert_eq!(health(&rows(10, 2)), (8, 0));
    assert_eq!(health(&rows(10, 1)), (8, 0));
    assert_eq!(health(&rows(10, 10)), (8, 8));
    assert_eq!(health(&rows(3, 3)), (3, 3));
    assert_eq!(health(&rows(0, 0)), (0, 0));
    assert_eq!(losses(&rows(10, 1), &asker("")).iter().flatten().count(), 2);
    // Nine healthy ones: each is in eight of nine answers.
    let mut shares = vec![8.0 / 9.0; 10];
    shares[0] = 0.0;
    assert_shares(&rows(10, 1), &asker(""), &shares);
    // Seven: each is first equally often.
    let rows = rows(10, 3);
    let mut first = vec![0_u32; 10];
    for seed in 0..7_000 {
        first[choose(&Id::from("z"), "records", &rows, &asker(""), seed).chosen[0].row] += 1;
    }
    assert_eq!(&first[..3], [0, 0, 0]);
    assert!(first[3..].iter().all(|times| times.abs_diff(1_000) <= 147), "{first:?}");
}

#[test]
fn ip_based_takes_the_longest_listed_block() {
    // R53-17, W-139.
    let rows =
        [row("e1", listed(&["198.51.100.0/24"]), None), row("e2", Rule::IpBased(Blocks::Default), None)];
    assert_eq!(chosen(&rows, &from("198.51.100.50")), ["e1"]);
    assert_eq!(chosen(&rows, &from("203.0.113.7")), ["e2"]);
    assert_eq!(losses(&rows, &from("198.51.100.50")), [None, Some("less-specific")]);
    assert_eq!(losses(&rows, &from("203.0.113.7")), [Some("no-match"), None]);
    assert_eq!(chosen(&rows[..1], &from("203.0.113.7")), Vec::<String>::new());
    // Listed as /48, known only as /32.
    let rows =
        [row("v6", listed(&["2001:db8:1::/48"]), None), row("default", Rule::IpBased(Blocks::Default), None)];
    assert_eq!(chosen(&rows, &from("2001:db8::/32")), ["default"]);
    assert_eq!(chosen(&rows, &from("2001:db8:1::/48")), ["v6"]);
    assert_eq!(chosen(&rows, &from("2001:db8:1::/56")), ["v6"]);
    assert_eq!(chosen(&rows, &Asker::private(Region::find("eu-west-1").unwrap())), ["default"]);
    // Longest first; an unhealthy one gives way to the next.
    let rows = |long, short| {
        [
            row("short", listed(&["203.0.112.0/20", "10.0.0.0/8"]), short),
            row("long", listed(&["192.0.2.0/24", "203.0.113.0/24"]), long),
            row("default", Rule::IpBased(Blocks::Default), UP),
        ]
    };
    assert_eq!(chosen(&rows(UP, UP), &from("203.0.113.7")), ["long"]);
    assert_eq!(chosen(&rows(DOWN, UP), &from("203.0.113.7")), ["short"]);
    assert_eq!(chosen(&rows(DOWN, DOWN), &from("203.0.113.7")), ["default"]);
    let (_, candidates) = told(&rows(UP, DOWN), &from("203.0.113.7"));
    assert_eq!(candidates[0].value, "203.0.112.0/20, unhealthy");
    // Blocks that no collection takes hold nobody.
    for block in ["203.0.113.7/32", "203.0.113.0/25", "0.0.0.0/0"] {
        let rows = [row("a", listed(&[block]), None)];
        assert_eq!(chosen(&rows, &from("203.0.113.7")), Vec::<String>::new(), "{block}");
    }
    for (block, taken) in
        [("128.0.0.0/1", true), ("8000::/1", true), ("::/0", false), ("2001:db8::/49", false)]
    {
        assert_eq!(listable(&block.parse().unwrap()), taken, "{block}");
    }
}

#[test]
fn the_client_subnet_comes_before_the_resolver() {
    // R53-18: a client in Paris, a resolver in Virginia.
    let (paris, virginia) = (Place::find("Paris"), Place::find("Virginia"));
    let resolver = ("192.0.2.53".parse().unwrap(), virginia);
    let rows = [row("us", area("US"), None), row("eu", area("EU"), None)];
    assert_eq!(chosen(&rows, &Asker::public(None, resolver)), ["us"]);
    let subnet = ("198.51.100.0/24".parse().unwrap(), paris);
    let asker = Asker::public(Some(subnet), resolver);
    assert_eq!(chosen(&rows, &asker), ["eu"]);
    assert_eq!(asker.to_string(), "the client subnet 198.51.100.0/24 in Paris, France");
}

#[test]
fn rows_of_another_policy_stand_back() {
    let rows = [row("b", Rule::Simple, None), row("a", Rule::Weighted(1), None)];
    assert_eq!(chosen(&rows, &asker("")), ["a"]);
    assert_eq!(losses(&rows, &asker("")), [Some("other-policy"), None]);
}

#[test]
fn policies_are_read_by_their_names() {
    for policy in Policy::ALL {
        assert_eq!(Policy::parse(&policy.name().to_uppercase()), Some(policy));
    }
    assert_eq!(Policy::parse(""), Some(Policy::Simple));
    assert_eq!(Policy::parse("round-robin"), None);
}
