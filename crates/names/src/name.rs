//! Domain names: labels from the most specific to the top, compared without case (RFC 1035, RFC 4034).

use std::cmp::Ordering;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;

/// Longest label in octets (RFC 1035, section 2.3.4).
pub const MAX_LABEL: usize = 63;

/// Longest name as text without the final dot: 255 octets with its length octets (RFC 1035, section 2.3.4).
pub const MAX_NAME: usize = 253;

/// A domain name, kept in lower case without the final dot. Cheap to clone. Ordered canonically
/// (RFC 4034, section 6.1): a name is followed by everything below it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(Arc<str>);

/// Why a text is no domain name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is written.
    #[error("a domain name is missing; the root is written \".\"")]
    Empty,
    /// Two dots in a row, or one at the start.
    #[error("\"{0}\" has an empty label: two dots in a row, or one at the start")]
    EmptyLabel(String),
    /// A label is too long.
    #[error("label \"{0}\" is longer than {MAX_LABEL} characters")]
    LongLabel(String),
    /// The name is too long.
    #[error("a domain name of {0} characters is longer than {MAX_NAME}")]
    Long(usize),
    /// A character that no label has.
    #[error(
        "\"{1}\" cannot stand in the domain name \"{0}\": letters, digits, hyphens and underscores do; \
         write other scripts as xn--…"
    )]
    Character(String, char),
    /// An asterisk beside other characters of a label.
    #[error("\"{0}\": an asterisk is a label by itself, as in *.example.com")]
    Asterisk(String),
}

impl Name {
    /// The root, `.`.
    #[must_use]
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// Reads a name; a final dot is allowed and means nothing.
    ///
    /// # Errors
    /// The text is no domain name: which part of it, and why.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text == "." {
            return Ok(Self::root());
        }
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > MAX_NAME {
            return Err(NameError::Long(text.len()));
        }
        for label in text.split('.') {
            if label.is_empty() {
                return Err(NameError::EmptyLabel(text.to_owned()));
            }
            if label.len() > MAX_LABEL {
                return Err(NameError::LongLabel(label.to_owned()));
            }
            // The slash is for classless reverse zones (RFC 2317).
            let fits = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '*');
            if let Some(other) = label.chars().find(|c| !fits(c)) {
                return Err(NameError::Character(text.to_owned(), other));
            }
            if label.contains('*') && label != "*" {
                return Err(NameError::Asterisk(text.to_owned()));
            }
        }
        Ok(Self(Arc::from(text.to_ascii_lowercase())))
    }

    /// The name of an address in the reverse tree (RFC 1035, section 3.5; RFC 3596, section 2.5).
    #[must_use]
    pub fn reverse(address: IpAddr) -> Self {
        let text = match address {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(address) => {
                let mut text = String::with_capacity(72);
                for octet in address.octets().iter().rev() {
                    text.push_str(&format!("{:x}.{:x}.", octet & 15, octet >> 4));
                }
                text + "ip6.arpa"
            }
        };
        Self(Arc::from(text))
    }

    /// The address whose reverse name this is.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        if let Some(text) = self.0.strip_suffix(".in-addr.arpa") {
            let parts: Vec<u8> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            let [d, c, b, a] = parts.try_into().ok()?;
            return Some(Ipv4Addr::new(a, b, c, d).into());
        }
        let text = self.0.strip_suffix(".ip6.arpa")?;
        let mut bits = 0u128;
        let mut count = 0;
        for label in text.rsplit('.') {
            let digit = u128::from_str_radix(label, 16).ok().filter(|_| label.len() == 1)?;
            bits = bits << 4 | digit;
            count += 1;
        }
        (count == 32).then(|| Ipv6Addr::from_bits(bits).into())
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the first label is an asterisk (RFC 4592).
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        &*self.0 == "*" || self.0.starts_with("*.")
    }

    /// Labels from the most specific to the top; none of the root.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.').filter(|label| !label.is_empty())
    }

    /// How many labels the name has; the root has none.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.labels().count()
    }

    /// The name one label up; none above the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.0.split_once('.') {
            Some((_, rest)) => Some(Self(Arc::from(rest))),
            None if self.is_root() => None,
            None => Some(Self::root()),
        }
    }

    /// The name itself, then each name above it, the root last.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }

    /// Whether this is `other` or stands below it.
    #[must_use]
    pub fn is_at_or_below(&self, other: &Self) -> bool {
        other.is_root()
            || self.0.strip_suffix(&*other.0).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    }

    /// Whether this stands below `other`.
    #[must_use]
    pub fn is_below(&self, other: &Self) -> bool {
        self != other && self.is_at_or_below(other)
    }

    /// The name with one more label in front.
    ///
    /// # Errors
    /// The label is none, or the name would be too long.
    pub fn child(&self, label: &str) -> Result<Self, NameError> {
        if self.is_root() { Self::parse(label) } else { Self::parse(&format!("{label}.{}", self.0)) }
    }

    /// The wildcard right below this name; none where it would be too long.
    #[must_use]
    pub fn wildcard(&self) -> Option<Self> {
        self.child("*").ok()
    }

    /// The name as people write it, without a final dot; the root is `.`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        if self.is_root() { "." } else { &self.0 }
    }

    /// The topmost label, as a name (`com` of `www.example.com`); none of the root.
    #[must_use]
    pub fn top(&self) -> Option<Self> {
        self.labels().next_back().map(|label| Self(Arc::from(label)))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.labels().rev().cmp(other.labels().rev())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn case_and_the_final_dot_do_not_matter() {
        assert_eq!(name("WWW.Example.COM."), name("www.example.com"));
        assert_eq!(name("www.example.com.").to_string(), "www.example.com");
        assert_eq!((name(".").to_string(), name(".").depth()), (".".to_owned(), 0));
        assert_eq!(name("_sip._tcp.example.com").depth(), 4);
    }

    #[test]
    fn limits_are_those_of_rfc_1035() {
        assert!(Name::parse(&"a".repeat(63)).is_ok());
        assert_eq!(Name::parse(&"a".repeat(64)), Err(NameError::LongLabel("a".repeat(64))));
        let long = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
        assert_eq!(long.len(), MAX_NAME);
        assert!(Name::parse(&long).is_ok());
        assert_eq!(Name::parse(&format!("{long}e")), Err(NameError::Long(254)));
        assert_eq!(name(&long).child("x"), Err(NameError::Long(255)));
        assert_eq!(name(&long).wildcard(), None);
    }

    #[test]
    fn nonsense_is_named() {
        assert_eq!(Name::parse(" "), Err(NameError::Empty));
        assert_eq!(Name::parse("a..b"), Err(NameError::EmptyLabel("a..b".to_owned())));
        assert_eq!(Name::parse(".a"), Err(NameError::EmptyLabel(".a".to_owned())));
        assert_eq!(Name::parse("a b"), Err(NameError::Character("a b".to_owned(), ' ')));
        assert_eq!(Name::parse("bücher.de"), Err(NameError::Character("bücher.de".to_owned(), 'ü')));
        assert_eq!(Name::parse("a*.b"), Err(NameError::Asterisk("a*.b".to_owned())));
    }

    #[test]
    fn a_name_stands_below_whole_labels_only() {
        let zone = name("example.com");
        assert!(
            name("a.b.example.com").is_below(&zone) && zone.is_at_or_below(&zone) && !zone.is_below(&zone)
        );
        assert!(!name("myexample.com").is_at_or_below(&zone) && !name("com").is_at_or_below(&zone));
        assert!(zone.is_at_or_below(&Name::root()) && !Name::root().is_at_or_below(&zone));
        let up: Vec<_> = name("a.b.c").ancestors().map(|name| name.to_string()).collect();
        assert_eq!(up, ["a.b.c", "b.c", "c", "."]);
    }

    #[test]
    fn the_order_is_canonical() {
        // RFC 4034, section 6.1, without its escaped names.
        let wanted =
            ["example", "a.example", "yljkjljk.a.example", "z.a.example", "z.example", "*.z.example"];
        let mut names: Vec<_> = wanted.iter().rev().map(|text| name(text)).collect();
        names.sort();
        assert_eq!(names.iter().map(Name::as_str).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn reverse_names_lead_back() {
        for (address, text) in [
            ("10.0.3.10", "10.3.0.10.in-addr.arpa"),
            ("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(Name::reverse(address), name(text));
            assert_eq!(name(text).address(), Some(address));
        }
        for other in
            ["in-addr.arpa", "256.1.1.1.in-addr.arpa", "1.1.1.in-addr.arpa", "ab.ip6.arpa", "example"]
        {
            assert_eq!(name(other).address(), None, "{other}");
        }
    }
}
