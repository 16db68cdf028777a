//! Reads one value of a record from its presentation text, and says what is wrong with it.

use std::str::FromStr;

use super::{Data, Dnskey, Ds, RecordType, Rrsig, Soa, Svcb};
use crate::name::{Name, NameError};

/// Longest value that is read, in bytes (Route 53: 4,000 characters a value).
const MAX_VALUE: usize = 4_000;

/// Longest string of a TXT record, in bytes (RFC 1035, section 3.3).
const MAX_STRING: usize = 255;

/// Why a text is no value of a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Records of this type are made by signing (R53-01).
    #[error("{0} records are made by signing a zone and cannot be written by hand")]
    NotTyped(RecordType),
    /// The value does not have the fields of its type.
    #[error("\"{text}\" is no value of {kind}: expected {expected}")]
    Shape {
        /// The type.
        kind: RecordType,
        /// What was written.
        text: String,
        /// Fields, with an example.
        expected: &'static str,
    },
    /// A name in the value is none.
    #[error("{kind}: {error}")]
    Name {
        /// The type.
        kind: RecordType,
        /// What is wrong with it.
        error: NameError,
    },
    /// A text is not in quotation marks, or one is not closed.
    #[error("{0}: write the text in double quotation marks, as in \"v=spf1 -all\"")]
    Quotes(RecordType),
    /// One string is too long.
    #[error("{0}: one string has at most {MAX_STRING} bytes; split it into several in quotation marks")]
    LongString(RecordType),
    /// The value is too long.
    #[error("a value of {0} bytes is longer than {MAX_VALUE}")]
    Long(usize),
}

impl Data {
    /// Reads what a person wrote as one value of a record.
    ///
    /// # Errors
    /// What is wrong with it, and what is expected.
    pub fn parse(kind: RecordType, text: &str) -> Result<Self, RecordError> {
        if kind.is_typed() { Self::read(kind, text) } else { Err(RecordError::NotTyped(kind)) }
    }

    /// Reads a value of any type, also of those that no person writes.
    ///
    /// # Errors
    /// What is wrong with it, and what is expected.
    pub fn read(kind: RecordType, text: &str) -> Result<Self, RecordError> {
        let text = text.trim();
        if text.len() > MAX_VALUE {
            return Err(RecordError::Long(text.len()));
        }
        let mut reader = Reader { kind, words: words(kind, text)?.into_iter(), failed: None };
        let data = reader.data();
        if let Some(error) = reader.failed {
            return Err(error);
        }
        let over = reader.words.next().is_some();
        data.filter(|_| !over).ok_or_else(|| RecordError::Shape {
            kind,
            text: text.to_owned(),
            expected: expected(kind),
        })
    }
}

/// Fields of a value, with an example.
fn expected(kind: RecordType) -> &'static str {
    match kind {
        RecordType::A => "an IPv4 address (203.0.113.10)",
        RecordType::Aaaa => "an IPv6 address (2001:db8::10)",
        RecordType::Caa => "flags, tag and value (0 issue \"amazon.com\")",
        RecordType::Cname | RecordType::Ptr => "one name (www.example.com)",
        RecordType::Ns => "the name of a server (ns-1.example.net)",
        RecordType::Dnskey => "flags, protocol, algorithm and key",
        RecordType::Ds => "key tag, algorithm, digest type and digest (12345 13 2 3F8A…)",
        RecordType::Https | RecordType::Svcb => "priority, target and parameters (1 . alpn=\"h2\")",
        RecordType::Mx => "preference and mail server (10 mail.example.com)",
        RecordType::Naptr => {
            "order, preference, flags, service, regexp and replacement (100 50 \"S\" \"SIP+D2U\" \"\" \
             _sip._udp.example.com)"
        }
        RecordType::Nsec => "the next name and types",
        RecordType::Rrsig => "the fields of a signature",
        RecordType::Soa => "server, mailbox, serial, refresh, retry, expire and minimum",
        RecordType::Spf | RecordType::Txt => "text in double quotation marks",
        RecordType::Srv => "priority, weight, port and target (1 10 5269 xmpp.example.com)",
        RecordType::Sshfp => "algorithm, hash type and fingerprint (4 2 123ABC…)",
        RecordType::Tlsa => "usage, selector, matching type and data (3 1 1 123ABC…)",
    }
}

/// One field, and whether it stood in quotation marks.
struct Word {
    text: String,
    quoted: bool,
}

/// Splits at blanks outside quotation marks.
fn words(kind: RecordType, text: &str) -> Result<Vec<Word>, RecordError> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut word = Word { text: String::new(), quoted: first == '"' };
        if word.quoted {
            loop {
                match chars.next() {
                    Some('\\') => word.text.extend(chars.next()),
                    Some('"') => break,
                    Some(c) => word.text.push(c),
                    None => return Err(RecordError::Quotes(kind)),
                }
            }
        } else {
            word.text.push(first);
            // A parameter of SVCB keeps the quotation marks inside it.
            let mut inside = false;
            while let Some(c) = chars.next_if(|c| inside || !c.is_whitespace()) {
                inside ^= c == '"';
                word.text.push(c);
            }
        }
        words.push(word);
    }
    Ok(words)
}

/// Takes the fields of one value in order.
struct Reader {
    kind: RecordType,
    words: std::vec::IntoIter<Word>,
    failed: Option<RecordError>,
}

impl Reader {
    fn data(&mut self) -> Option<Data> {
        Some(match self.kind {
            RecordType::A => Data::A(self.value()?),
            RecordType::Aaaa => Data::Aaaa(self.value()?),
            RecordType::Caa => {
                Data::Caa { flags: self.value()?, tag: self.tag()?, value: self.words.next()?.text }
            }
            RecordType::Cname => Data::Cname(self.name()?),
            RecordType::Dnskey => {
                let (flags, protocol, algorithm) = (self.value()?, self.value::<u8>()?, self.value()?);
                let tag = self.words.next()?.text.strip_prefix("key-")?.parse().ok()?;
                (protocol == 3).then_some(Data::Dnskey(Dnskey { flags, algorithm, tag }))?
            }
            RecordType::Ds => Data::Ds(Ds {
                tag: self.value()?,
                algorithm: self.value()?,
                digest_type: self.value()?,
                digest: self.hex()?,
            }),
            RecordType::Https => Data::Https(self.svcb()?),
            RecordType::Svcb => Data::Svcb(self.svcb()?),
            RecordType::Mx => Data::Mx { preference: self.value()?, exchange: self.name()? },
            RecordType::Naptr => Data::Naptr {
                order: self.value()?,
                preference: self.value()?,
                flags: self.quoted()?,
                service: self.quoted()?,
                regexp: self.quoted()?,
                replacement: self.name()?,
            },
            RecordType::Ns => Data::Ns(self.name()?),
            RecordType::Nsec => {
                let next = self.name()?;
                let types: Option<_> = self.words.by_ref().map(|word| word.text.parse().ok()).collect();
                Data::Nsec { next, types: types? }
            }
            RecordType::Ptr => Data::Ptr(self.name()?),
            RecordType::Rrsig => Data::Rrsig(Rrsig {
                covers: self.value()?,
                algorithm: self.value()?,
                labels: self.value()?,
                ttl: self.value()?,
                expiration: self.value()?,
                inception: self.value()?,
                tag: self.value()?,
                signer: self.name()?,
                signature: u64::from_str_radix(&self.words.next()?.text, 16).ok()?,
            }),
            RecordType::Soa => Data::Soa(Soa {
                mname: self.name()?,
                rname: self.name()?,
                serial: self.value()?,
                refresh: self.value()?,
                retry: self.value()?,
                expire: self.value()?,
                minimum: self.value()?,
            }),
            RecordType::Spf => Data::Spf(self.strings()?),
            RecordType::Srv => Data::Srv {
                priority: self.value()?,
                weight: self.value()?,
                port: self.value()?,
                target: self.name()?,
            },
            RecordType::Sshfp => {
                Data::Sshfp { algorithm: self.value()?, hash: self.value()?, fingerprint: self.hex()? }
            }
            RecordType::Tlsa => Data::Tlsa {
                usage: self.value()?,
                selector: self.value()?,
                matching: self.value()?,
                certificate: self.hex()?,
            },
            RecordType::Txt => Data::Txt(self.strings()?),
        })
    }

    fn value<T: FromStr>(&mut self) -> Option<T> {
        self.words.next()?.text.parse().ok()
    }

    fn name(&mut self) -> Option<Name> {
        let word = self.words.next()?;
        match Name::parse(&word.text) {
            Ok(name) => Some(name),
            Err(error) => {
                self.failed = Some(RecordError::Name { kind: self.kind, error });
                None
            }
        }
    }

    /// The tag of a CAA record: letters and digits (RFC 8659, section 4.1).
    fn tag(&mut self) -> Option<String> {
        let text = self.words.next()?.text;
        let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| text.to_ascii_lowercase())
    }

    fn quoted(&mut self) -> Option<String> {
        let word = self.words.next()?;
        if !word.quoted {
            self.failed = Some(RecordError::Quotes(self.kind));
            return None;
        }
        if word.text.len() > MAX_STRING {
            self.failed = Some(RecordError::LongString(self.kind));
            return None;
        }
        Some(word.text)
    }

    /// One or more strings in quotation marks.
    fn strings(&mut self) -> Option<Vec<String>> {
        let mut strings = vec![self.quoted()?];
        while self.words.len() > 0 {
            strings.push(self.quoted()?);
        }
        Some(strings)
    }

    /// Hexadecimal digits, blanks allowed between them.
    fn hex(&mut self) -> Option<String> {
        let text: String = self.words.by_ref().map(|word| word.text).collect();
        let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| text.to_ascii_uppercase())
    }

    fn svcb(&mut self) -> Option<Svcb> {
        let (priority, target) = (self.value()?, self.name()?);
        let params = self.words.by_ref().map(|word| word.text).collect();
        Some(Svcb { priority, target, params })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_survives_its_own_text() {
        for (kind, text) in [
            (RecordType::A, "203.0.113.10"),
            (RecordType::Aaaa, "2001:db8::10"),
            (RecordType::Caa, "0 issue \"amazon.com\""),
            (RecordType::Cname, "www.example.com"),
            (RecordType::Dnskey, "257 3 13 key-12345"),
            (RecordType::Ds, "12345 13 2 3F8AB0"),
            (RecordType::Https, "1 . alpn=\"h2, h3\" port=8443"),
            (RecordType::Svcb, "0 pool.example.com"),
            (RecordType::Mx, "10 mail.example.com"),
            (RecordType::Naptr, "100 50 \"S\" \"SIP+D2U\" \"\" _sip._udp.example.com"),
            (RecordType::Ns, "ns-1.example.net"),
            (RecordType::Nsec, "b.example.com A RRSIG NSEC"),
            (RecordType::Ptr, "host.example.com"),
            (RecordType::Rrsig, "A 13 3 300 1209600 0 34567 example.com 00000000DEADBEEF"),
            (RecordType::Soa, "ns.example.com hostmaster.example.com 1 7200 900 1209600 86400"),
            (RecordType::Spf, "\"v=spf1 -all\""),
            (RecordType::Srv, "1 10 5269 xmpp.example.com"),
            (RecordType::Sshfp, "4 2 123ABC"),
            (RecordType::Tlsa, "3 1 1 123ABC"),
            (RecordType::Txt, "\"one\" \"two \\\"quoted\\\" \\\\\""),
        ] {
            let data = Data::read(kind, text);
            assert_eq!(data.as_ref().map(Data::kind), Ok(kind), "{text}");
            assert_eq!(data.map(|data| data.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let problem = |kind, text| Data::parse(kind, text).unwrap_err().to_string();
        for (kind, text, part) in [
            (RecordType::A, "2001:db8::1", "expected an IPv4 address"),
            (RecordType::A, "192.0.2.1 192.0.2.2", "expected an IPv4 address"),
            (RecordType::Mx, "mail.example.com", "expected preference and mail server"),
            (RecordType::Mx, "10 mail..example.com", "MX: \"mail..example.com\" has an empty label"),
            (RecordType::Txt, "v=spf1", "double quotation marks"),
            (RecordType::Txt, "\"open", "double quotation marks"),
            (RecordType::Srv, "1 10 70000 a", "expected priority, weight, port"),
            (RecordType::Caa, "0 is-sue \"a\"", "expected flags, tag and value"),
            (RecordType::Ds, "12345 13 2 XYZ", "expected key tag"),
            (RecordType::Rrsig, "A 13 3 300 1 0 1 example.com 00", "made by signing"),
            (RecordType::Dnskey, "257 3 13 key-1", "made by signing"),
        ] {
            let problem = problem(kind, text);
            assert!(problem.contains(part), "{kind} {text}: {problem}");
        }
        let long = format!("\"{}\"", "x".repeat(256));
        assert_eq!(Data::parse(RecordType::Txt, &long), Err(RecordError::LongString(RecordType::Txt)));
        let longer = "x".repeat(4_001);
        assert_eq!(Data::parse(RecordType::Txt, &longer), Err(RecordError::Long(4_001)));
    }
}
