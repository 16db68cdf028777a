//! Ranges of TCP and UDP ports as people write them.

use std::fmt;
use std::str::FromStr;

/// An inclusive range of ports, `first..=last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// Lowest port of the range.
    pub first: u16,
    /// Highest port of the range, never below `first`.
    pub last: u16,
}

impl PortRange {
    /// Every port, 0 to 65535.
    pub const ALL: Self = Self { first: 0, last: u16::MAX };

    /// Whether `port` lies in the range.
    #[must_use]
    pub fn contains(self, port: u16) -> bool {
        self.first <= port && port <= self.last
    }

    /// Whether every port of `other` lies in the range.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ALL {
            f.write_str("all")
        } else if self.first == self.last {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

/// The text is not a port, a range `first-last` in order, or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRangeError;

impl fmt::Display for PortRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a port (443), a range (1024-65535) or all")
    }
}

impl std::error::Error for PortRangeError {}

impl FromStr for PortRange {
    type Err = PortRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() || text.eq_ignore_ascii_case("all") || text == "*" {
            return Ok(Self::ALL);
        }
        let (first, last) = match text.split_once(['-', '–']) {
            Some((first, last)) => (first.trim(), last.trim()),
            None => (text, text),
        };
        let first: u16 = first.parse().map_err(|_| PortRangeError)?;
        let last: u16 = last.parse().map_err(|_| PortRangeError)?;
        if first > last {
            return Err(PortRangeError);
        }
        Ok(Self { first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type() {
        let range = |first, last| Ok(PortRange { first, last });
        assert_eq!("443".parse(), range(443, 443));
        assert_eq!(" 1024 - 65535 ".parse(), range(1024, 65535));
        assert_eq!("".parse(), Ok(PortRange::ALL));
        for wrong in ["65536", "9-8", "a", "1-2-3", "-1"] {
            assert_eq!(wrong.parse::<PortRange>(), Err(PortRangeError), "{wrong:?}");
        }
    }
}
