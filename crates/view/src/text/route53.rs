//! Words of Route 53's aliases and health checks.

use super::catalog::{Entry, entry};

/// What drawing finds.
pub(super) static ENTRIES: &[Entry] = &[entry(
    "V_HC_PRIVATE",
    "Private address cannot be checked",
    "{at} checks[ {target} at] {address}, a private address: Route 53's checkers are on the internet.",
    "Check a public address, or an alarm of CloudWatch about the component.",
)];

/// The name of a pipeline stage.
pub(super) fn stage(_: &str) -> Option<&'static str> {
    None
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    let state = if passed { "Healthy" } else { "Unhealthy" };
    match check {
        "health-check" => Some(format!("{state} by health check {value}.")),
        "target-health" => Some(format!("{state} by the health of its alias target {value}.")),
        "alias" => Some(format!("Alias of {value}.")),
        _ => None,
    }
}
