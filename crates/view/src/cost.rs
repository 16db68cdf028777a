//! The cost model of a drawing: what AWS would charge for, counted, with rates that can be
//! changed. A model, never a bill (section 27 of the rules). What is charged comes from the
//! [`Catalogue`], how many of it a drawing has from `count`. Knows no screen.

mod count;

use std::collections::BTreeMap;

use hopscope_aws::Document;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Card, Catalogue, Charge, Unit};
use crate::text::cards as words;
use count::Drawing;

/// Hours of a month, as AWS counts them.
pub const MONTH: f64 = 730.0;
/// No quantity, rate or input counts above this.
const MOST: f64 = 1e12;
/// Most things that are counted beside the drawing, of each kind.
const MOST_BESIDE: u32 = 10_000;

/// What people say about the use of their network. Numbers that are no quantity count as zero.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Usage {
    /// Hours that everything runs.
    pub hours: f64,
    /// Quantities by [`Line::key`], instead of what is assumed.
    pub amounts: BTreeMap<String, f64>,
    /// What capacity units measure: by [`Line::key`], then by dimension.
    pub inputs: BTreeMap<String, BTreeMap<String, f64>>,
    /// Rates by [`Charge::name`], instead of the catalogue's.
    pub rates: BTreeMap<String, f64>,
    /// Services that are used but not drawn, by the slug of their card: how many.
    pub beside: BTreeMap<String, u32>,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            hours: MONTH,
            amounts: BTreeMap::new(),
            inputs: BTreeMap::new(),
            rates: BTreeMap::new(),
            beside: BTreeMap::new(),
        }
    }
}

/// What a drawing would be charged for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostSheet {
    /// Line items, in the order of the drawing; what is not drawn comes last.
    pub lines: Vec<Line>,
    /// What costs nothing, by charge.
    pub free: Vec<Free>,
    /// What costs money but is no part of this model, by kind.
    pub beyond: Vec<Beyond>,
    /// Sum of the lines that have a rate.
    pub total: f64,
    /// Lines without a rate.
    pub unpriced: usize,
    /// Hours that everything runs.
    pub hours: f64,
    /// Currency of rates and total.
    pub currency: String,
}

/// One line item.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Name for [`Usage`] (`nat-a/PRC-03/gb`).
    pub key: String,
    /// The component, or the slug of a service that is not drawn.
    pub node: String,
    /// What it is called.
    pub name: String,
    /// Slug of its card.
    pub card: String,
    /// Row of section 27 of the rules.
    pub rule: String,
    /// Name of the charge for rates (`PRC-03/gb`).
    pub charge: String,
    /// What is charged.
    pub what: String,
    /// What is counted.
    pub unit: Unit,
    /// What one unit is taken of (`attachment`).
    pub per: String,
    /// How many things it is charged for.
    pub count: u64,
    /// Units in all: `count` times the hours, or what is used.
    pub quantity: f64,
    /// Units of them that are free.
    pub included: f64,
    /// Whether the quantity is an assumption that nobody confirmed.
    pub assumed: bool,
    /// The dimension that decides, of capacity units.
    pub measured_by: Option<String>,
    /// Price of one unit, where the model has one.
    pub rate: Option<f64>,
    /// Whether the rate was changed.
    pub changed: bool,
    /// Units that are charged, times the rate.
    pub amount: Option<f64>,
    /// What should be known beside it; empty where nothing.
    pub note: String,
}

impl Line {
    /// Units that are charged.
    #[must_use]
    pub fn billed(&self) -> f64 {
        (self.quantity - self.included).max(0.0)
    }
}

/// Something that costs nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Free {
    /// Row of section 27 of the rules.
    pub rule: String,
    /// Name of the charge.
    pub charge: String,
    /// What is free.
    pub what: String,
    /// What should be known beside it; empty where nothing.
    pub note: String,
    /// The components, or slugs of services that are not drawn.
    pub nodes: Vec<String>,
}

/// Components that cost money by a model that is not this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Beyond {
    /// Their kind.
    pub kind: String,
    /// What is charged, as a sentence.
    pub sentence: &'static str,
    /// The components.
    pub nodes: Vec<String>,
}

/// What AWS would charge for a drawing, used as said. Every component that is drawn counts, also
/// one that AWS would refuse or that is out of service; deleted ones do not.
#[must_use]
pub fn costs(document: &Document, catalogue: &Catalogue, usage: &Usage) -> CostSheet {
    let mut sheet = Sheet { usage, lines: Vec::new(), free: BTreeMap::new(), hours: sane(usage.hours) };
    let mut beyond: BTreeMap<&str, Beyond> = BTreeMap::new();
    let cards: BTreeMap<&str, &Card> =
        catalogue.cards.iter().map(|card| (card.slug.as_str(), card)).collect();
    let charges: BTreeMap<String, &Charge> =
        catalogue.cards.iter().flat_map(|card| &card.pricing).map(|charge| (charge.name(), charge)).collect();
    let drawing = Drawing::of(document);
    for node in document.nodes.values().filter(|node| count::exists(node)) {
        if let Some(sentence) = words::beyond(node.kind()) {
            let kind = node.kind();
            let entry = beyond.entry(kind).or_insert_with(|| Beyond {
                kind: kind.to_owned(),
                sentence,
                nodes: Vec::new(),
            });
            entry.nodes.push(node.id.to_string());
        }
        let Some(card) = cards.get(node.kind()) else { continue };
        let own = card.pricing.iter();
        let others =
            count::charged_besides(node.kind()).iter().filter_map(|name| charges.get(*name).copied());
        for charge in own.chain(others) {
            let things = u64::from(drawing.count(node, &charge.name()));
            let place = Place { node: &node.id, name: node.label(), card: &card.slug };
            sheet.add(&place, charge, things, count::choice(node));
        }
    }
    for (slug, things) in &usage.beside {
        let Some(card) = cards.get(slug.as_str()) else { continue };
        let place = Place { node: slug, name: &card.name, card: slug };
        for charge in &card.pricing {
            let things = u64::from((*things).min(MOST_BESIDE)) * u64::from(charge.each.unwrap_or(1));
            sheet.add(&place, charge, things, None);
        }
    }
    CostSheet {
        total: sheet.lines.iter().filter_map(|line| line.amount).sum(),
        unpriced: sheet.lines.iter().filter(|line| line.rate.is_none()).count(),
        hours: sheet.hours,
        lines: sheet.lines,
        free: sheet.free.into_values().collect(),
        beyond: beyond.into_values().collect(),
        currency: catalogue.currency.clone(),
    }
}

/// Whose charge it is.
struct Place<'a> {
    node: &'a str,
    name: &'a str,
    card: &'a str,
}

struct Sheet<'a> {
    usage: &'a Usage,
    lines: Vec<Line>,
    free: BTreeMap<String, Free>,
    hours: f64,
}

impl Sheet<'_> {
    fn add(&mut self, place: &Place<'_>, charge: &Charge, count: u64, choice: Option<&str>) {
        if count == 0 {
            return;
        }
        let name = charge.name();
        if charge.unit == Unit::Free {
            let entry = self.free.entry(name.clone()).or_insert_with(|| Free {
                rule: charge.id.clone(),
                charge: name,
                what: charge.charge.clone(),
                note: charge.note.clone(),
                nodes: Vec::new(),
            });
            entry.nodes.push(place.node.to_owned());
            return;
        }
        let key = format!("{}/{name}", place.node);
        let things = count as f64;
        let given = self.usage.amounts.get(&key).copied().map(sane);
        let (model, measured_by, assumed) = match charge.unit {
            Unit::Hour => (things * self.hours, None, false),
            // A web ACL has rules by the month beside itself: how many is an assumption.
            Unit::Month => (things * charge.assumed.max(1.0), None, charge.assumed > 0.0),
            Unit::CapacityUnitHour => {
                let inputs = self.usage.inputs.get(&key);
                let (units, name) = capacity(charge, inputs);
                (things * self.hours * units, name, inputs.is_none())
            }
            _ => (things * charge.assumed, None, true),
        };
        if charge.optional && given.is_none() {
            return;
        }
        let changed = self.usage.rates.get(&name).copied().map(sane);
        let listed = choice.and_then(|choice| charge.rates.get(choice).copied()).or(charge.rate);
        let mut line = Line {
            key,
            node: place.node.to_owned(),
            name: place.name.to_owned(),
            card: place.card.to_owned(),
            rule: charge.id.clone(),
            charge: name,
            what: charge.charge.clone(),
            unit: charge.unit,
            per: charge.per.clone(),
            count,
            quantity: given.unwrap_or(model),
            included: charge.included,
            assumed: given.is_none() && assumed,
            measured_by,
            rate: changed.or(listed),
            changed: changed.is_some(),
            amount: None,
            note: charge.note.clone(),
        };
        line.amount = line.rate.map(|rate| line.billed() * rate);
        self.lines.push(line);
    }
}

/// Capacity units of one thing, and the dimension that decides: the highest one (PRC-13).
fn capacity(charge: &Charge, inputs: Option<&BTreeMap<String, f64>>) -> (f64, Option<String>) {
    let mut found: (f64, Option<&str>) = (0.0, None);
    for dimension in &charge.dimensions {
        let given = inputs.and_then(|inputs| inputs.get(&dimension.key)).copied().map(sane);
        // Once something is said about a thing's use, nothing else of it is assumed.
        let used = given.unwrap_or(if inputs.is_some() { 0.0 } else { dimension.assumed });
        let units = used / dimension.each;
        if units > found.0 {
            found = (units, Some(&dimension.name));
        }
    }
    (found.0, found.1.map(str::to_owned))
}

/// A quantity that people may have typed.
fn sane(number: f64) -> f64 {
    if number.is_finite() { number.clamp(0.0, MOST) } else { 0.0 }
}
