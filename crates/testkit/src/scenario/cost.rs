//! What a drawing costs: the lines `usage:`, `beside:`, `cost:` and `no cost:`, read and checked.

use hopscope_aws::Document;
use hopscope_view::catalogue::{Catalogue, Charge, Unit};
use hopscope_view::cost::{CostSheet, Line, Usage, costs};

use super::change::usage;

/// The cards as they are shipped.
const CATALOGUE: &str = include_str!("../../../view/catalogue/catalogue.json");

/// One line about costs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CostLine {
    /// `usage: 730 hours`; one hour without it.
    Hours(f64),
    /// `usage: NODE PRC-nn UNIT QUANTITY`
    Used { node: String, rule: String, word: String, quantity: f64 },
    /// `beside: SERVICE [COUNT]`: used, but not drawn.
    Beside { slug: String, count: u32 },
    /// `cost: NODE PRC-nn UNIT [QUANTITY]`, `no cost: NODE [PRC-nn [UNIT]]`
    Charged { present: bool, node: String, rule: Option<String>, word: Option<String>, quantity: Option<f64> },
    /// `cost: NODE [PRC-nn] free`
    Free { node: String, rule: Option<String> },
}

impl CostLine {
    /// Whether it states something, so that it can fail.
    pub(super) fn claims(&self) -> bool {
        matches!(self, Self::Charged { .. } | Self::Free { .. })
    }
}

/// Reads what stands after the keyword.
pub(super) fn parse(keyword: &str, rest: &str) -> Result<CostLine, String> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let number =
        |text: &str| text.parse::<f64>().map_err(|_| format!("\"{text}\" is no number of a quantity"));
    let rule = |text: &str| {
        if text.strip_prefix("PRC-").is_some_and(|number| number.len() == 2) {
            Ok(text.to_owned())
        } else {
            Err(format!("\"{text}\" is no row of the pricing catalogue, such as PRC-03"))
        }
    };
    match (keyword, words.as_slice()) {
        ("usage", [hours, "hours"]) => number(hours).map(CostLine::Hours),
        ("usage", [node, id, word, quantity]) => Ok(CostLine::Used {
            node: (*node).to_owned(),
            rule: rule(id)?,
            word: (*word).to_owned(),
            quantity: number(quantity)?,
        }),
        ("usage", _) => Err(usage("HOURS hours, or NODE PRC-nn UNIT QUANTITY", rest)),
        ("beside", [slug]) => Ok(CostLine::Beside { slug: (*slug).to_owned(), count: 1 }),
        ("beside", [slug, count]) => Ok(CostLine::Beside {
            slug: (*slug).to_owned(),
            count: count.parse().map_err(|_| format!("\"{count}\" is no whole number"))?,
        }),
        ("beside", _) => Err(usage("beside: SERVICE [COUNT]", rest)),
        ("cost", [node, "free"]) => Ok(CostLine::Free { node: (*node).to_owned(), rule: None }),
        ("cost", [node, id, "free"]) => {
            Ok(CostLine::Free { node: (*node).to_owned(), rule: Some(rule(id)?) })
        }
        ("cost", [node, id, word, quantity @ ..]) if quantity.len() <= 1 => Ok(CostLine::Charged {
            present: true,
            node: (*node).to_owned(),
            rule: Some(rule(id)?),
            word: Some((*word).to_owned()),
            quantity: quantity.first().map(|text| number(text)).transpose()?,
        }),
        ("no cost", [node, more @ ..]) if more.len() <= 2 => Ok(CostLine::Charged {
            present: false,
            node: (*node).to_owned(),
            rule: more.first().map(|id| rule(id)).transpose()?,
            word: more.get(1).map(|word| (*word).to_owned()),
            quantity: None,
        }),
        ("no cost", _) => Err(usage("no cost: NODE [PRC-nn [UNIT]]", rest)),
        _ => Err(usage("cost: NODE PRC-nn UNIT [QUANTITY], or NODE [PRC-nn] free", rest)),
    }
}

/// Usage as the lines so far have said.
pub(super) struct Costs {
    usage: Usage,
    catalogue: Option<Catalogue>,
}

impl Default for Costs {
    fn default() -> Self {
        // One hour, so that quantities by the hour are counts.
        Self { usage: Usage { hours: 1.0, ..Usage::default() }, catalogue: None }
    }
}

impl Costs {
    /// Notes a usage, or checks what the drawing costs.
    pub(super) fn step(&mut self, line: &CostLine, document: &Document) -> Result<(), String> {
        if self.catalogue.is_none() {
            self.catalogue = Some(Catalogue::read(CATALOGUE).map_err(|error| error.to_string())?);
        }
        let Some(catalogue) = &self.catalogue else { return Ok(()) };
        match line {
            CostLine::Hours(hours) => self.usage.hours = *hours,
            CostLine::Beside { slug, count } => {
                if catalogue.card(slug).is_none() {
                    return Err(format!("there is no card {slug}"));
                }
                self.usage.beside.insert(slug.clone(), *count);
            }
            CostLine::Used { node, rule, word, quantity } => {
                let charge = resolve(catalogue, rule, word)?;
                let key = format!("{node}/{}", charge.name());
                if charge.dimensions.iter().any(|dimension| dimension.key == *word) {
                    self.usage.inputs.entry(key).or_default().insert(word.clone(), *quantity);
                } else {
                    self.usage.amounts.insert(key, *quantity);
                }
            }
            CostLine::Charged { present, node, rule, word, quantity } => {
                let sheet = costs(document, catalogue, &self.usage);
                let fits = |line: &&Line| {
                    line.node == *node
                        && rule.as_ref().is_none_or(|rule| line.rule == *rule)
                        && word.as_ref().is_none_or(|word| named(line, word))
                };
                let found: Vec<&Line> = sheet.lines.iter().filter(fits).collect();
                let sound = match (present, quantity, found.as_slice()) {
                    (false, _, found) => found.is_empty(),
                    (true, None, found) => !found.is_empty(),
                    (true, Some(quantity), [line]) => (line.billed() - quantity).abs() < 1e-6,
                    (true, Some(_), _) => false,
                };
                if !sound {
                    return Err(said(&sheet, node));
                }
            }
            CostLine::Free { node, rule } => {
                let sheet = costs(document, catalogue, &self.usage);
                let free = sheet.free.iter().any(|free| {
                    free.nodes.iter().any(|found| found == node)
                        && rule.as_ref().is_none_or(|rule| free.rule == *rule)
                });
                if !free {
                    return Err(said(&sheet, node));
                }
            }
        }
        Ok(())
    }
}

fn named(line: &Line, word: &str) -> bool {
    line.unit.word() == word || line.charge.split_once('/').is_some_and(|(_, key)| key == word)
}

/// The one charge of a row that a word names: by its key, its unit, or one of its dimensions.
fn resolve<'a>(catalogue: &'a Catalogue, rule: &str, word: &str) -> Result<&'a Charge, String> {
    let all = || {
        let charges = catalogue.cards.iter().flat_map(|card| &card.pricing);
        charges.filter(|charge| charge.id == rule && charge.unit != Unit::Free)
    };
    let by_unit: Vec<&Charge> = all().filter(|charge| charge.unit.word() == word).collect();
    let by_name =
        all().find(|charge| charge.key == word || charge.dimensions.iter().any(|one| one.key == word));
    match (by_name, by_unit.as_slice()) {
        (Some(charge), _) => Ok(charge),
        (None, [charge]) => Ok(*charge),
        _ => {
            let keys: Vec<&str> = all().map(|charge| charge.key.as_str()).collect();
            Err(format!("\"{word}\" names no charge of {rule} alone; there are {}", keys.join(", ")))
        }
    }
}

/// What a component costs, for reports.
fn said(sheet: &CostSheet, node: &str) -> String {
    let lines = sheet.lines.iter().filter(|line| line.node == node);
    let mut all: Vec<String> =
        lines.map(|line| format!("{} {} {}", line.charge, line.unit.word(), line.billed())).collect();
    let free = sheet.free.iter().filter(|free| free.nodes.iter().any(|found| found == node));
    all.extend(free.map(|free| format!("{} free", free.charge)));
    if all.is_empty() { format!("{node} costs nothing and is not listed as free") } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_or_refused_with_a_sentence() {
        assert_eq!(parse("usage", "10 hours"), Ok(CostLine::Hours(10.0)));
        assert_eq!(
            parse("cost", "nat-a PRC-03 gb 5"),
            Ok(CostLine::Charged {
                present: true,
                node: "nat-a".to_owned(),
                rule: Some("PRC-03".to_owned()),
                word: Some("gb".to_owned()),
                quantity: Some(5.0),
            })
        );
        for (keyword, rest) in [
            ("usage", "many hours"),
            ("usage", "nat-a PRC-03 gb"),
            ("beside", ""),
            ("beside", "x many"),
            ("cost", "nat-a"),
            ("cost", "nat-a RT-03 gb"),
            ("cost", "nat-a PRC-03 gb much"),
            ("no cost", ""),
        ] {
            assert!(parse(keyword, rest).is_err(), "{keyword}: {rest}");
        }
    }

    #[test]
    fn a_word_names_one_charge() {
        let catalogue = Catalogue::read(CATALOGUE).unwrap();
        assert_eq!(resolve(&catalogue, "PRC-03", "gb").unwrap().key, "gb");
        assert_eq!(resolve(&catalogue, "PRC-13", "new-connections").unwrap().key, "lcu");
        assert!(resolve(&catalogue, "PRC-22", "million").unwrap_err().contains("queries-latency"));
        assert!(resolve(&catalogue, "PRC-99", "gb").is_err());
    }
}
