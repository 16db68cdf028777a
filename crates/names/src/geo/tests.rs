use proptest::prelude::*;

use super::*;

fn place(text: &str) -> &'static Place {
    Place::find(text).unwrap_or_else(|| panic!("{text} is no place"))
}

fn region(code: &str) -> &'static Place {
    &Region::find(code).unwrap_or_else(|| panic!("{code} is no Region")).place
}

#[test]
fn tables_are_whole() {
    let countries = countries::COUNTRIES;
    assert_eq!(countries.len(), 249, "ISO 3166-1 has 249 codes");
    assert!(countries.windows(2).all(|pair| pair[0].code < pair[1].code), "by code, none twice");
    assert_eq!(countries::STATES.len(), 51);
    assert_eq!(Region::all().count(), 34);
    assert!(places::REGIONS.windows(2).all(|pair| pair[0].code < pair[1].code), "by code, none twice");
    for place in Place::all().chain(Region::all().map(|region| &region.place)) {
        assert!(Coordinates::new(place.at.latitude, place.at.longitude).is_some(), "{place}");
        assert_eq!(place.state.is_some(), place.country.code == "US", "{place}");
        assert_eq!(Place::find(place.name).map(|found| found.name), Some(place.name));
    }
}

#[test]
fn places_are_found_as_people_type_them() {
    for (typed, name, country) in [
        ("lisbon", "Lisbon", "PT"),
        (" São Paulo ", "São Paulo", "BR"),
        ("SAO-PAULO", "São Paulo", "BR"),
        ("new york", "New York", "US"),
        ("Portland, Oregon", "Portland", "US"),
        ("Boardman (OR)", "Boardman", "US"),
        ("Ashburn (Virginia)", "Ashburn", "US"),
        ("Paris, FR", "Paris", "FR"),
        ("eu-west-1", "Dublin", "IE"),
        ("US East (N. Virginia)", "Ashburn", "US"),
        ("N. Virginia", "Ashburn", "US"),
        ("Ireland", "Dublin", "IE"),
        ("Peru", "Lima", "PE"),
        ("Oregon", "Boardman", "US"),
        ("California", "San Francisco", "US"),
        ("Georgia", "Tbilisi", "GE"),
        ("United Kingdom", "London", "GB"),
        ("GB", "London", "GB"),
        ("Singapore", "Singapore", "SG"),
    ] {
        let found = place(typed);
        assert_eq!((found.name, found.country.code), (name, country), "{typed}");
    }
    for typed in ["", " ", "-", "Atlantis", "Paris, Texas", "xx-north-9", &"a".repeat(101)] {
        assert!(Place::find(typed).is_none(), "{typed}");
    }
}

#[test]
fn distances_are_those_of_the_atlas() {
    // Great circles between airports or cities, as published, in kilometres.
    for (a, b, km) in [
        ("London", "Paris", 344),
        ("London", "New York", 5_570),
        ("Lisbon", "Dublin", 1_643),
        ("Sydney", "Tokyo", 7_822),
        ("Singapore", "London", 10_853),
        ("Auckland", "Madrid", 19_590),
    ] {
        let found = place(a).at.km_to(place(b).at);
        assert!(found.abs_diff(km) * 200 <= km, "{a} to {b}: {found} km, published {km}");
        assert_eq!(found, place(b).at.km_to(place(a).at), "{a} to {b} and back");
    }
    for (a, b) in Place::all().flat_map(|a| Place::all().map(move |b| (a, b))) {
        let found = f64::from(a.at.metres_to(b.at));
        assert!((found - haversine(a.at, b.at)).abs() < 1.0, "{a} to {b}: {found} m");
    }
    let pole = |latitude| Coordinates::new(latitude, 0).unwrap();
    assert_eq!(pole(9_000).metres_to(pole(-9_000)), 20_015_114, "half the circumference");
    assert_eq!(pole(0).metres_to(Coordinates::new(0, 18_000).unwrap()), 20_015_114);
    assert_eq!(pole(0).metres_to(pole(1)), 1_112);
    assert_eq!(pole(0).metres_to(pole(0)), 0);
    // The same meridian by two names.
    assert_eq!(Coordinates::new(10, 18_000).unwrap().metres_to(Coordinates::new(10, -18_000).unwrap()), 0);
}

/// The textbook's formula, by the library's functions.
fn haversine(a: Coordinates, b: Coordinates) -> f64 {
    let radians = |hundredths: i16| (f64::from(hundredths) / 100.0).to_radians();
    let half = |a: i16, b: i16| ((radians(a) - radians(b)) / 2.0).sin().powi(2);
    let cosines = radians(a.latitude).cos() * radians(b.latitude).cos();
    let root = (half(a.latitude, b.latitude) + cosines * half(a.longitude, b.longitude)).sqrt();
    2.0 * 6_371_008.8 * root.asin()
}

#[test]
fn latencies_order_regions_as_measurements_do() {
    for (asker, near, far) in [
        // R53-12, W-135.
        ("London", "us-west-2", "ap-southeast-1"),
        ("Paris", "eu-west-1", "us-east-1"),
        ("Lisbon", "eu-west-1", "eu-central-1"),
        // The great circle would say otherwise; the cables do not.
        ("Cape Town", "eu-west-1", "sa-east-1"),
        ("Cape Town", "eu-west-2", "ap-southeast-2"),
        ("Buenos Aires", "us-east-1", "ap-southeast-2"),
        ("Moscow", "eu-central-1", "ap-northeast-1"),
        ("Tel Aviv", "eu-central-1", "me-central-1"),
        ("Tokyo", "us-west-2", "eu-north-1"),
    ] {
        let (a, b) = (latency(place(asker), region(near)), latency(place(asker), region(far)));
        assert!(a < b, "{asker}: {near} {a} ms, {far} {b} ms");
    }
}

#[test]
fn latencies_are_near_public_measurements() {
    // Averages that IBM Cloud published for August and September 2024, milliseconds.
    for (a, b, measured) in [
        ("Dallas", "Ashburn", 31),
        ("Dallas", "Sydney", 185),
        ("Ashburn", "Frankfurt", 91),
        ("Ashburn", "London", 76),
        ("Ashburn", "São Paulo", 118),
        ("Frankfurt", "São Paulo", 197),
        ("Frankfurt", "London", 13),
        ("London", "Tokyo", 242),
        ("London", "Sydney", 261),
        ("Sydney", "Tokyo", 115),
        ("Tokyo", "Dallas", 143),
        ("São Paulo", "Sydney", 327),
    ] {
        let computed = latency(place(a), place(b));
        assert!(
            computed.abs_diff(measured) * 5 <= measured,
            "{a} to {b}: {computed} ms, measured {measured} ms"
        );
        assert_eq!(computed, latency(place(b), place(a)), "{a} to {b} and back");
    }
    assert_eq!(latency(place("Dublin"), region("eu-west-1")), 2);
}

#[test]
fn areas_are_read_and_hold_their_places() {
    for (typed, shown, inside, outside) in [
        ("default", "default", "Lima", ""),
        ("*", "default", "Lima", ""),
        ("US-CA", "California, US", "San Francisco", "Portland"),
        ("us-or", "Oregon, US", "Portland", "Ottawa"),
        ("Virginia", "Virginia, US", "Ashburn", "Paris"),
        ("CA", "Canada", "Ottawa", "San Francisco"),
        ("canada", "Canada", "Ottawa", "San Francisco"),
        ("NA", "North America", "Ottawa", "Lima"),
        ("North America", "North America", "Mexico City", "Windhoek"),
        ("Namibia", "Namibia", "Windhoek", "Ottawa"),
        ("country NA", "Namibia", "Windhoek", "Ottawa"),
        ("country:SA", "Saudi Arabia", "Riyadh", "Lima"),
        ("continent:SA", "South America", "Lima", "Riyadh"),
        ("Georgia", "Georgia", "Tbilisi", "Atlanta"),
        ("US-GA", "Georgia, US", "Atlanta", "Tbilisi"),
        ("eu", "Europe", "Lisbon", "Tunis"),
    ] {
        let area = Area::parse(typed).unwrap_or_else(|| panic!("{typed} is no area"));
        assert_eq!(area.to_string(), shown, "{typed}");
        assert!(area.holds(Some(place(inside))), "{inside} is in {typed}");
        assert!(outside.is_empty() || !area.holds(Some(place(outside))), "{outside} is in {typed}");
        assert_eq!(area.holds(None), area == Area::Default, "nowhere is in {typed}");
    }
    for typed in ["", "US-", "US-XX", "XX", "country", "country XX", "Mars", "é", "US-é"] {
        assert_eq!(Area::parse(typed), None, "{typed}");
    }
}

#[test]
fn coordinates_are_read_as_route_53_takes_them() {
    for (typed, shown) in [
        ("49.22,-74.01", "49.22, -74.01"),
        (" +1.5 , 0 ", "1.50, 0.00"),
        ("-0.05,-0.5", "-0.05, -0.50"),
        ("90,180", "90.00, 180.00"),
        ("−33.87, 151.21", "-33.87, 151.21"),
    ] {
        assert_eq!(Coordinates::parse(typed).map(|at| at.to_string()).as_deref(), Some(shown), "{typed}");
    }
    for typed in ["", "1", "90.01,0", "0,180.01", "1.234,0", "a,b", "--1,0", "1,2,3", ".5,0", "999999999,0"] {
        assert_eq!(Coordinates::parse(typed), None, "{typed}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_the_readers(text in "\\PC{0,120}") {
        let _ = (Place::find(&text), Region::find(&text), Area::parse(&text), Coordinates::parse(&text));
    }

    #[test]
    fn distance_is_a_metric(
        a in (-9_000_i16..=9_000, -18_000_i16..=18_000),
        b in (-9_000_i16..=9_000, -18_000_i16..=18_000),
        c in (-9_000_i16..=9_000, -18_000_i16..=18_000),
    ) {
        let [a, b, c] = [a, b, c].map(|(latitude, longitude)| at(latitude, longitude));
        prop_assert_eq!(a.metres_to(b), b.metres_to(a));
        prop_assert!(a.metres_to(b) <= 20_015_114);
        prop_assert!(a.metres_to(c) <= a.metres_to(b) + b.metres_to(c) + 2);
    }
}
