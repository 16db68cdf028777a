//! Words around the cards of the catalogue and the cost model.

use crate::catalogue::{Charge, Difference, Ipv6Support, Unit};
use crate::cost::Line;

// ---- cards ----

/// Tab of the inspector, and heading of the catalogue.
pub const CATALOGUE: &str = "Catalogue";
/// Tab of the inspector with one card.
pub const TAB_CARD: &str = "About";
/// What it is for.
pub const PURPOSE: &str = "Purpose";
/// Its layer in the OSI model.
pub const LAYER: &str = "OSI layer";
/// Filter by layer.
pub const EVERY_LAYER: &str = "Every layer";
/// Who sends to it.
pub const UPSTREAM: &str = "Upstream";
/// What it sends to.
pub const DOWNSTREAM: &str = "Downstream";
/// Whether it carries IPv6.
pub const IPV6: &str = "IPv6";
/// What it cannot do.
pub const LIMITS: &str = "Limits";
/// What is charged.
pub const PRICING: &str = "Pricing model";
/// Facts.
pub const GOOD_TO_KNOW: &str = "Good to know";
/// Differences between the study notes and AWS.
pub const NOTES_AND_AWS: &str = "Notes and AWS";
/// Left side of a difference.
pub const NOTES_SAY: &str = "Notes say";
/// Right side of a difference.
pub const AWS_SAYS: &str = "AWS today";
/// Tables that compare.
pub const COMPARE: &str = "Compare";
/// Link of a fact to the starter network that shows it.
pub const SEE_STARTER: &str = "Open a network that shows it";
/// The file is on its way.
pub const COMING: &str = "Loading…";
/// Link to AWS's page.
pub const PAGE: &str = "AWS's page";
/// Search among the cards.
pub const SEARCH_CARDS: &str = "Search the catalogue";
/// Component or service without a card.
pub const NO_CARD: &str = "There is no card for this one.";
/// The file could not be fetched.
pub const CATALOGUE_MISSING: &str =
    "The catalogue could not be loaded. Check the connection and open this tab again.";

/// Opens the card of what is about to be placed.
#[must_use]
pub fn about(name: &str) -> String {
    format!("{TAB_CARD} {name}")
}

/// When a card was checked.
#[must_use]
pub fn checked(month: &str) -> String {
    format!("Checked against AWS's documentation in {month}.")
}

/// A layer as a filter: `Layer 3`.
#[must_use]
pub fn layer(number: u8) -> String {
    format!("Layer {number}")
}

/// The badge of a difference.
#[must_use]
pub fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Updated => "Updated since the notes",
        Difference::Simplified => "Simplified in the notes",
        Difference::Slip => "Slip in the notes",
    }
}

/// The IPv6 column.
#[must_use]
pub fn ipv6(support: Ipv6Support) -> &'static str {
    match support {
        Ipv6Support::None => "None",
        Ipv6Support::DualStack => "Dual-stack",
        Ipv6Support::Ipv6Only => "IPv6-only",
    }
}

// ---- costs ----

/// Name of the panel.
pub const COSTS: &str = "Cost model";
/// What the panel is, and is not.
pub const COSTS_HINT: &str = "What AWS charges for in this drawing, by its pricing model. Rates are examples of one Region and \
     quantities are assumptions until you change them: this is no bill and no quote.";
/// Beside every rate.
pub const CHECK_PRICES: &str = "check current prices";
/// A drawing that costs nothing.
pub const NOTHING_CHARGED: &str = "Nothing drawn here is charged.";
/// Heading over what is free.
pub const FREE: &str = "Free";
/// Heading over what another model charges.
pub const BEYOND: &str = "Charged, but no part of this model";
/// Heading over services that are not drawn.
pub const BESIDE: &str = "Used, but not drawn";
/// Input of the hours.
pub const HOURS: &str = "Hours that everything runs";
/// Column of the component.
pub const COL_WHO: &str = "Component";
/// Column of the charge.
pub const COL_WHAT: &str = "Charged for";
/// Column of the quantity.
pub const COL_QUANTITY: &str = "Quantity";
/// Column of the rate.
pub const COL_RATE: &str = "Rate";
/// Column of the product.
pub const COL_AMOUNT: &str = "Amount";
/// The sum.
pub const TOTAL: &str = "Total of the model";
/// A quantity that nobody confirmed.
pub const ASSUMED: &str = "assumed";
/// A line without a rate.
pub const NO_RATE: &str = "no rate here: see AWS's page";
/// Takes changed rates and quantities back.
pub const RESET_COSTS: &str = "Back to the assumptions";

/// What a kind of component costs by a model that is not this one.
#[must_use]
pub fn beyond(kind: &str) -> Option<&'static str> {
    match kind {
        "instance" => Some("Instances are charged by the hour, by their type."),
        "network-firewall-endpoint" => Some("Network Firewall is charged by endpoint and hour, and by GB."),
        "aws-service" => Some("Services of AWS charge requests, storage or throughput of their own."),
        "unmodelled" => Some("What was imported without a model may cost money."),
        _ => None,
    }
}

/// Whether the quantity of a line follows from the hours and cannot be changed by itself.
#[must_use]
pub fn counts_hours(line: &Line) -> bool {
    matches!(line.unit, Unit::Hour | Unit::Month)
}

/// Name of the input of a quantity.
#[must_use]
pub fn quantity_of(line: &Line) -> String {
    format!("{COL_QUANTITY}, {}: {}", line.name, line.what)
}

/// Name of the input of a rate.
#[must_use]
pub fn rate_of(line: &Line) -> String {
    format!("{COL_RATE}, {}: {}", line.name, line.what)
}

/// A charge on a card: `Hours: 0.045 per hour, for each gateway`.
#[must_use]
pub fn charge(charge: &Charge) -> String {
    let per = match charge.unit {
        Unit::Free => return format!("{}: free", charge.charge),
        Unit::Hour | Unit::HourOfUse | Unit::CapacityUnitHour => "hour",
        Unit::Month => "month",
        Unit::Gb => "GB",
        Unit::Million => "million",
        Unit::Piece => "piece",
    };
    let each = if charge.per.is_empty() { String::new() } else { format!(" ({})", charge.per) };
    match charge.rate {
        Some(rate) => {
            format!("{}: about {} for each {per}{each}, {CHECK_PRICES}", charge.charge, number(rate))
        }
        None => format!("{}: for each {per}{each}", charge.charge),
    }
}

/// What is free: `Internet gateway: free`.
#[must_use]
pub fn free(what: &str) -> String {
    format!("{what}: free")
}

/// A unit after its quantity.
#[must_use]
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Free => "free",
        Unit::Hour | Unit::HourOfUse | Unit::CapacityUnitHour => "hours",
        Unit::Month => "months",
        Unit::Gb => "GB",
        Unit::Million => "million",
        Unit::Piece => "in all",
    }
}

/// A quantity with what it is made of: `2,190 hours (3 × 730)`.
#[must_use]
pub fn quantity(line: &Line, hours: f64) -> String {
    let made_of = match line.unit {
        Unit::Hour if line.count > 1 => format!(" ({} × {})", line.count, number(hours)),
        _ => String::new(),
    };
    let free = if line.included > 0.0 {
        format!(", of which {} are free", number(line.included.min(line.quantity)))
    } else {
        String::new()
    };
    let by = line.measured_by.as_ref().map(|name| format!(", by {name}")).unwrap_or_default();
    format!("{} {}{made_of}{free}{by}", number(line.quantity), unit(line.unit))
}

/// A rate: `0.045 USD per hour, for each gateway`.
#[must_use]
pub fn rate(line: &Line, currency: &str) -> String {
    let Some(rate) = line.rate else { return NO_RATE.to_owned() };
    let per = match line.unit {
        Unit::Hour => format!("hour, for each {}", line.per),
        Unit::Month => format!("month, for each {}", line.per),
        _ => line.per.clone(),
    };
    format!("{} {currency} per {per}", number(rate))
}

/// An amount of money with two decimals: `1,234.50 USD`.
#[must_use]
pub fn money(amount: f64, currency: &str) -> String {
    let text = format!("{amount:.2}");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    format!("{}.{cents} {currency}", grouped(whole))
}

/// A number without needless decimals: `2,190`, `0.045`.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text.split_once('.') {
        Some((whole, rest)) => format!("{}.{rest}", grouped(whole)),
        None => grouped(text),
    }
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_money_are_grouped() {
        assert_eq!(number(2190.0), "2,190");
        assert_eq!(number(0.045), "0.045");
        assert_eq!(number(1_000_000.5), "1,000,000.5");
        assert_eq!(number(100.0), "100");
        assert_eq!(money(1234.5, "USD"), "1,234.50 USD");
        assert_eq!(money(0.0, "USD"), "0.00 USD");
    }
}
