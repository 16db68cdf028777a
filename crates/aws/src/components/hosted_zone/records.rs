//! Rows of records, as hosted zones and DNS servers have them: columns, names, types, values. Knows
//! nothing of who asks.

use hopscope_forward::Id;
use hopscope_names::geo::{self, Area, Coordinates};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordType};
use hopscope_names::routing::{self, Policy, Role};

use crate::catalog;
use crate::cells;
use crate::component::{Field, FieldKind, Rows};
use crate::components::health_check;
use crate::diagnostic::Diagnostic;
use crate::network::{Network, Thing};
use crate::validate::{Check, codes};

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
        pub health_check: Option<Id>,
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
        Field::new("health_check", "Health check", FieldKind::Ref(&["health-check"]), ""),
    ],
};

/// A domain name as typed; `None` where it is none. The root itself is no name that people own.
pub(crate) fn domain(text: &str) -> Option<Name> {
    Name::parse(text).ok().filter(|name| !name.is_root())
}

/// The full name of a record of a zone; `None` where it cannot be read.
pub(crate) fn owner(record: &Record, zone: &Name) -> Option<Name> {
    let text = record.name.trim();
    if text.is_empty() || text == "@" {
        return Some(zone.clone());
    }
    let name = domain(text)?;
    let absolute = text.ends_with('.') || name.is_at_or_below(zone);
    if absolute { Some(name) } else { domain(&format!("{name}.{zone}")) }
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

/// The type; `None` where nobody may write it (R53-01).
pub(crate) fn kind(record: &Record) -> Option<RecordType> {
    record.record_type.parse().ok().filter(|kind: &RecordType| kind.is_typed())
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

/// A Region as a record names it: by AWS's code or name, or a drawn one by its id. None where that
/// is no Region of AWS.
pub(crate) fn region(network: &Network, text: &str) -> Option<&'static geo::Region> {
    let drawn = match network.index.get(text.trim()) {
        Some(Thing::Region(ix)) => network.regions[*ix].aws,
        _ => None,
    };
    drawn.or_else(|| geo::Region::find(text))
}

/// The part of a failover record.
pub(crate) fn role(text: &str) -> Option<Role> {
    match text.trim() {
        "primary" => Some(Role::Primary),
        "secondary" => Some(Role::Secondary),
        _ => None,
    }
}

/// The bias of a geoproximity record, 0 where none is written (R53-15).
pub(crate) fn bias(text: &str) -> Option<i8> {
    match text.trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|bias| (-99..=99).contains(bias)),
    }
}

/// An id as a label of a name.
pub(crate) fn label_of(id: &Id) -> String {
    let label = id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    label.take(hopscope_names::name::MAX_LABEL).collect()
}

/// Cells of the `n`th record that cannot be read: their path, what is there, what is wanted.
pub(crate) fn unreadable(
    network: &Network,
    n: usize,
    record: &Record,
    zone: &Name,
) -> impl Iterator<Item = (String, String, String)> {
    let mut found = Vec::new();
    let mut add = |cell: &str, text: &str, wanted: &str| {
        found.push((format!("records/{n}/{cell}"), text.trim().to_owned(), wanted.to_owned()));
    };
    if owner(record, zone).is_none() {
        add("name", &record.name, "a domain name");
    }
    match kind(record) {
        // DNSKEY, RRSIG and the like are made by signing.
        None => add("record_type", &record.record_type, "a type that Route 53 lets you write"),
        Some(kind) if alias(record).is_none() => {
            let values = values(record);
            if values.is_empty() {
                add("values", "", &format!("data of a record of type {kind}"));
            }
            for value in values.iter().filter(|value| Data::parse(kind, value).is_err()) {
                add("values", value, &format!("data of a record of type {kind}"));
            }
        }
        Some(_) => {}
    }
    for (cell, text, wanted) in choice(network, record) {
        add(cell, &text, wanted);
    }
    found.into_iter()
}

/// Cells that say when a record is chosen and cannot be read, or are missing for its policy.
fn choice(network: &Network, record: &Record) -> Vec<(&'static str, String, &'static str)> {
    let mut found = Vec::new();
    let mut add = |cell, text: &str, wanted| found.push((cell, text.trim().to_owned(), wanted));
    let policy = Policy::parse(&record.routing_policy);
    if policy.is_none() {
        add("routing_policy", &record.routing_policy, "one of the eight routing policies");
    }
    let needs = |wanted: Policy, text: &str| policy == Some(wanted) || !text.trim().is_empty();
    if record.weight > 255 {
        add("weight", &record.weight.to_string(), "a weight from 0 to 255");
    }
    // R53-15: a geoproximity record is at a Region or at a point.
    let by_region = policy == Some(Policy::Geoproximity) && record.coordinates.trim().is_empty();
    if (by_region || needs(Policy::Latency, &record.region)) && region(network, &record.region).is_none() {
        add("region", &record.region, "the code of an AWS Region such as eu-west-1");
    }
    let coordinates = record.coordinates.trim();
    if !coordinates.is_empty() && Coordinates::parse(coordinates).is_none() {
        add("coordinates", coordinates, "latitude and longitude in degrees such as 49.22, -74.01");
    }
    if bias(&record.bias).is_none() {
        add("bias", &record.bias, "a bias from -99 to 99");
    }
    if needs(Policy::Failover, &record.failover) && role(&record.failover).is_none() {
        add("failover", &record.failover, "primary or secondary");
    }
    if needs(Policy::Geolocation, &record.location) && Area::parse(&record.location).is_none() {
        add("location", &record.location, "a continent, a country, a state of the United States, or *");
    }
    // R53-17: how narrow the blocks of a CIDR collection may be.
    for block in record.cidrs.split(',').map(str::trim).filter(|block| !matches!(*block, "" | "*")) {
        if !cells::cidr(block).is_some_and(|block| routing::listable(&block)) {
            add("cidrs", block, "a block, IPv4 up to /24 or IPv6 up to /48, or *");
        }
    }
    found
}

/// The `n`th record's health check, where that is none.
pub(crate) fn no_health_check(check: &Check<'_>, id: &Id, n: usize, record: &Record) -> Option<Diagnostic> {
    let named = record.health_check.as_ref()?;
    let kind = check.kind_of(named);
    if kind == Some(health_check::SPEC.kind) {
        return None;
    }
    let found = kind.map_or("nothing", |kind| catalog::spec(kind).map_or(kind, |spec| spec.name));
    Some(
        Diagnostic::new(&codes::REFERENCE, id)
            .field(format!("records/{n}/health_check"))
            .fact("field", "Health check")
            .fact("reference", named)
            .fact("found", found),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, values: &str) -> Record {
        Record { name: name.into(), values: values.into(), ..Record::default() }
    }

    #[test]
    fn domains_are_read_and_nonsense_is_not() {
        assert_eq!(domain(" Example.COM. ").unwrap().as_str(), "example.com");
        for text in ["", ".", "a..b", "two words"] {
            assert_eq!(domain(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_relative_unless_they_end_with_the_zone() {
        let zone = domain("example.com").unwrap();
        for (text, full) in [
            ("", Some("example.com")),
            ("@", Some("example.com")),
            ("www", Some("www.example.com")),
            ("WWW.example.com", Some("www.example.com")),
            ("notexample.com", Some("notexample.com.example.com")),
            ("other.test.", Some("other.test")),
            ("*", Some("*.example.com")),
            ("two words", None),
        ] {
            assert_eq!(owner(&record(text, ""), &zone).as_ref().map(Name::as_str), full, "{text}");
        }
    }

    #[test]
    fn values_are_split_at_commas_outside_quotes() {
        assert_eq!(values(&record("", "10.0.0.1, 10.0.0.2")), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(values(&record("", "\"v=spf1, all\", \"b\"")), ["\"v=spf1, all\"", "\"b\""]);
        assert!(values(&record("", " , ")).is_empty());
    }
}
