//! What holds for every choice, whatever the rows.

use proptest::prelude::*;

use super::*;

fn area(text: &str) -> Rule {
    Rule::Geolocation(Area::parse(text).unwrap())
}

fn listed(block: &str) -> Rule {
    Rule::IpBased(Blocks::Listed(vec![block.parse().unwrap()]))
}

fn any_rule(policy: usize) -> BoxedStrategy<Rule> {
    let areas = ["US-OR", "US", "CA", "NA", "EU", "default"];
    let blocks = ["203.0.113.0/24", "203.0.0.0/16", "198.51.100.0/24", "2001:db8::/32"];
    match policy {
        0 => Just(Rule::Simple).boxed(),
        1 => prop_oneof![Just(0), any::<u8>()].prop_map(Rule::Weighted).boxed(),
        2 => (0..34_usize).prop_map(|at| Rule::Latency(Region::all().nth(at).unwrap())).boxed(),
        3 => any::<bool>()
            .prop_map(|first| Rule::Failover(if first { Role::Primary } else { Role::Secondary }))
            .boxed(),
        4 => (0..areas.len()).prop_map(move |at| area(areas[at])).boxed(),
        5 => (-9_000_i16..=9_000, -18_000_i16..=18_000, any::<i8>())
            .prop_map(|(latitude, longitude, bias)| Rule::Geoproximity {
                name: "there".to_owned(),
                at: Coordinates::new(latitude, longitude).unwrap(),
                bias,
            })
            .boxed(),
        6 => Just(Rule::Multivalue).boxed(),
        _ => prop_oneof![
            Just(Rule::IpBased(Blocks::Default)),
            (0..blocks.len()).prop_map(move |at| listed(blocks[at])),
        ]
        .boxed(),
    }
}

fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    (0..8_usize).prop_flat_map(|policy| {
        let one = (any_rule(policy), any::<Option<bool>>(), 0..5_usize);
        proptest::collection::vec(one, 0..14).prop_map(|rows| {
            let named = rows.into_iter().enumerate();
            named
                .map(|(at, (rule, health, values))| Row {
                    label: format!("row-{at:02}"),
                    index: Some(at),
                    rule,
                    health,
                    values,
                })
                .collect()
        })
    })
}

fn any_asker() -> impl Strategy<Value = Asker> {
    let places = ["", "Portland", "Ottawa", "Paris", "Tokyo"];
    let blocks = ["203.0.113.7/32", "203.0.0.0/12", "2001:db8::/48", "192.0.2.0/24"];
    (0..places.len(), 0..blocks.len()).prop_map(move |(place, block)| Asker {
        place: Place::find(places[place]),
        block: blocks[block].parse().ok(),
        known_by: KnownBy::ClientSubnet,
    })
}

/// Whether a row may answer that asker at all, whatever its health.
fn applies(rule: &Rule, asker: &Asker) -> bool {
    match rule {
        Rule::Geolocation(area) => area.holds(asker.place),
        Rule::IpBased(blocks) => decide::deciding(
            match blocks {
                Blocks::Listed(blocks) => blocks,
                Blocks::Default => return true,
            },
            asker,
        )
        .is_some(),
        _ => true,
    }
}

proptest! {
    #[test]
    fn the_chosen_are_healthy_where_any_could_be(rows in any_rows(), asker in any_asker(), seed: u64) {
        let choice = choose(&Id::from("zone"), "records", &rows, &asker, seed);
        let able = |row: &&Row| applies(&row.rule, &asker);
        prop_assert_eq!(choice.chosen.is_empty(), rows.iter().filter(able).count() == 0);
        let alternative = rows.iter().filter(able).any(Row::healthy);
        for chosen in &choice.chosen {
            let row = &rows[chosen.row];
            prop_assert!(applies(&row.rule, &asker), "{:?}", row);
            prop_assert!(row.healthy() || !alternative || row.rule == Rule::Simple, "{:?}", row);
            let mut values = chosen.values.clone();
            values.sort_unstable();
            prop_assert_eq!(values, (0..row.values).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_row_is_chosen_or_loses_for_a_reason(rows in any_rows(), asker in any_asker(), seed: u64) {
        let choice = choose(&Id::from("zone"), "records", &rows, &asker, seed);
        let Evidence::Choice { candidates, .. } = choice.evidence else { panic!("no choice") };
        prop_assert_eq!(candidates.len(), rows.len());
        for (at, candidate) in candidates.iter().enumerate() {
            let times = choice.chosen.iter().filter(|chosen| chosen.row == at).count();
            prop_assert_eq!(times, usize::from(candidate.lost.is_none()), "{:?}", candidate);
        }
    }

    #[test]
    fn numbering_rows_otherwise_changes_nothing(
        (rows, shuffled) in any_rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        asker in any_asker(),
        seed: u64,
    ) {
        let answer = |rows: &[Row]| -> Vec<(String, Vec<usize>)> {
            let choice = choose(&Id::from("zone"), "records", rows, &asker, seed);
            choice.chosen.into_iter().map(|it| (rows[it.row].label.clone(), it.values)).collect()
        };
        prop_assert_eq!(answer(&rows), answer(&shuffled));
    }
}
