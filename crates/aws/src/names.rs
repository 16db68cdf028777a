//! Names: who asks which server, what that server knows, and which address the packet is then sent to
//! (docs/rules.md section 20). How answers are found in zones is the business of `hopscope-names`; here
//! are the drawing's zones, servers and resolvers, and the ways of messages between them.

mod build;
mod choose;
mod distribution;
mod made;
mod published;
mod story;
mod wire;

use std::collections::BTreeMap;
use std::net::IpAddr;

use hopscope_forward::{Id, ReasonSpec};
use hopscope_names::directory::Directory;
use hopscope_names::name::Name;
use hopscope_names::record::RecordType;

use crate::arena::Ix;
use crate::network::{Network, Vpc};
use crate::query::End;

pub use distribution::{Distribution, MAX_QUESTIONS, distribution};
pub(crate) use published::{Given, is_published};
pub(crate) use story::{ask, named, question, visit};

/// The page of the VPC guide behind these reasons.
const PAGE: &str = "https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html";

packet_reason!(
    PAGE,
    /// More packets to link-local services than an interface may send (DNS-06).
    THROTTLED, "X_DNS_THROTTLED", None, &["DNS-06"]
);
packet_reason!(
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-actions.html",
    /// DNS Firewall does not let the name be resolved (DNS-07).
    FIREWALL_BLOCKED, "X_DNS_FIREWALL_BLOCKED", None, &["DNS-07"]
);
packet_reason!(
    "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html",
    /// The name means something inside some VPCs only (DNS-11, IFE-06).
    PRIVATE_ONLY, "X_DNS_PRIVATE_ONLY", None, &["DNS-11", "IFE-06"]
);
packet_reason!(
    PAGE,
    /// The name has no address that the sender could use, so that nothing is sent (DNS-21, V6-03).
    NO_ADDRESS, "X_DNS_NO_ADDRESS", None, &["DNS-21", "V6-03"]
);

/// Reasons raised while a name is resolved, beside those of `hopscope-names`.
pub(crate) static REASONS: &[&ReasonSpec] = &[&THROTTLED, &FIREWALL_BLOCKED, &PRIVATE_ONLY, &NO_ADDRESS];

/// Kinds of servers that are not drawn: their place is the internet.
pub(crate) const ROOT_SERVER: &str = "root-name-server";
pub(crate) const TLD_SERVER: &str = "tld-name-server";
pub(crate) const AWS_SERVER: &str = "aws-name-server";
/// The resolver of somebody's internet provider.
pub(crate) const PROVIDER: &str = "public-resolver";
/// A VPC's resolver; also the id of what answers about the names of every VPC.
pub(crate) const RESOLVER: &str = "resolver";

/// What is known of names in a network; made when the first question is asked.
#[derive(Debug, Default)]
pub(crate) struct Names {
    directory: Directory,
    /// The resolver of each VPC.
    resolvers: BTreeMap<Ix<Vpc>, VpcResolver>,
    /// From where drawn servers and endpoints send: by the id they have as a party.
    speakers: BTreeMap<Id, End>,
    /// DNS servers and inbound endpoints by the addresses of their hosts and interfaces.
    listeners: BTreeMap<IpAddr, Vec<Listening>>,
    /// The provider's resolver of everybody who names no other: by the component that asks.
    providers: BTreeMap<Id, usize>,
    /// Whose resolver a party is, for whom a VPC is asked about or a place.
    owners: BTreeMap<Id, Owner>,
    /// Sets that are chosen for each question, by zone, name and type.
    decided: BTreeMap<(Id, Name, RecordType), choose::Decided>,
    /// Zones by the component they are drawn as, indexes into the directory's.
    zones: BTreeMap<Id, Vec<usize>>,
}

/// Whom a resolver works for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Vpc(Ix<Vpc>),
    Client,
}

/// A VPC's resolver, by index into the directory's.
#[derive(Clone, Copy, Debug)]
struct VpcResolver {
    /// For the VPC itself.
    inside: usize,
    /// For who asks through an inbound endpoint (IFE-11).
    inbound: usize,
}

/// Who answers at an address of a drawn host.
#[derive(Clone, Copy, Debug)]
struct Listening {
    /// For those who want a whole resolution.
    resolver: Option<usize>,
    /// For resolvers that go from zone to zone.
    server: Option<usize>,
    /// Where questions arrive.
    at: Landing,
}

/// Where a question must arrive to be answered by whom it is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Landing {
    /// At an instance.
    Instance(Ix<crate::network::Instance>),
    /// At a component outside VPCs, or at an endpoint.
    Part(crate::catalog::Part),
    /// At a host on the internet.
    Host(Ix<crate::network::Host>),
}

impl Names {
    /// Made once, when the first question is asked: a network without questions pays nothing.
    fn of(network: &Network) -> &Self {
        network.names.get_or_init(|| build::names(network))
    }
}

/// The id of a VPC's resolver.
fn resolver_id(network: &Network, vpc: Ix<Vpc>) -> Id {
    Id::from(format!("{RESOLVER}/{}", network.vpcs[vpc].id))
}

/// A number that follows from a text (FNV-1a).
fn number(text: &str, salt: &str) -> u32 {
    text.bytes()
        .chain(salt.bytes())
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
