//! The catalogue of services: one card for each component and service, read from a data file
//! (`catalogue/catalogue.json`, copied beside the page and fetched when somebody looks at a card).
//! Knows neither the drawing nor the screen; what a drawing costs is [`crate::cost`]'s matter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

/// The file is refused above this size.
pub const MAX_BYTES: usize = 1 << 20;
/// Most cards, and most tables of comparison.
const MAX_CARDS: usize = 400;
/// Most rows of any list of a card.
const MAX_ROWS: usize = 100;
/// Most characters of any text.
const MAX_TEXT: usize = 2_000;

/// Every card, and tables that compare some of them.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Catalogue {
    /// Month in which the cards were last checked against AWS's pages (`2026-11`).
    pub checked: String,
    /// Currency of every rate (`USD`).
    pub currency: String,
    /// What the rates are: the price list they come from.
    pub prices: String,
    /// The cards.
    pub cards: Vec<Card>,
    /// Tables that compare.
    #[serde(default)]
    pub comparisons: Vec<Comparison>,
}

/// What there is to know about one component or service.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Card {
    /// Kind of the component, or a stable name of a service that cannot be drawn (`route-53`).
    pub slug: String,
    /// AWS's name for it.
    pub name: String,
    /// Its layer in the OSI model, as the study notes write it (`L3 - Network`).
    pub layer: String,
    /// The layers it is listed under, 1 to 7; none for places.
    pub layers: Vec<u8>,
    /// Whether it carries IPv6.
    pub ipv6: Ipv6,
    /// What it is for.
    pub purpose: String,
    /// Who sends to it.
    pub upstream: String,
    /// What it sends to.
    pub downstream: String,
    /// What it cannot do.
    #[serde(default)]
    pub limits: Vec<Limit>,
    /// What is charged, and what is free.
    #[serde(default)]
    pub pricing: Vec<Charge>,
    /// Where the study notes differ from AWS today.
    #[serde(default)]
    pub notes: Vec<Badge>,
    /// What else is worth knowing.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// The AWS page.
    pub docs: String,
    /// Month in which the card was checked (`2026-11`).
    pub checked: String,
}

/// Whether something carries IPv6, and how.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Ipv6 {
    /// In one word.
    pub support: Ipv6Support,
    /// In a sentence.
    pub text: String,
}

/// The IPv6 column of the catalogue.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Ipv6Support {
    /// IPv4 only.
    None,
    /// IPv6 beside IPv4.
    DualStack,
    /// Works without any IPv4.
    #[serde(rename = "ipv6-only")]
    Ipv6Only,
}

/// Something it cannot do.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Limit {
    /// Row of section 26 of the rules (`LIM-04`), where it is one.
    #[serde(default)]
    pub id: Option<String>,
    /// The limit as a sentence.
    pub text: String,
    /// Rules that say it.
    pub rules: Vec<String>,
}

/// One thing that is charged, or that is free.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Charge {
    /// Row of section 27 of the rules (`PRC-03`).
    pub id: String,
    /// Name among the charges of that row (`hour`).
    pub key: String,
    /// What is charged.
    pub charge: String,
    /// What is counted.
    pub unit: Unit,
    /// What one unit is taken of (`attachment`); empty for what is free.
    #[serde(default)]
    pub per: String,
    /// Indicative price of one unit; none where it depends on too much.
    #[serde(default)]
    pub rate: Option<f64>,
    /// Prices by a choice of the component, where it has one (a port's speed).
    #[serde(default)]
    pub rates: BTreeMap<String, f64>,
    /// What should be known beside it; empty where nothing.
    #[serde(default)]
    pub note: String,
    /// Quantity that is assumed in a month until somebody says another.
    #[serde(default)]
    pub assumed: f64,
    /// Charged only once somebody says that it is used (Shield Advanced).
    #[serde(default)]
    pub optional: bool,
    /// Quantity that is free in a month.
    #[serde(default)]
    pub included: f64,
    /// How many each thing has at least (two addresses of a Resolver endpoint); none means one.
    #[serde(default)]
    pub each: Option<u32>,
    /// What capacity units measure.
    #[serde(default)]
    pub dimensions: Vec<Dimension>,
}

impl Charge {
    /// Its name in the whole catalogue (`PRC-03/hour`).
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.id, self.key)
    }
}

/// One measure of a capacity unit; the highest one counts.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Dimension {
    /// Name for inputs (`new-connections`).
    pub key: String,
    /// In words, with its unit.
    pub name: String,
    /// How much of it one capacity unit holds.
    pub each: f64,
    /// How much is assumed until somebody says another.
    pub assumed: f64,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Not charged.
    Free,
    /// Each hour that it exists.
    Hour,
    /// Each month that it exists.
    Month,
    /// Each hour that it is used.
    HourOfUse,
    /// Each hour of a capacity unit.
    CapacityUnitHour,
    /// Each gigabyte.
    Gb,
    /// Each million of requests or queries.
    Million,
    /// Each single one.
    Piece,
}

impl Unit {
    /// Its name in data files and scenarios.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Hour => "hour",
            Self::Month => "month",
            Self::HourOfUse => "hour-of-use",
            Self::CapacityUnitHour => "capacity-unit-hour",
            Self::Gb => "gb",
            Self::Million => "million",
            Self::Piece => "piece",
        }
    }
}

/// Where the study notes differ from AWS today.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Badge {
    /// Row of section 28 of the rules (`SD-01`).
    pub id: String,
    /// Why they differ.
    pub verdict: Difference,
    /// What the notes say.
    pub notes_say: String,
    /// What holds today.
    pub aws_says: String,
    /// Rules that say it; none where the engine has nothing to do with it.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// Why notes and AWS differ.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Difference {
    /// AWS changed since.
    Updated,
    /// The notes leave a condition out.
    Simplified,
    /// The notes are mistaken.
    Slip,
}

/// Something worth knowing.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Fact {
    /// Name among the facts of the card.
    pub key: String,
    /// The fact as a sentence.
    pub text: String,
    /// Claims of the study notes (`docs/study-claims.tsv`) that it answers.
    #[serde(default)]
    pub claims: Vec<String>,
    /// Text to be shown as written, such as a router's configuration; empty where there is none.
    #[serde(default)]
    pub example: String,
    /// Starter network that shows it; empty where none does.
    #[serde(default)]
    pub starter: String,
}

/// A table that compares.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Comparison {
    /// Stable name.
    pub slug: String,
    /// Heading.
    pub title: String,
    /// What is compared.
    pub columns: Vec<String>,
    /// By what, with one cell for each column.
    pub rows: Vec<ComparedBy>,
    /// Claims of the study notes that it answers.
    #[serde(default)]
    pub claims: Vec<String>,
}

/// One row of a comparison.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct ComparedBy {
    /// By what.
    pub name: String,
    /// One cell for each column.
    pub cells: Vec<String>,
}

/// Why a file is no catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogueError {
    /// More than [`MAX_BYTES`].
    TooLarge,
    /// No JSON of that form; the parser's own words.
    Form(String),
    /// A card, row or text that cannot be: a sentence.
    Content(String),
}

impl fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "The catalogue is larger than {MAX_BYTES} bytes."),
            Self::Form(text) => write!(f, "The catalogue cannot be read: {text}."),
            Self::Content(text) => write!(f, "The catalogue cannot be used: {text}."),
        }
    }
}

impl std::error::Error for CatalogueError {}

impl Catalogue {
    /// Reads a catalogue and bounds it.
    ///
    /// # Errors
    /// When the text is too large, has another form, or holds what no catalogue can: two cards of
    /// one name, a negative rate, an empty text, a page that is not `https`.
    pub fn read(text: &str) -> Result<Self, CatalogueError> {
        if text.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        let read: Self =
            serde_json::from_str(text).map_err(|error| CatalogueError::Form(error.to_string()))?;
        read.check().map_err(CatalogueError::Content)?;
        Ok(read)
    }

    /// The card of a component kind or service.
    #[must_use]
    pub fn card(&self, slug: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.slug == slug)
    }

    /// Cards listed under a layer, 1 to 7.
    pub fn in_layer(&self, layer: u8) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.layers.contains(&layer))
    }

    /// Cards of one column of IPv6 support.
    pub fn carrying(&self, support: Ipv6Support) -> impl Iterator<Item = &Card> {
        self.cards.iter().filter(move |card| card.ipv6.support == support)
    }

    /// The charge of that name (`PRC-03/hour`).
    #[must_use]
    pub fn charge(&self, name: &str) -> Option<&Charge> {
        let (id, key) = name.split_once('/')?;
        self.cards.iter().flat_map(|card| &card.pricing).find(|charge| charge.id == id && charge.key == key)
    }

    /// The comparison of that name.
    #[must_use]
    pub fn comparison(&self, slug: &str) -> Option<&Comparison> {
        self.comparisons.iter().find(|comparison| comparison.slug == slug)
    }

    fn check(&self) -> Result<(), String> {
        for text in [&self.checked, &self.currency, &self.prices] {
            text_of("the catalogue", text)?;
        }
        count("cards", self.cards.len(), MAX_CARDS)?;
        count("comparisons", self.comparisons.len(), MAX_CARDS)?;
        let mut slugs = BTreeSet::new();
        let mut charges = BTreeSet::new();
        for card in &self.cards {
            card.check()?;
            if !slugs.insert(card.slug.as_str()) {
                return Err(format!("there are two cards {}", card.slug));
            }
            for charge in &card.pricing {
                if !charges.insert(charge.name()) {
                    return Err(format!("there are two charges {}", charge.name()));
                }
            }
        }
        self.comparisons.iter().try_for_each(Comparison::check)
    }
}

impl Card {
    fn check(&self) -> Result<(), String> {
        let at = self.slug.as_str();
        let texts = [
            &self.slug,
            &self.name,
            &self.layer,
            &self.purpose,
            &self.upstream,
            &self.downstream,
            &self.docs,
            &self.checked,
            &self.ipv6.text,
        ];
        texts.into_iter().try_for_each(|text| text_of(at, text))?;
        if !self.docs.starts_with("https://") {
            return Err(format!("the page of {at} is not an https address"));
        }
        if self.layers.iter().any(|layer| !(1..=7).contains(layer)) {
            return Err(format!("{at} names a layer that is not 1 to 7"));
        }
        let lists =
            [self.layers.len(), self.limits.len(), self.pricing.len(), self.notes.len(), self.facts.len()];
        lists.into_iter().try_for_each(|rows| count(at, rows, MAX_ROWS))?;
        for limit in &self.limits {
            count(at, limit.rules.len(), MAX_ROWS)?;
            limit
                .id
                .iter()
                .chain(&limit.rules)
                .chain([&limit.text])
                .try_for_each(|text| text_of(at, text))?;
        }
        for badge in &self.notes {
            count(at, badge.rules.len(), MAX_ROWS)?;
            let texts = [&badge.id, &badge.notes_say, &badge.aws_says];
            badge.rules.iter().chain(texts).try_for_each(|text| text_of(at, text))?;
        }
        for fact in &self.facts {
            count(at, fact.claims.len(), MAX_ROWS)?;
            fact.claims.iter().chain([&fact.key, &fact.text]).try_for_each(|text| text_of(at, text))?;
            [&fact.example, &fact.starter].into_iter().try_for_each(|text| short(at, text))?;
        }
        self.pricing.iter().try_for_each(|charge| charge.check(at))
    }
}

impl Charge {
    fn check(&self, at: &str) -> Result<(), String> {
        [&self.id, &self.key, &self.charge].into_iter().try_for_each(|text| text_of(at, text))?;
        short(at, &self.note)?;
        if self.unit != Unit::Free {
            text_of(at, &self.per)?;
        }
        let listed = self.dimensions.len() + self.rates.len();
        count(at, listed, MAX_ROWS)?;
        let numbers = self.rate.iter().chain(self.rates.values()).chain([&self.assumed, &self.included]);
        let sizes = self.dimensions.iter().flat_map(|dimension| [&dimension.each, &dimension.assumed]);
        if numbers.chain(sizes).any(|number| !(0.0..=1e12).contains(number)) {
            return Err(format!("{at} has a number that is negative or too large"));
        }
        if self.dimensions.iter().any(|dimension| dimension.each == 0.0) {
            return Err(format!("a capacity unit of {at} holds nothing"));
        }
        self.dimensions
            .iter()
            .flat_map(|dimension| [&dimension.key, &dimension.name])
            .try_for_each(|text| text_of(at, text))
    }
}

impl Comparison {
    fn check(&self) -> Result<(), String> {
        let at = self.slug.as_str();
        [self.columns.len(), self.rows.len(), self.claims.len()]
            .into_iter()
            .try_for_each(|rows| count(at, rows, MAX_ROWS))?;
        let heads = [&self.slug, &self.title].into_iter().chain(&self.columns).chain(&self.claims);
        heads.into_iter().try_for_each(|text| text_of(at, text))?;
        for row in &self.rows {
            if row.cells.len() != self.columns.len() {
                return Err(format!(
                    "{at}: the row {} has {} cells, not {}",
                    row.name,
                    row.cells.len(),
                    self.columns.len()
                ));
            }
            row.cells.iter().chain([&row.name]).try_for_each(|text| text_of(at, text))?;
        }
        Ok(())
    }
}

fn count(at: &str, rows: usize, most: usize) -> Result<(), String> {
    if rows > most { Err(format!("{at} has {rows} rows, of at most {most}")) } else { Ok(()) }
}

fn text_of(at: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        return Err(format!("a text of {at} is empty"));
    }
    short(at, text)
}

fn short(at: &str, text: &str) -> Result<(), String> {
    if text.chars().count() > MAX_TEXT {
        return Err(format!("a text of {at} has more than {MAX_TEXT} characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"checked":"2026-11","currency":"USD","prices":"list","cards":[
        {"slug":"x","name":"X","layer":"L3 - Network","layers":[3],"ipv6":{"support":"none","text":"No."},
         "purpose":"p","upstream":"u","downstream":"d","docs":"https://a","checked":"2026-11",
         "pricing":[{"id":"PRC-01","key":"hour","charge":"X","unit":"hour","per":"x","rate":0.5}]}]}"#;

    fn wrong(from: &str, to: &str) -> CatalogueError {
        assert!(ONE.contains(from), "{from}");
        Catalogue::read(&ONE.replace(from, to)).unwrap_err()
    }

    #[test]
    fn a_card_is_found_by_slug_layer_support_and_charge() {
        let read = Catalogue::read(ONE).unwrap();
        assert_eq!(read.card("x").map(|card| card.name.as_str()), Some("X"));
        assert_eq!((read.in_layer(3).count(), read.in_layer(2).count()), (1, 0));
        assert_eq!(read.carrying(Ipv6Support::None).count(), 1);
        assert_eq!(read.charge("PRC-01/hour").and_then(|charge| charge.rate), Some(0.5));
        assert!(read.charge("PRC-01/gb").is_none() && read.charge("PRC-01").is_none());
    }

    #[test]
    fn what_no_catalogue_can_hold_is_refused() {
        assert!(matches!(wrong("\"cards\"", "\"decks\""), CatalogueError::Form(_)));
        assert!(matches!(wrong("\"hour\",\"per\"", "\"fortnight\",\"per\""), CatalogueError::Form(_)));
        for (from, to, part) in [
            ("https://a", "http://a", "https"),
            ("\"purpose\":\"p\"", "\"purpose\":\" \"", "empty"),
            ("[3]", "[8]", "1 to 7"),
            ("0.5", "-0.5", "negative"),
            ("0.5", "1e300", "too large"),
            ("\"per\":\"x\"", "\"per\":\"\"", "empty"),
        ] {
            let problem = wrong(from, to).to_string();
            assert!(problem.contains(part), "{to}: {problem}");
        }
        let twice = ONE.replacen("{\"slug\"", "{\"slug\":\"x\",\"name\":\"X\",\"layer\":\"l\",\"layers\":[],\"ipv6\":{\"support\":\"none\",\"text\":\"n\"},\"purpose\":\"p\",\"upstream\":\"u\",\"downstream\":\"d\",\"docs\":\"https://a\",\"checked\":\"c\"},{\"slug\"", 1);
        assert!(Catalogue::read(&twice).unwrap_err().to_string().contains("two cards"));
    }

    #[test]
    fn size_is_bounded_everywhere() {
        assert_eq!(Catalogue::read(&" ".repeat(MAX_BYTES + 1)), Err(CatalogueError::TooLarge));
        let long = "x".repeat(MAX_TEXT + 1);
        assert!(wrong("\"purpose\":\"p\"", &format!("\"purpose\":\"{long}\"")).to_string().contains("2000"));
        let many = vec!["3"; MAX_ROWS + 1].join(",");
        assert!(wrong("[3]", &format!("[{many}]")).to_string().contains("at most"));
        assert!(matches!(Catalogue::read(&"[".repeat(100_000)), Err(CatalogueError::Form(_))));
    }
}
