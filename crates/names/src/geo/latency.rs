//! The fixed latency matrix that Route 53's latency records are decided by (R53-12).
//!
//! Route 53 measures; Hopscope computes, so that the same drawing always gets the same answer. A
//! round trip between two places takes
//!
//! > 2 ms + 1.4 × distance ÷ 100 km per ms
//!
//! Light in fibre covers about 200 km each millisecond, so a round trip 100 km; cables are about
//! 1.4 times as long as the great circle; the rest is equipment at both ends. Against public
//! measurements between cloud regions (London to Washington 75 ms, Sydney to Tokyo 115 ms, São Paulo
//! to Washington 119 ms) that is off by a tenth or so, less than two Regions usually differ by.
//!
//! Where no cable follows the great circle the formula would be wrong by half, and the order of two
//! Regions with it. Those ways are listed: what is measured there fits the distance through
//! the places where the cables go (London to Tokyo 242 ms, London to Sydney 261 ms, São Paulo to Sydney
//! 328 ms).

use super::{Continent, Coordinates, Place, at};

use Continent::{Africa, Asia, Europe, Oceania, SouthAmerica};

/// Microseconds of equipment at both ends, there and back.
const ENDS: u32 = 2_000;
/// Microseconds for each kilometre of great circle, there and back.
const PER_KM: u32 = 14;

/// Places where long cables meet.
const LONDON: Coordinates = at(5151, -13);
const FRANKFURT: Coordinates = at(5011, 868);
const SINGAPORE: Coordinates = at(135, 10382);
const ASHBURN: Coordinates = at(3904, -7749);

/// Some of a continent's countries; all of them where none is named.
struct Side {
    continent: Continent,
    countries: &'static [&'static str],
}

/// Two sides that no direct cable joins, and where their traffic goes instead, from the first.
struct Detour {
    sides: [Side; 2],
    via: &'static [Coordinates],
}

const fn all(continent: Continent) -> Side {
    Side { continent, countries: &[] }
}

const fn some(continent: Continent, countries: &'static [&'static str]) -> Side {
    Side { continent, countries }
}

const fn detour(a: Side, b: Side, via: &'static [Coordinates]) -> Detour {
    Detour { sides: [a, b], via }
}

/// South of the equator no cable leads from Africa to the east or to Australia.
const SOUTHERN_AFRICA: Side = some(Africa, &["ZA", "NA", "BW", "ZW", "MZ", "LS", "SZ"]);
const EAST_ASIA: Side = some(Asia, &["CN", "HK", "JP", "KR", "MO", "MN", "TW"]);

static DETOURS: &[Detour] = &[
    detour(all(Europe), EAST_ASIA, &[SINGAPORE]),
    detour(all(Europe), all(Oceania), &[SINGAPORE]),
    detour(all(SouthAmerica), all(Oceania), &[ASHBURN]),
    detour(all(Europe), all(SouthAmerica), &[ASHBURN]),
    detour(all(Africa), all(SouthAmerica), &[LONDON, ASHBURN]),
    detour(SOUTHERN_AFRICA, all(Oceania), &[LONDON, SINGAPORE]),
    detour(SOUTHERN_AFRICA, EAST_ASIA, &[LONDON, SINGAPORE]),
    // Israel's cables lead to Europe, and from there to the Gulf.
    detour(some(Asia, &["IL"]), some(Asia, &["AE", "BH", "KW", "OM", "QA", "SA"]), &[FRANKFURT]),
];

impl Side {
    fn holds(&self, place: &Place) -> bool {
        self.continent == place.continent()
            && (self.countries.is_empty() || self.countries.contains(&place.country.code))
    }
}

/// Round trip between two places in milliseconds, rounded, never 0. The same both ways.
#[must_use]
pub fn latency(a: &Place, b: &Place) -> u32 {
    let micros = PER_KM.saturating_mul(way(a, b)).saturating_add(ENDS);
    micros.saturating_add(500) / 1_000
}

/// Kilometres from one place to another the way that traffic goes.
fn way(a: &Place, b: &Place) -> u32 {
    let found = DETOURS.iter().find_map(|detour| {
        let [first, second] = &detour.sides;
        if first.holds(a) && second.holds(b) {
            Some((a, b, detour))
        } else if first.holds(b) && second.holds(a) {
            Some((b, a, detour))
        } else {
            None
        }
    });
    let Some((from, to, detour)) = found else { return a.at.km_to(b.at) };
    let stops = detour.via.iter().copied().chain([to.at]);
    let (km, _) =
        stops.fold((0_u32, from.at), |(km, here), next| (km.saturating_add(here.km_to(next)), next));
    km
}
