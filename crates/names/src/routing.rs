//! Route 53's routing policies: which records answer, by weight, place, latency, health (R53-10 to
//! R53-24).
//!
//! Knows rows and an asker, not zones, names or record types: whoever holds the records says which
//! rows share a name and a type, how healthy each is, and from where the question comes.

mod decide;
mod draws;
mod evidence;

use std::fmt;
use std::net::IpAddr;

use hopscope_forward::{Evidence, Id};
use hopscope_net::IpNet;

use crate::geo::{Area, Coordinates, Place, Region};
use decide::Decision;
use draws::Draws;

/// Most records of one multivalue answer (R53-16).
pub const MULTIVALUE_LIMIT: usize = 8;

/// How Route 53 chooses among the records of one name and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// All values, whatever their health (R53-10).
    Simple,
    /// By weight (R53-11).
    Weighted,
    /// The Region nearest in time (R53-12).
    Latency,
    /// The primary while it is healthy (R53-13).
    Failover,
    /// The smallest area that holds the asker (R53-14).
    Geolocation,
    /// The nearest place after its bias (R53-15).
    Geoproximity,
    /// Up to eight healthy ones (R53-16).
    Multivalue,
    /// The longest listed block that holds the asker's address (R53-17).
    IpBased,
}

impl Policy {
    /// All of them, in the order of AWS's guide.
    pub const ALL: [Self; 8] = [
        Self::Simple,
        Self::Weighted,
        Self::Latency,
        Self::Failover,
        Self::Geolocation,
        Self::Geoproximity,
        Self::Multivalue,
        Self::IpBased,
    ];

    /// Its name in documents (`ip-based`).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Weighted => "weighted",
            Self::Latency => "latency",
            Self::Failover => "failover",
            Self::Geolocation => "geolocation",
            Self::Geoproximity => "geoproximity",
            Self::Multivalue => "multivalue",
            Self::IpBased => "ip-based",
        }
    }

    /// The policy with a name; an empty one is simple.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        let simple = name.is_empty().then_some(Self::Simple);
        simple.or_else(|| Self::ALL.into_iter().find(|policy| policy.name().eq_ignore_ascii_case(name)))
    }

    /// The name that evidence of its choices has.
    #[must_use]
    pub fn records(self) -> &'static str {
        match self {
            Self::Simple => "simple-records",
            Self::Weighted => "weighted-records",
            Self::Latency => "latency-records",
            Self::Failover => "failover-records",
            Self::Geolocation => "geolocation-records",
            Self::Geoproximity => "geoproximity-records",
            Self::Multivalue => "multivalue-records",
            Self::IpBased => "ip-based-records",
        }
    }

    /// The rules that say how it chooses.
    #[must_use]
    pub fn rules(self) -> &'static [&'static str] {
        match self {
            Self::Simple => &["R53-10"],
            Self::Weighted => &["R53-11", "R53-20", "R53-21"],
            Self::Latency => &["R53-12", "R53-18", "R53-20"],
            Self::Failover => &["R53-13"],
            Self::Geolocation => &["R53-14", "R53-18", "R53-20"],
            Self::Geoproximity => &["R53-15", "R53-18", "R53-20"],
            Self::Multivalue => &["R53-16"],
            Self::IpBased => &["R53-17", "R53-18", "R53-20"],
        }
    }
}

/// The part a record plays in a failover pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers while it is healthy.
    Primary,
    /// Answers while the primary is not.
    Secondary,
}

/// The blocks of a CIDR collection's location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocks {
    /// These; those that [`listable`] refuses hold nobody.
    Listed(Vec<IpNet>),
    /// `*`: everybody whom no listed block holds.
    Default,
}

/// Whether a CIDR collection takes a block: IPv4 /1 to /24, IPv6 /1 to /48 (R53-17).
#[must_use]
pub fn listable(block: &IpNet) -> bool {
    let longest = match block {
        IpNet::V4(_) => 24,
        IpNet::V6(_) => 48,
    };
    (1..=longest).contains(&block.prefix_len())
}

/// What a row is chosen by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Nothing: it is simply there.
    Simple,
    /// Its weight, 0 to 255.
    Weighted(u8),
    /// Its Region.
    Latency(&'static Region),
    /// Its part in a pair.
    Failover(Role),
    /// Its area.
    Geolocation(Area),
    /// Where it is.
    Geoproximity {
        /// What that place is called (`eu-west-1`, `49.22, -74.01`).
        name: String,
        /// Its coordinates; a Region's are its city's.
        at: Coordinates,
        /// −99 to 99, in per cent; beyond, the nearest of these.
        bias: i8,
    },
    /// Being one of several.
    Multivalue,
    /// Its blocks.
    IpBased(Blocks),
}

impl Rule {
    /// The policy it belongs to.
    #[must_use]
    pub fn policy(&self) -> Policy {
        match self {
            Self::Simple => Policy::Simple,
            Self::Weighted(_) => Policy::Weighted,
            Self::Latency(_) => Policy::Latency,
            Self::Failover(_) => Policy::Failover,
            Self::Geolocation(_) => Policy::Geolocation,
            Self::Geoproximity { .. } => Policy::Geoproximity,
            Self::Multivalue => Policy::Multivalue,
            Self::IpBased(_) => Policy::IpBased,
        }
    }
}

/// One record among those of its name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its set identifier, or what else tells it from the others.
    pub label: String,
    /// Its position in the component that holds it, as authored.
    pub index: Option<usize>,
    /// What it is chosen by.
    pub rule: Rule,
    /// What its health check says; `None` without one, which counts as healthy (R53-20).
    pub health: Option<bool>,
    /// How many values it has.
    pub values: usize,
}

impl Row {
    fn healthy(&self) -> bool {
        self.health != Some(false)
    }
}

/// What Route 53 knows an asker's place and address by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// The client subnet that the resolver sent along (RFC 7871).
    ClientSubnet,
    /// The resolver's own address.
    Resolver,
    /// The Region of the VPC that asks, in private zones (R53-19).
    Region(&'static Region),
}

/// Who asks, as far as Route 53 can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Where it is; `None` where nobody knows.
    pub place: Option<&'static Place>,
    /// Its address, as exactly as it is known: a block where the resolver sent a client subnet.
    pub block: Option<IpNet>,
    /// Where both are from.
    pub known_by: KnownBy,
}

impl Asker {
    /// An asker of a public zone: the client subnet where the resolver sends one, otherwise the
    /// resolver itself, each with its place (R53-18).
    #[must_use]
    pub fn public(
        client_subnet: Option<(IpNet, Option<&'static Place>)>,
        resolver: (IpAddr, Option<&'static Place>),
    ) -> Self {
        match client_subnet {
            Some((block, place)) => Self { place, block: Some(block), known_by: KnownBy::ClientSubnet },
            None => {
                Self { place: resolver.1, block: Some(IpNet::from(resolver.0)), known_by: KnownBy::Resolver }
            }
        }
    }

    /// An asker of a private zone: it is where its VPC's Region is (R53-19), and has no block.
    #[must_use]
    pub fn private(region: &'static Region) -> Self {
        Self { place: Some(&region.place), block: None, known_by: KnownBy::Region(region) }
    }
}

impl fmt::Display for Asker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.known_by, self.block) {
            (KnownBy::Region(region), _) => return write!(f, "the Region of the VPC, {}", region.code),
            (KnownBy::ClientSubnet, Some(block)) => write!(f, "the client subnet {block}")?,
            (KnownBy::ClientSubnet, None) => f.write_str("the client subnet")?,
            (KnownBy::Resolver, Some(block)) => write!(f, "the resolver {}", block.addr())?,
            (KnownBy::Resolver, None) => f.write_str("the resolver")?,
        }
        match self.place {
            Some(place) => write!(f, " in {place}"),
            None => f.write_str(" at an unknown place"),
        }
    }
}

/// A row that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its position among the rows.
    pub row: usize,
    /// Positions of its values, in the order of the answer: random (R53-10).
    pub values: Vec<usize>,
}

/// What was chosen, and why the others were not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The policy that decided; `None` without any row.
    pub policy: Option<Policy>,
    /// In the order of the answer; none at all is NODATA (R53-14).
    pub chosen: Vec<Chosen>,
    /// The rows as candidates, in their own order.
    pub evidence: Evidence,
}

/// Chooses which of the records of one name and type answer a question.
///
/// `zone` is the component that holds the rows and `field` its field, for the evidence. The same seed
/// gives the same choice; numbering the rows otherwise changes nothing. Rows of several policies
/// (R53-07 refuses them) are decided by the policy of the first set identifier.
#[must_use]
pub fn choose(zone: &Id, field: &'static str, rows: &[Row], asker: &Asker, seed: u64) -> Choice {
    let mut draws = Draws::new(seed);
    let decision = decide::decide(rows, &by_label(rows), asker, &mut draws);
    let evidence = evidence::evidence(zone, field, rows, asker, &decision);
    Choice { policy: decision.policy, chosen: with_values(rows, &decision, &mut draws), evidence }
}

/// What [`choose`] chooses, in the order of the answer, without saying why: for many questions.
#[must_use]
pub fn draw(rows: &[Row], asker: &Asker, seed: u64) -> Vec<Chosen> {
    let mut draws = Draws::new(seed);
    let decision = decide::decide(rows, &by_label(rows), asker, &mut draws);
    with_values(rows, &decision, &mut draws)
}

/// The chosen rows, each with its values in random order (R53-10).
fn with_values(rows: &[Row], decision: &Decision, draws: &mut Draws) -> Vec<Chosen> {
    let chosen = decision.chosen.iter().map(|row| {
        let mut values: Vec<usize> = (0..rows.get(*row).map_or(0, |row| row.values)).collect();
        draws.shuffle(&mut values);
        Chosen { row: *row, values }
    });
    chosen.collect()
}

/// A seed of its own for each of several draws about one question, or for each of many questions.
#[must_use]
pub fn seed_of(seed: u64, number: u64) -> u64 {
    draws::mix(draws::mix(seed) ^ number)
}

/// Positions of the rows by set identifier, so that how they are numbered does not matter.
fn by_label(rows: &[Row]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| rows.get(*row).map(|row| row.label.as_str()));
    order
}

/// A distance after its bias, in thousandths of a metre (R53-15): a positive bias shortens it, a
/// negative one lengthens it.
#[must_use]
pub fn biased(metres: u32, bias: i8) -> u64 {
    let distance = u64::from(metres) * 1_000;
    let part = 100 - u64::from(bias.unsigned_abs().min(99));
    if bias < 0 { distance * 100 / part } else { distance * part / 100 }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
