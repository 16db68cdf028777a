//! Words of Gateway Load Balancers and Network Firewall: codes, stages, checks.

use super::catalog::Entry;

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[];

/// The name of a pipeline stage.
pub(super) fn stage(_: &str) -> Option<&'static str> {
    None
}

/// A yes-or-no check in words.
pub(super) fn check(_: &str, _: bool, _: &str) -> Option<String> {
    None
}
