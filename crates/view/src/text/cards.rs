//! Words around the cards of the catalogue and the cost model.

use crate::catalogue::{Difference, Ipv6Support, Unit};

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
/// Component or service without a card.
pub const NO_CARD: &str = "There is no card for this one.";
/// The file could not be fetched.
pub const CATALOGUE_MISSING: &str =
    "The catalogue could not be loaded. Check the connection and open this tab again.";

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

/// A unit beside its price: `per hour`.
#[must_use]
pub fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Free => "free",
        Unit::Hour | Unit::HourOfUse | Unit::CapacityUnitHour => "hours",
        Unit::Month => "months",
        Unit::Gb => "GB",
        Unit::Million => "millions",
        Unit::Piece => "pieces",
    }
}
