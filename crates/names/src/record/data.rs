//! What records say, and how it is written (RFC 1035, section 5.1, and the RFC of each type).

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::RecordType;
use crate::name::Name;

/// The data of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// IPv4 address.
    A(Ipv4Addr),
    /// IPv6 address.
    Aaaa(Ipv6Addr),
    /// Who may issue certificates.
    Caa {
        /// 128 means critical.
        flags: u8,
        /// `issue`, `issuewild`, `iodef`, ….
        tag: String,
        /// The authority's name, or where to report.
        value: String,
    },
    /// The name this one stands for.
    Cname(Name),
    /// A zone's public key.
    Dnskey(Dnskey),
    /// The hash of a child zone's key.
    Ds(Ds),
    /// How to reach an HTTPS service.
    Https(Svcb),
    /// A mail server.
    Mx {
        /// Lower ones are tried first.
        preference: u16,
        /// The server.
        exchange: Name,
    },
    /// A rewriting rule.
    Naptr {
        /// Lower ones are processed first.
        order: u16,
        /// Among equal orders, lower ones first.
        preference: u16,
        /// `S`, `A`, `U`, `P` or nothing.
        flags: String,
        /// Service and protocol.
        service: String,
        /// The substitution.
        regexp: String,
        /// The next name; the root for none.
        replacement: Name,
    },
    /// A name server.
    Ns(Name),
    /// Nothing stands between this name and the next; and which types this name has.
    Nsec {
        /// The next name of the zone in canonical order.
        next: Name,
        /// Types of this name.
        types: Vec<RecordType>,
    },
    /// The name of an address.
    Ptr(Name),
    /// A signature.
    Rrsig(Rrsig),
    /// The start of a zone.
    Soa(Soa),
    /// Senders of mail, as one or more strings.
    Spf(Vec<String>),
    /// A server of a service.
    Srv {
        /// Lower ones are tried first.
        priority: u16,
        /// Share among equal priorities.
        weight: u16,
        /// Its port.
        port: u16,
        /// The server.
        target: Name,
    },
    /// The fingerprint of an SSH key.
    Sshfp {
        /// Algorithm of the key.
        algorithm: u8,
        /// Algorithm of the fingerprint.
        hash: u8,
        /// Hexadecimal digits in capitals.
        fingerprint: String,
    },
    /// How to reach a service.
    Svcb(Svcb),
    /// The certificate of a TLS service.
    Tlsa {
        /// Certificate usage.
        usage: u8,
        /// Selector.
        selector: u8,
        /// Matching type.
        matching: u8,
        /// Hexadecimal digits in capitals.
        certificate: String,
    },
    /// One or more strings.
    Txt(Vec<String>),
}

/// A zone's public key; its bits are a function of zone, tag and algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dnskey {
    /// 257 for a key-signing key, 256 for a zone-signing key.
    pub flags: u16,
    /// IANA "DNS Security Algorithm Numbers".
    pub algorithm: u8,
    /// The key's tag (RFC 4034, appendix B).
    pub tag: u16,
}

/// The hash of a key-signing key, held by the parent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ds {
    /// Tag of the key.
    pub tag: u16,
    /// Algorithm of the key.
    pub algorithm: u8,
    /// Algorithm of the hash: 1 SHA-1, 2 SHA-256, 4 SHA-384.
    pub digest_type: u8,
    /// Hexadecimal digits in capitals.
    pub digest: String,
}

/// The signature of a record set. Its bits are modelled: a number that every signed field takes part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rrsig {
    /// Type of the signed set.
    pub covers: RecordType,
    /// Algorithm of the key.
    pub algorithm: u8,
    /// Labels of the name as signed, without a wildcard's asterisk.
    pub labels: u8,
    /// TTL as signed, seconds.
    pub ttl: u32,
    /// Logical second after which it no longer holds.
    pub expiration: u64,
    /// Logical second from which it holds.
    pub inception: u64,
    /// Tag of the key that made it.
    pub tag: u16,
    /// The zone that key belongs to.
    pub signer: Name,
    /// The signature itself.
    pub signature: u64,
}

/// The start of a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soa {
    /// Primary name server.
    pub mname: Name,
    /// Mailbox of the responsible person, as a name.
    pub rname: Name,
    /// Version of the zone.
    pub serial: u32,
    /// Seconds between checks of secondaries.
    pub refresh: u32,
    /// Seconds between retries.
    pub retry: u32,
    /// Seconds after which secondaries give up.
    pub expire: u32,
    /// Upper bound for caching negative answers, seconds (RFC 2308).
    pub minimum: u32,
}

/// How to reach a service (RFC 9460).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Svcb {
    /// 0 means alias of `target`.
    pub priority: u16,
    /// The server; the root for the owner itself.
    pub target: Name,
    /// `alpn="h2,h3"` and the like, as written.
    pub params: Vec<String>,
}

impl Data {
    /// The type it is data of.
    #[must_use]
    pub fn kind(&self) -> RecordType {
        match self {
            Self::A(_) => RecordType::A,
            Self::Aaaa(_) => RecordType::Aaaa,
            Self::Caa { .. } => RecordType::Caa,
            Self::Cname(_) => RecordType::Cname,
            Self::Dnskey(_) => RecordType::Dnskey,
            Self::Ds(_) => RecordType::Ds,
            Self::Https(_) => RecordType::Https,
            Self::Mx { .. } => RecordType::Mx,
            Self::Naptr { .. } => RecordType::Naptr,
            Self::Ns(_) => RecordType::Ns,
            Self::Nsec { .. } => RecordType::Nsec,
            Self::Ptr(_) => RecordType::Ptr,
            Self::Rrsig(_) => RecordType::Rrsig,
            Self::Soa(_) => RecordType::Soa,
            Self::Spf(_) => RecordType::Spf,
            Self::Srv { .. } => RecordType::Srv,
            Self::Sshfp { .. } => RecordType::Sshfp,
            Self::Svcb(_) => RecordType::Svcb,
            Self::Tlsa { .. } => RecordType::Tlsa,
            Self::Txt(_) => RecordType::Txt,
        }
    }

    /// The address of an A or AAAA record.
    #[must_use]
    pub fn address(&self) -> Option<std::net::IpAddr> {
        match self {
            Self::A(address) => Some((*address).into()),
            Self::Aaaa(address) => Some((*address).into()),
            _ => None,
        }
    }

    /// An A or AAAA record, by the family.
    #[must_use]
    pub fn of_address(address: std::net::IpAddr) -> Self {
        match address {
            std::net::IpAddr::V4(address) => Self::A(address),
            std::net::IpAddr::V6(address) => Self::Aaaa(address),
        }
    }
}

/// Strings in quotation marks, with quotation marks and backslashes escaped.
fn strings(f: &mut fmt::Formatter<'_>, strings: &[String]) -> fmt::Result {
    for (index, string) in strings.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        write!(f, "{space}\"{}\"", string.replace('\\', "\\\\").replace('"', "\\\""))?;
    }
    Ok(())
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A(address) => write!(f, "{address}"),
            Self::Aaaa(address) => write!(f, "{address}"),
            Self::Caa { flags, tag, value } => {
                write!(f, "{flags} {tag} ")?;
                strings(f, std::slice::from_ref(value))
            }
            Self::Cname(name) | Self::Ns(name) | Self::Ptr(name) => write!(f, "{name}"),
            Self::Dnskey(key) => write!(f, "{} 3 {} key-{}", key.flags, key.algorithm, key.tag),
            Self::Ds(ds) => write!(f, "{} {} {} {}", ds.tag, ds.algorithm, ds.digest_type, ds.digest),
            Self::Https(svcb) | Self::Svcb(svcb) => {
                write!(f, "{} {}", svcb.priority, svcb.target)?;
                svcb.params.iter().try_for_each(|param| write!(f, " {param}"))
            }
            Self::Mx { preference, exchange } => write!(f, "{preference} {exchange}"),
            Self::Naptr { order, preference, flags, service, regexp, replacement } => {
                write!(f, "{order} {preference} ")?;
                strings(f, &[flags.clone(), service.clone(), regexp.clone()])?;
                write!(f, " {replacement}")
            }
            Self::Nsec { next, types } => {
                write!(f, "{next}")?;
                types.iter().try_for_each(|kind| write!(f, " {kind}"))
            }
            Self::Rrsig(sig) => write!(
                f,
                "{} {} {} {} {} {} {} {} {:016X}",
                sig.covers,
                sig.algorithm,
                sig.labels,
                sig.ttl,
                sig.expiration,
                sig.inception,
                sig.tag,
                sig.signer,
                sig.signature
            ),
            Self::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                soa.mname, soa.rname, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
            ),
            Self::Spf(texts) | Self::Txt(texts) => strings(f, texts),
            Self::Srv { priority, weight, port, target } => write!(f, "{priority} {weight} {port} {target}"),
            Self::Sshfp { algorithm, hash, fingerprint } => write!(f, "{algorithm} {hash} {fingerprint}"),
            Self::Tlsa { usage, selector, matching, certificate } => {
                write!(f, "{usage} {selector} {matching} {certificate}")
            }
        }
    }
}
