//! Rows of records, as hosted zones and DNS servers have them: columns, names, types, values. Knows
//! nothing of who asks.

use hopscope_forward::Id;

use crate::component::{Field, FieldKind, Rows};

record! {
    /// One record, with Route 53's routing policy where it has one.
    pub struct Record {
        /// Relative to the zone, or absolute with the zone's name at its end; the zone itself if empty.
        pub name: String,
        /// `A`, `AAAA`, `CNAME`, … (R53-01).
        pub record_type: String = "A",
        /// Values with commas in between, each in the notation of RFC 1035, section 5.1.
        pub values: String,
        /// Seconds that answers are kept; of no meaning for an alias (R53-06).
        pub ttl: u32 = 300u32,
        /// Alias target: id of a component, or a name (R53-03, R53-04).
        pub alias: String,
        /// R53-23.
        pub evaluate_target_health: bool,
        /// R53-10 to R53-17.
        pub routing_policy: String = "simple",
        /// Tells records of one name and type apart.
        pub set_id: String,
        /// Of weighted routing, 0 to 255 (R53-11).
        pub weight: u16,
        /// Of latency and geoproximity routing: a Region.
        pub region: String,
        /// Of failover routing: `primary` or `secondary` (R53-13).
        pub failover: String,
        /// Of geolocation routing: a continent, country or US state; `*` is the default (R53-14).
        pub location: String,
        /// Of geoproximity routing, −99 to 99 (R53-15).
        pub bias: String,
        /// Of geoproximity routing outside AWS: latitude and longitude in degrees.
        pub coordinates: String,
        /// Of IP-based routing: blocks with commas in between; `*` is the default (R53-17).
        pub cidrs: String,
        /// Its health check (R53-20).
        pub health_check: String,
    }
}

/// Types that a record may have (R53-01); DNSKEY and RRSIG come from signing.
pub static TYPES: &[&str] = &[
    "A", "AAAA", "CNAME", "MX", "TXT", "NS", "SOA", "PTR", "SRV", "CAA", "DS", "NAPTR", "SPF", "HTTPS",
    "SVCB", "SSHFP", "TLSA",
];

/// Routing policies in AWS's words (R53-10 to R53-17).
pub static POLICIES: &[&str] =
    &["simple", "weighted", "latency", "failover", "geolocation", "geoproximity", "multivalue", "ip-based"];

/// Columns of [`Record`].
pub static RECORDS: Rows = Rows {
    noun: "record",
    columns: &[
        Field::new("name", "Record name", FieldKind::Text, "The zone itself if empty"),
        Field::new("record_type", "Type", FieldKind::Choice(TYPES), ""),
        Field::new("values", "Value", FieldKind::Text, "Several with commas"),
        Field::new("ttl", "TTL (seconds)", FieldKind::Number, "Not for an alias"),
        Field::new("alias", "Alias target", FieldKind::Text, "A component's id, or a name"),
        Field::new("evaluate_target_health", "Evaluate target health", FieldKind::Flag, ""),
        Field::new("routing_policy", "Routing policy", FieldKind::Choice(POLICIES), ""),
        Field::new("set_id", "Record ID", FieldKind::Text, ""),
        Field::new("weight", "Weight", FieldKind::Number, "0 to 255"),
        Field::new("region", "Region", FieldKind::Text, ""),
        Field::new("failover", "Failover record type", FieldKind::Choice(&["", "primary", "secondary"]), ""),
        Field::new("location", "Location", FieldKind::Text, "* for the default"),
        Field::new("bias", "Bias", FieldKind::Text, "-99 to 99"),
        Field::new("coordinates", "Coordinates", FieldKind::Text, "Latitude, longitude"),
        Field::new("cidrs", "CIDR blocks", FieldKind::Text, "* for the default"),
        Field::new("health_check", "Health check", FieldKind::Text, ""),
    ],
};

/// Longest name and label in octets (RFC 1035, section 2.3.4).
const MAX_NAME: usize = 253;
const MAX_LABEL: usize = 63;

/// A domain name as typed: in lower case and without the final dot; `None` where it is none. The
/// root itself is no name that people own.
pub(crate) fn domain(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*');
        (1..=MAX_LABEL).contains(&label.len()) && label.chars().all(sound)
    };
    let sound = !text.is_empty() && text.len() <= MAX_NAME && text.split('.').all(label);
    sound.then(|| text.to_ascii_lowercase())
}

/// Whether a name is `zone` or below it; both as [`domain`] gives them.
pub(crate) fn within(name: &str, zone: &str) -> bool {
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The full name of a record of a zone; `None` where it cannot be read.
pub(crate) fn owner(record: &Record, zone: &str) -> Option<String> {
    let text = record.name.trim();
    if text.is_empty() || text == "@" {
        return Some(zone.to_owned());
    }
    let name = domain(text)?;
    if text.ends_with('.') || within(&name, zone) { Some(name) } else { domain(&format!("{name}.{zone}")) }
}

/// The values of a record, one by one. A comma inside quotes is part of its value.
pub(crate) fn values(record: &Record) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut quoted = false;
    for letter in record.values.chars() {
        quoted ^= letter == '"';
        match (letter, found.last_mut()) {
            (',', _) if !quoted => found.push(String::new()),
            (letter, Some(last)) => last.push(letter),
            (_, None) => {}
        }
    }
    found.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// The type in upper case.
pub(crate) fn kind(record: &Record) -> String {
    record.record_type.trim().to_ascii_uppercase()
}

/// The policy, `simple` where none is written.
pub(crate) fn policy(record: &Record) -> &str {
    let policy = record.routing_policy.trim();
    if policy.is_empty() { "simple" } else { policy }
}

/// The alias target, if the record is an alias.
pub(crate) fn alias(record: &Record) -> Option<&str> {
    Some(record.alias.trim()).filter(|alias| !alias.is_empty())
}

/// An id as a label of a name.
pub(crate) fn label_of(id: &Id) -> String {
    let label = id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    label.take(MAX_LABEL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, values: &str) -> Record {
        Record { name: name.into(), values: values.into(), ..Record::default() }
    }

    #[test]
    fn domains_are_read_and_nonsense_is_not() {
        assert_eq!(domain(" Example.COM. ").as_deref(), Some("example.com"));
        assert_eq!(domain("*.apps.example").as_deref(), Some("*.apps.example"));
        let long = "a".repeat(64);
        for text in ["", ".", "a..b", "two words", "exa/mple.com", long.as_str(), &"ab.".repeat(90)] {
            assert_eq!(domain(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_relative_unless_they_end_with_the_zone() {
        let owner = |name: &str| owner(&record(name, ""), "example.com");
        assert_eq!(owner("").as_deref(), Some("example.com"));
        assert_eq!(owner("@").as_deref(), Some("example.com"));
        assert_eq!(owner("www").as_deref(), Some("www.example.com"));
        assert_eq!(owner("WWW.example.com").as_deref(), Some("www.example.com"));
        assert_eq!(owner("notexample.com").as_deref(), Some("notexample.com.example.com"));
        assert_eq!(owner("other.test.").as_deref(), Some("other.test"));
        assert_eq!(owner("two words"), None);
    }

    #[test]
    fn values_are_split_at_commas_outside_quotes() {
        assert_eq!(values(&record("", "10.0.0.1, 10.0.0.2")), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(values(&record("", "\"v=spf1, all\", \"b\"")), ["\"v=spf1, all\"", "\"b\""]);
        assert!(values(&record("", " , ")).is_empty());
    }

    #[test]
    fn a_zone_holds_itself_and_what_is_below() {
        assert!(within("example.com", "example.com") && within("a.b.example.com", "example.com"));
        assert!(!within("notexample.com", "example.com") && !within("com", "example.com"));
    }
}
