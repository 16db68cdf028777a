//! Resource records: types, data in presentation format, and sets of one name and type (RFC 1035,
//! R53-01).

mod data;
mod parse;

use std::fmt;
use std::str::FromStr;

pub use data::{Data, Dnskey, Ds, Rrsig, Soa, Svcb};
pub use parse::RecordError;

use crate::name::Name;

/// The type of a record (IANA "Resource Record (RR) TYPEs").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// IPv4 address (RFC 1035).
    A,
    /// IPv6 address (RFC 3596).
    Aaaa,
    /// Certification authorities that may issue (RFC 8659).
    Caa,
    /// Another name of this one (RFC 1035).
    Cname,
    /// Public key of a zone (RFC 4034).
    Dnskey,
    /// Hash of a child zone's key, in the parent (RFC 4034).
    Ds,
    /// How to reach an HTTPS service (RFC 9460).
    Https,
    /// Mail server (RFC 1035).
    Mx,
    /// Rewriting of names to services (RFC 3403).
    Naptr,
    /// Name server of a zone (RFC 1035).
    Ns,
    /// Proof of absence (RFC 4034).
    Nsec,
    /// Name of an address (RFC 1035).
    Ptr,
    /// Signature of a record set (RFC 4034).
    Rrsig,
    /// Start of a zone (RFC 1035).
    Soa,
    /// Senders of mail, obsolete in favour of TXT (RFC 7208).
    Spf,
    /// Server of a service (RFC 2782).
    Srv,
    /// Fingerprint of an SSH key (RFC 4255).
    Sshfp,
    /// How to reach a service (RFC 9460).
    Svcb,
    /// Certificate of a TLS service (RFC 6698).
    Tlsa,
    /// Text (RFC 1035).
    Txt,
}

impl RecordType {
    /// Every type, in alphabetical order.
    pub const ALL: [Self; 20] = [
        Self::A,
        Self::Aaaa,
        Self::Caa,
        Self::Cname,
        Self::Dnskey,
        Self::Ds,
        Self::Https,
        Self::Mx,
        Self::Naptr,
        Self::Ns,
        Self::Nsec,
        Self::Ptr,
        Self::Rrsig,
        Self::Soa,
        Self::Spf,
        Self::Srv,
        Self::Sshfp,
        Self::Svcb,
        Self::Tlsa,
        Self::Txt,
    ];

    /// Its name in capitals.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Dnskey => "DNSKEY",
            Self::Ds => "DS",
            Self::Https => "HTTPS",
            Self::Mx => "MX",
            Self::Naptr => "NAPTR",
            Self::Ns => "NS",
            Self::Nsec => "NSEC",
            Self::Ptr => "PTR",
            Self::Rrsig => "RRSIG",
            Self::Soa => "SOA",
            Self::Spf => "SPF",
            Self::Srv => "SRV",
            Self::Sshfp => "SSHFP",
            Self::Svcb => "SVCB",
            Self::Tlsa => "TLSA",
            Self::Txt => "TXT",
        }
    }

    /// Whether a person writes records of this type; the others are made by signing (R53-01).
    #[must_use]
    pub fn is_typed(self) -> bool {
        !matches!(self, Self::Dnskey | Self::Rrsig | Self::Nsec)
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no record type that is modelled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no record type: expected A, AAAA, CNAME, MX, TXT, NS or another of Route 53's")]
pub struct RecordTypeError(pub String);

impl FromStr for RecordType {
    type Err = RecordTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| RecordTypeError(text.to_owned()))
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name it belongs to.
    pub name: Name,
    /// How long a cache may keep it, seconds.
    pub ttl: u32,
    /// What it says; holds its type.
    pub data: Data,
}

impl Record {
    /// Its type.
    #[must_use]
    pub fn kind(&self) -> RecordType {
        self.data.kind()
    }

    /// Reads a record in the notation of its `Display`, of any type.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, ' ');
        let name = words.next()?.parse().ok()?;
        let ttl = words.next()?.parse().ok()?;
        let kind = words.next()?.parse().ok()?;
        Some(Self { name, ttl, data: Data::read(kind, words.next()?).ok()? })
    }
}

impl fmt::Display for Record {
    /// `www.example.com 300 A 203.0.113.10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.name, self.ttl, self.kind(), self.data)
    }
}

/// All records of one name and type in a zone (RFC 2181, section 5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSet {
    /// The name; its first label may be `*`.
    pub name: Name,
    /// The type.
    pub kind: RecordType,
    /// How long a cache may keep it, seconds; meaningless where `decided`.
    pub ttl: u32,
    /// What it says, all of type `kind`; empty where `decided`.
    pub values: Vec<Data>,
    /// The answer is chosen for each question: Route 53's routing policies and alias targets. Then
    /// [`Sets`](crate::authority::Sets) is asked.
    pub decided: bool,
}

impl RecordSet {
    /// A set whose answer is always the same.
    #[must_use]
    pub fn new(name: Name, kind: RecordType, ttl: u32, values: Vec<Data>) -> Self {
        Self { name, kind, ttl, values, decided: false }
    }

    /// A set whose answer is chosen for each question.
    #[must_use]
    pub fn decided(name: Name, kind: RecordType) -> Self {
        Self { name, kind, ttl: 0, values: Vec::new(), decided: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_its_own_text() {
        for kind in RecordType::ALL {
            assert_eq!(kind.to_string().to_lowercase().parse(), Ok(kind));
        }
        assert!("ALIAS".parse::<RecordType>().is_err());
    }

    #[test]
    fn a_record_survives_its_own_text() {
        let line = "example.com 900 TXT \"v=spf1 -all\" \"second \\\"part\\\"\"";
        assert_eq!(Record::read(line).map(|record| record.to_string()).as_deref(), Some(line));
        for wrong in ["", "example.com", "example.com x A 192.0.2.1", "example.com 1 A 192.0.2.256"] {
            assert_eq!(Record::read(wrong), None, "{wrong}");
        }
    }
}
