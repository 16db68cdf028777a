//! Areas of geolocation records: a state, a country, a continent, or everywhere else (R53-14).

use std::fmt;

use super::{Continent, Country, MAX_TEXT, Place, State, countries, text};

/// The area a geolocation record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// A state of the United States.
    State(&'static State),
    /// A country.
    Country(&'static Country),
    /// A continent.
    Continent(Continent),
    /// Everywhere that no other record is for, and askers whose place nobody knows.
    Default,
}

impl Area {
    /// Reads `default` or `*`; a state as `US-CA`; a country or a continent by its code; any of them
    /// by name. The codes that are both (`AF`, `AS`, `NA`, `SA`) are continents, the
    /// countries of that code are written by name (`Namibia`) or as `country NA`. A name that is both
    /// a country and a state (`Georgia`) is the country.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_TEXT {
            return None;
        }
        if text == "*" || text::same(text, "default") {
            return Some(Self::Default);
        }
        if let Some(code) = after(text, "US-") {
            return state(|state| state.code.eq_ignore_ascii_case(code));
        }
        if let Some(code) = after(text, "country") {
            return country(|country| country.code.eq_ignore_ascii_case(code));
        }
        if let Some(code) = after(text, "continent") {
            return continent(|continent| continent.code().eq_ignore_ascii_case(code));
        }
        continent(|continent| {
            continent.code().eq_ignore_ascii_case(text) || text::same(continent.name(), text)
        })
        .or_else(|| {
            country(|country| country.code.eq_ignore_ascii_case(text) || text::same(country.name, text))
        })
        .or_else(|| state(|state| text::same(state.name, text)))
    }

    /// Whether an asker is in it; one whose place nobody knows is in the default only.
    #[must_use]
    pub fn holds(self, asker: Option<&Place>) -> bool {
        match (self, asker) {
            (Self::Default, _) => true,
            (_, None) => false,
            (Self::Continent(continent), Some(place)) => place.continent() == continent,
            (Self::Country(country), Some(place)) => place.country == country,
            (Self::State(state), Some(place)) => place.state == Some(state),
        }
    }

    /// Small areas before large ones: state, country, continent, default.
    #[must_use]
    pub fn size(self) -> u8 {
        match self {
            Self::State(_) => 0,
            Self::Country(_) => 1,
            Self::Continent(_) => 2,
            Self::Default => 3,
        }
    }
}

/// What follows a word at the start of a text, without what separates them.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    let rest = rest.trim_start_matches([' ', ':', '=']);
    (start.eq_ignore_ascii_case(word) && !rest.is_empty()).then_some(rest)
}

fn continent(wanted: impl Fn(Continent) -> bool) -> Option<Area> {
    Continent::ALL.into_iter().find(|continent| wanted(*continent)).map(Area::Continent)
}

fn country(wanted: impl Fn(&Country) -> bool) -> Option<Area> {
    countries::COUNTRIES.iter().find(|country| wanted(country)).map(Area::Country)
}

fn state(wanted: impl Fn(&State) -> bool) -> Option<Area> {
    countries::STATES.iter().find(|state| wanted(state)).map(Area::State)
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => write!(f, "{}, US", state.name),
            Self::Country(country) => f.write_str(country.name),
            Self::Continent(continent) => f.write_str(continent.name()),
            Self::Default => f.write_str("default"),
        }
    }
}
