//! Places on earth, distances between them, and latencies between places and Regions.
//!
//! Knows nothing of records or networks. Everything is computed from whole numbers and the
//! arithmetic that IEEE 754 fixes, so that every machine gets the same metre.

mod area;
mod countries;
mod distance;
mod latency;
mod places;
mod text;

use std::fmt;

pub use area::Area;
pub use latency::latency;

/// Longest text that is read as a place or an area, in bytes.
const MAX_TEXT: usize = 100;

/// A part of the world, as Route 53 and ISO divide it (R53-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Continent {
    /// `AF`
    Africa,
    /// `AN`
    Antarctica,
    /// `AS`
    Asia,
    /// `EU`
    Europe,
    /// `NA`, with Central America and the Caribbean
    NorthAmerica,
    /// `OC`
    Oceania,
    /// `SA`
    SouthAmerica,
}

impl Continent {
    /// All of them, by code.
    pub const ALL: [Self; 7] = [
        Self::Africa,
        Self::Antarctica,
        Self::Asia,
        Self::Europe,
        Self::NorthAmerica,
        Self::Oceania,
        Self::SouthAmerica,
    ];

    /// Route 53's code for it (`NA`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Africa => "AF",
            Self::Antarctica => "AN",
            Self::Asia => "AS",
            Self::Europe => "EU",
            Self::NorthAmerica => "NA",
            Self::Oceania => "OC",
            Self::SouthAmerica => "SA",
        }
    }

    /// Its name in English.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Africa => "Africa",
            Self::Antarctica => "Antarctica",
            Self::Asia => "Asia",
            Self::Europe => "Europe",
            Self::NorthAmerica => "North America",
            Self::Oceania => "Oceania",
            Self::SouthAmerica => "South America",
        }
    }
}

/// A country or territory of ISO 3166-1.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// Two capital letters (`PT`).
    pub code: &'static str,
    /// Its short name in English.
    pub name: &'static str,
    /// Where it is.
    pub continent: Continent,
}

/// A state of the United States (ISO 3166-2:US), or the District of Columbia.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// Two capital letters (`CA`).
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// A point on earth, to a hundredth of a degree: as exact as Route 53 takes it (R53-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coordinates {
    /// Hundredths of a degree north of the equator, −9,000 to 9,000.
    latitude: i16,
    /// Hundredths of a degree east of Greenwich, −18,000 to 18,000.
    longitude: i16,
}

const fn at(latitude: i16, longitude: i16) -> Coordinates {
    Coordinates { latitude, longitude }
}

impl Coordinates {
    /// A point by its hundredths of a degree; `None` where the earth has no such point.
    #[must_use]
    pub fn new(latitude: i16, longitude: i16) -> Option<Self> {
        let inside = (-9_000..=9_000).contains(&latitude) && (-18_000..=18_000).contains(&longitude);
        inside.then_some(at(latitude, longitude))
    }

    /// Reads `49.22, -74.01`: latitude first, at most two decimals, as Route 53 takes them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (latitude, longitude) = text.split_once(',')?;
        Self::new(hundredths(latitude)?, hundredths(longitude)?)
    }

    /// Along the surface of a sphere of the earth's mean radius, in metres.
    #[must_use]
    pub fn metres_to(self, other: Self) -> u32 {
        distance::metres((self.latitude, self.longitude), (other.latitude, other.longitude))
    }

    /// The same in kilometres, rounded.
    #[must_use]
    pub fn km_to(self, other: Self) -> u32 {
        self.metres_to(other).saturating_add(500) / 1_000
    }
}

impl fmt::Display for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |hundredths: i16| f64::from(hundredths) / 100.0;
        write!(f, "{:.2}, {:.2}", degrees(self.latitude), degrees(self.longitude))
    }
}

/// Reads a decimal number of degrees as hundredths.
fn hundredths(text: &str) -> Option<i16> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !plain(whole) || !plain(part) {
        return None;
    }
    let part = match part.len() {
        0 => 0,
        1 => part.parse::<i32>().ok()? * 10,
        _ => part.parse::<i32>().ok()?,
    };
    i16::try_from(sign * (whole.parse::<i32>().ok()? * 100 + part)).ok()
}

/// Somewhere an asker can be.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The city.
    pub name: &'static str,
    /// Its country.
    pub country: &'static Country,
    /// Its state, in the United States.
    pub state: Option<&'static State>,
    /// Its middle.
    pub at: Coordinates,
}

impl Place {
    /// Finds a place by what people type: a city (`lisbon`, `Sao Paulo`), with its country or state
    /// where that helps (`Portland, Oregon`, `Ashburn (Virginia)`), a Region's code or name, or only
    /// a country or state, which stands for a large city there (`Peru`). Case, accents and
    /// punctuation do not count.
    #[must_use]
    pub fn find(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_TEXT {
            return None;
        }
        let cities = places::CITIES;
        let whole = || cities.iter().find(|city| text::same(city.name, text));
        let region = || Region::find(text).map(|region| &region.place);
        let qualified = || {
            let (name, rest) = text.split_once([',', '('])?;
            cities.iter().find(|city| {
                text::same(city.name, name) && (city.is_in_country(rest) || city.is_in_state(rest))
            })
        };
        let country = || cities.iter().find(|city| city.is_in_country(text));
        let state = || cities.iter().find(|city| city.is_in_state(text));
        whole().or_else(region).or_else(qualified).or_else(country).or_else(state)
    }

    /// Every city of the table, in the table's order.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        places::CITIES.iter()
    }

    /// The part of the world it is in.
    #[must_use]
    pub fn continent(&self) -> Continent {
        self.country.continent
    }

    /// The smallest area of geolocation records that holds it.
    #[must_use]
    pub fn area(&self) -> Area {
        self.state.map_or(Area::Country(self.country), Area::State)
    }

    fn is_in_country(&self, text: &str) -> bool {
        text::same(self.country.name, text) || text::same(self.country.code, text)
    }

    fn is_in_state(&self, text: &str) -> bool {
        self.state.is_some_and(|state| text::same(state.name, text) || text::same(state.code, text))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state {
            Some(state) if state.name != self.name => write!(f, "{}, {}", self.name, state.name),
            _ if self.name == self.country.name => f.write_str(self.name),
            _ => write!(f, "{}, {}", self.name, self.country.name),
        }
    }
}

/// A commercial AWS Region.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// Its code (`eu-west-1`).
    pub code: &'static str,
    /// AWS's name for it (`Europe (Ireland)`).
    pub name: &'static str,
    /// The city it is near.
    pub place: Place,
}

impl Region {
    /// Finds a Region by its code, its name, or the part of its name in parentheses
    /// (`eu-west-1`, `Europe (Ireland)`, `Ireland`). Case and punctuation do not count.
    #[must_use]
    pub fn find(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_TEXT {
            return None;
        }
        let all = places::REGIONS;
        all.iter()
            .find(|region| text::same(region.code, text))
            .or_else(|| all.iter().find(|region| text::same(region.name, text)))
            .or_else(|| all.iter().find(|region| text::same(region.short_name(), text)))
    }

    /// Every Region, by code.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        places::REGIONS.iter()
    }

    fn short_name(&self) -> &'static str {
        self.name.split_once('(').map_or(self.name, |(_, rest)| rest)
    }
}

#[cfg(test)]
mod tests;
