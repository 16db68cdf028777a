//! Zones of the drawing: hosted zones of Route 53 and zones of DNS servers as record sets (R53-02,
//! DNS-20, DSEC-02, DSEC-06, DSEC-08). Sets that depend on who asks are noted for [`super::choose`].

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hopscope_forward::{Id, Where};
use hopscope_names::name::Name;
use hopscope_names::record::{Data, RecordSet, RecordType};
use hopscope_names::routing::Policy;
use hopscope_names::zone::{Flaw, Signing, Zone};

use super::choose::{Decided, Holder};
use super::number;
use crate::components::hosted_zone::records::{self, Record};
use crate::components::hosted_zone::{HostedZone, SPEC};

/// Seconds by which the story begins after zones were signed, so that signatures can have ended.
pub(super) const DAY: u64 = 86_400;

/// The sets of a zone, and those of them that are chosen for each question.
pub(super) struct Sets {
    pub sets: Vec<RecordSet>,
    pub decided: Vec<((Id, Name, RecordType), Decided)>,
}

/// Makes the sets of the zone `apex` from rows. `own` says whether a name belongs to this zone and not
/// to another one of the same component.
pub(super) fn sets(
    id: &Id,
    holder: Holder,
    apex: &Name,
    rows: &[Record],
    own: impl Fn(&Name) -> bool,
) -> Sets {
    let mut groups: BTreeMap<(Name, RecordType), Vec<usize>> = BTreeMap::new();
    for (n, row) in rows.iter().enumerate() {
        if let (Some(name), Some(kind)) = (records::owner(row, apex), records::kind(row))
            && own(&name)
        {
            groups.entry((name, kind)).or_default().push(n);
        }
    }
    let mut made = Sets { sets: Vec::new(), decided: Vec::new() };
    for ((name, kind), at) in groups {
        let of: Vec<&Record> = at.iter().filter_map(|n| rows.get(*n)).collect();
        // Delegations and the start of the zone are the same for everybody.
        let fixed = matches!(kind, RecordType::Ns | RecordType::Soa | RecordType::Ds);
        let values: Vec<Data> = of.iter().flat_map(|row| data(row, kind)).collect();
        let plain = of.iter().all(|row| {
            records::alias(row).is_none() && Policy::parse(&row.routing_policy) == Some(Policy::Simple)
        });
        if fixed || (plain && at.len() == 1 && values.len() == 1) {
            let ttl = of.first().map_or(0, |row| row.ttl);
            made.sets.push(RecordSet::new(name, kind, ttl, values));
        } else {
            made.sets.push(RecordSet::decided(name.clone(), kind));
            made.decided.push(((id.clone(), name, kind), Decided::Rows(holder, at)));
        }
    }
    made
}

/// What a row says, value by value; what cannot be read is left out.
pub(super) fn data(row: &Record, kind: RecordType) -> Vec<Data> {
    if records::alias(row).is_some() {
        return Vec::new();
    }
    records::values(row).iter().filter_map(|value| Data::parse(kind, value).ok()).collect()
}

/// A hosted zone as authoritative servers hold it.
pub(super) fn hosted(zone: &HostedZone, servers: &[Name], sets: Vec<RecordSet>) -> Zone {
    let (mut made, _) = Zone::build(Where::new(SPEC.kind, &zone.id), zone.name.clone(), servers, sets);
    made.signing = signing(zone);
    if zone.signed && zone.dnssec_fault == "records altered" {
        made.altered = made.sets().filter_map(forged).collect();
    }
    made
}

/// What an attacker puts in the place of addresses.
fn forged(set: &RecordSet) -> Option<RecordSet> {
    let data = match set.kind {
        RecordType::A => Data::A(Ipv4Addr::new(192, 0, 2, 66)),
        RecordType::Aaaa => Data::Aaaa(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x66)),
        _ => return None,
    };
    Some(RecordSet::new(set.name.clone(), set.kind, set.ttl, vec![data]))
}

/// How a hosted zone is signed, with what is wrong as drawn.
fn signing(zone: &HostedZone) -> Option<Signing> {
    let mut signing = established(zone)?;
    // DSEC-08: without its key Route 53 cannot sign anew.
    signing.renewed = zone.ksk_status == "active";
    match zone.dnssec_fault.as_str() {
        "signatures expired" => (signing.renewed, signing.valid_until) = (false, DAY - 1),
        "signatures not yet valid" => {
            (signing.renewed, signing.valid_from, signing.valid_until) = (false, 2 * DAY, 16 * DAY);
        }
        "signatures missing" => drop(signing.flaws.insert(Flaw::SignaturesMissing)),
        "signed by another key" => drop(signing.flaws.insert(Flaw::WrongKey)),
        "denial of existence missing" => drop(signing.flaws.insert(Flaw::NoDenialProof)),
        "KSK replaced" => signing.ksk_tag = tag(&zone.id, "next ksk"),
        _ => {}
    }
    Some(signing)
}

/// How the zone was signed when its chain of trust was established: what a DS record without a key
/// tag stands for.
pub(super) fn established(zone: &HostedZone) -> Option<Signing> {
    zone.signed.then(|| Signing::new(tag(&zone.id, "ksk"), tag(&zone.id, "zsk")))
}

fn tag(id: &Id, salt: &str) -> u16 {
    u16::try_from(number(id, salt) & 0xffff).unwrap_or(0)
}

/// The addresses of a name server of Route 53, by its number; of another by its name.
pub(super) fn server_addresses(name: &Name) -> Vec<IpAddr> {
    let first = name.labels().next().unwrap_or_default();
    let written = first.strip_prefix("ns-").and_then(|number| number.parse::<u16>().ok());
    let n = written.unwrap_or_else(|| u16::try_from(number(name.as_str(), "") & 0x7ff).unwrap_or(0)) & 0x7ff;
    let [high, low] = n.to_be_bytes();
    vec![
        IpAddr::V4(Ipv4Addr::new(205, 251, 192 + high, low)),
        IpAddr::V6(Ipv6Addr::new(0x2600, 0x9000, 0x5300 + u16::from(high), u16::from(low) << 8, 0, 0, 0, 1)),
    ]
}
