//! The address space of a VPC: what its subnets use, what is free, and cutting, splitting and
//! joining subnets by block. Knows nothing of how it is drawn.

use std::net::{IpAddr, Ipv4Addr};

use hopscope_aws::{Config, Document, Id, Node, cells};
use hopscope_net::prefix::{overlap, reserved_use};
use hopscope_net::{IpNet, Ipv4Net};

use crate::command::Draft;
use crate::names::title;
use crate::{address, build, clipboard};

/// Largest and smallest IPv4 subnet of AWS (ADDR-10).
pub const SUBNET_LENGTHS: (u8, u8) = (16, 28);
/// Addresses that AWS keeps in every subnet (ADDR-11).
pub const RESERVED: u32 = 5;

/// A part of a VPC's block.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its addresses.
    pub block: Ipv4Net,
    /// The subnet that uses it; none where it is free.
    pub subnet: Option<Id>,
    /// Where it starts in the VPC's block, from 0 to 1.
    pub start: f64,
    /// How much of that block it is.
    pub share: f64,
}

impl Part {
    /// Whether a subnet could be made of it.
    #[must_use]
    pub fn is_room(&self) -> bool {
        self.subnet.is_none() && self.block.prefix_len() <= SUBNET_LENGTHS.1
    }
}

/// One IPv4 block of a VPC with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    /// The block.
    pub block: Ipv4Net,
    /// Its parts in the order of addresses; free ones are whole blocks, as large as they can be.
    pub parts: Vec<Part>,
    /// Addresses inside subnets.
    pub used: u64,
}

impl Space {
    /// Addresses of the block.
    #[must_use]
    pub fn size(&self) -> u64 {
        size(&self.block)
    }
}

/// Addresses of a block.
#[must_use]
pub fn size(block: &Ipv4Net) -> u64 {
    1u64 << (32 - u64::from(block.prefix_len()))
}

/// Addresses that hosts of a subnet can have.
#[must_use]
pub fn usable(length: u8) -> u64 {
    (1u64 << (32 - u64::from(length.min(32)))).saturating_sub(u64::from(RESERVED))
}

fn v4(text: &str) -> Option<Ipv4Net> {
    match cells::cidr(text)? {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

fn block_of(node: &Node) -> Option<Ipv4Net> {
    match &node.config {
        Config::Subnet(subnet) => v4(subnet.cidr.as_deref()?),
        _ => None,
    }
}

/// The IPv4 blocks of a VPC, each with its parts.
#[must_use]
pub fn spaces(document: &Document, vpc: &str) -> Vec<Space> {
    let Some(Config::Vpc(config)) = document.node(vpc).map(|node| &node.config) else { return Vec::new() };
    let mut taken: Vec<(Ipv4Net, Id)> =
        document.children(Some(vpc)).filter_map(|node| Some((block_of(node)?, node.id.clone()))).collect();
    taken.sort_by_key(|(net, _)| (net.network(), net.prefix_len()));
    config.cidrs.iter().filter_map(|text| v4(text)).map(|block| space(block, &taken)).collect()
}

/// A block and the subnets in it, which are in the order of their addresses.
fn space(block: Ipv4Net, taken: &[(Ipv4Net, Id)]) -> Space {
    let base = u64::from(u32::from(block.network()));
    let whole = size(&block);
    let mut out = Space { block, parts: Vec::new(), used: 0 };
    // The first address that nothing told so far covers.
    let mut at = base;
    let part = |net: Ipv4Net, subnet: Option<Id>| {
        let from = u64::from(u32::from(net.network())).saturating_sub(base);
        // Shares of a bar: rounding does no harm.
        #[allow(clippy::cast_precision_loss, reason = "at most 2^32")]
        let (start, share) = (from as f64 / whole as f64, size(&net) as f64 / whole as f64);
        Part { block: net, subnet, start, share }
    };
    for (net, id) in taken.iter().filter(|(net, _)| block.contains(net)) {
        let from = u64::from(u32::from(net.network()));
        out.parts.extend(free(at, from).into_iter().map(|net| part(net, None)));
        out.parts.push(part(*net, Some(id.clone())));
        let end = from + size(net);
        // Blocks that overlap by mistake are counted once.
        out.used += end.saturating_sub(at.max(from));
        at = at.max(end);
    }
    out.parts.extend(free(at, base + whole).into_iter().map(|net| part(net, None)));
    out
}

/// The largest blocks that make up the addresses from `at` up to, not including, `end`.
fn free(mut at: u64, end: u64) -> Vec<Ipv4Net> {
    let mut out = Vec::new();
    while at < end {
        let aligned = if at == 0 { 32 } else { at.trailing_zeros().min(32) };
        let fits = (end - at).ilog2().min(32);
        let bits = aligned.min(fits);
        let (Ok(start), Ok(length)) = (u32::try_from(at), u8::try_from(32 - bits)) else { break };
        let Ok(net) = Ipv4Net::new(Ipv4Addr::from(start), length) else { break };
        out.push(net);
        at += 1u64 << bits;
    }
    out
}

/// The subnets that can start a free part, from the largest to the smallest.
#[must_use]
pub fn sizes(part: &Ipv4Net) -> Vec<Ipv4Net> {
    let (largest, smallest) = SUBNET_LENGTHS;
    (part.prefix_len().max(largest)..=smallest)
        .filter_map(|length| Ipv4Net::new(part.network(), length).ok())
        .collect()
}

/// The size people usually take: a sixteenth of the VPC's block, or all of a smaller part.
#[must_use]
pub fn usual_size(within: &Ipv4Net, part: &Ipv4Net) -> u8 {
    let (largest, smallest) = SUBNET_LENGTHS;
    within.prefix_len().saturating_add(4).clamp(largest, smallest).max(part.prefix_len())
}

/// Makes a subnet of exactly that block. Returns its id.
pub(crate) fn carve(draft: &mut Draft, vpc: &Id, text: &str, zone: Option<&Id>) -> Result<Id, String> {
    let document = draft.document();
    let node = document.node(vpc).ok_or_else(|| format!("There is no component \"{vpc}\"."))?;
    let Config::Vpc(config) = &node.config else {
        return Err(format!("{} is no VPC.", crate::place::capital(&title(node))));
    };
    let block = v4(text).ok_or_else(|| format!("\"{text}\" is no IPv4 block."))?;
    let (largest, smallest) = SUBNET_LENGTHS;
    if !(largest..=smallest).contains(&block.prefix_len()) {
        return Err(format!("A subnet is between /{largest} and /{smallest}; {block} is not."));
    }
    if !config.cidrs.iter().filter_map(|text| v4(text)).any(|own| own.contains(&block)) {
        return Err(format!("{block} is in no block of {}.", node.label()));
    }
    if let Some(other) = in_the_way(document, vpc, &block, &[]) {
        return Err(format!("{} uses a part of {block}.", other.label()));
    }
    let id = build::subnet(draft, vpc, zone, false)?;
    build::change(draft, &id, |config| {
        if let Config::Subnet(subnet) = config {
            subnet.cidr = Some(block.to_string());
        }
    });
    Ok(id)
}

/// A subnet of the VPC that has addresses of a block.
fn in_the_way<'a>(
    document: &'a Document,
    vpc: &'a str,
    block: &Ipv4Net,
    without: &[&Id],
) -> Option<&'a Node> {
    document
        .children(Some(vpc))
        .filter(|node| !without.contains(&&node.id))
        .find(|node| block_of(node).is_some_and(|net| overlap(&net.into(), &(*block).into())))
        .map(|node| &**node)
}

/// The subnet, its VPC and its block.
fn subnet_at(document: &Document, id: &Id) -> Result<(Node, Id, Ipv4Net), String> {
    let node = document.node(id).ok_or_else(|| format!("There is no component \"{id}\"."))?;
    if node.kind() != "subnet" {
        return Err(format!("{} is no subnet.", crate::place::capital(&title(node))));
    }
    let block = block_of(node).ok_or_else(|| format!("{} has no IPv4 block.", node.label()))?;
    let vpc = node.parent.clone().filter(|id| document.node(id).is_some_and(|vpc| vpc.kind() == "vpc"));
    let vpc = vpc.ok_or_else(|| format!("{} is in no VPC. Put it into one first.", node.label()))?;
    Ok(((**node).clone(), vpc, block))
}

/// Both halves of a subnet's block.
///
/// # Errors
/// Why it cannot be split, as a sentence.
pub fn halves(document: &Document, id: &Id) -> Result<(Ipv4Net, Ipv4Net), String> {
    let (node, _, block) = subnet_at(document, id)?;
    let length = block.prefix_len().saturating_add(1);
    if length > SUBNET_LENGTHS.1 {
        return Err(format!(
            "{} cannot be split: no subnet is smaller than /{}.",
            node.label(),
            SUBNET_LENGTHS.1
        ));
    }
    let pair = block.subnets(length).ok().and_then(|mut both| Some((both.next()?, both.next()?)));
    let (low, high) = pair.ok_or_else(|| format!("{block} has no halves."))?;
    for (address, owner) in address::in_subnet(document, id) {
        let IpAddr::V4(v4) = address else { continue };
        if high.contains(&v4) {
            return Err(format!(
                "{} cannot be split: {owner} has {address}, which is in the half that becomes a new subnet. \
                 Give it another address first.",
                node.label()
            ));
        }
        if let Some(what) = reserved_use(&low.into(), address) {
            return Err(format!(
                "{} cannot be split: {owner} has {address}, which AWS would then keep ({what}).",
                node.label()
            ));
        }
    }
    Ok((low, high))
}

/// Splits a subnet: it keeps the lower half, a new one beside it has the upper. Returns a label and
/// the new subnet.
pub(crate) fn split(draft: &mut Draft, id: &Id) -> Result<(String, Id), String> {
    let (low, high) = halves(draft.document(), id)?;
    let (node, vpc, block) = subnet_at(draft.document(), id)?;
    let Config::Subnet(old) = &node.config else { return Err("Only a subnet can be split.".to_owned()) };
    let mut first = old.clone();
    first.cidr = Some(low.to_string());
    draft.put(Node { config: Config::Subnet(first), ..node.clone() });
    let mut second = old.clone();
    second.cidr = Some(high.to_string());
    second.ipv6_cidr = old.ipv6_cidr.as_ref().and_then(|_| address::subnet_ipv6(draft.document(), &vpc));
    let name = crate::names::unique(draft.document(), "subnet", Some(&vpc), node.label());
    let made = build::add(draft, name, Some(&vpc), Config::Subnet(second));
    Ok((format!("Split {} ({block}) into {low} and {high}", node.label()), made))
}

/// What joining a subnet with its other half would give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The block of both.
    pub block: Ipv4Net,
    /// The subnet that goes into this one; none where the other half is free.
    pub with: Option<Id>,
}

/// What joining would give.
///
/// # Errors
/// Why it cannot be joined, as a sentence.
pub fn joined(document: &Document, id: &Id) -> Result<Joined, String> {
    let (node, vpc, block) = subnet_at(document, id)?;
    let name = node.label();
    let both = block.supernet().filter(|both| both.prefix_len() >= SUBNET_LENGTHS.0);
    let both =
        both.ok_or_else(|| format!("{name} cannot grow: no subnet is larger than /{}.", SUBNET_LENGTHS.0))?;
    let own = document.node(&vpc).is_some_and(|vpc| match &vpc.config {
        Config::Vpc(vpc) => vpc.cidrs.iter().filter_map(|text| v4(text)).any(|own| own.contains(&both)),
        _ => false,
    });
    if !own {
        return Err(format!("{name} cannot grow to {both}: that is outside the blocks of its VPC."));
    }
    let other = both.subnets(block.prefix_len()).ok().and_then(|mut all| all.find(|net| *net != block));
    let other = other.ok_or_else(|| format!("{block} has no other half."))?;
    let sibling = document
        .children(Some(&vpc))
        .find(|node| node.id != *id && block_of(node) == Some(other))
        .map(|node| node.id.clone());
    let without: Vec<&Id> = std::iter::once(id).chain(&sibling).collect();
    if let Some(node) = in_the_way(document, &vpc, &both, &without) {
        return Err(format!("{name} cannot grow to {both}: {} uses a part of {other}.", node.label()));
    }
    if let Some(sibling) = sibling.as_ref().and_then(|id| document.node(id)) {
        let zone = |node: &Node| node.field("zone").as_str().map(str::to_owned);
        if zone(sibling) != zone(&node) {
            return Err(format!(
                "{name} and {} are in different Availability Zones; a subnet is in one.",
                sibling.label()
            ));
        }
    }
    Ok(Joined { block: both, with: sibling })
}

/// Joins a subnet with its other half; what is in the sibling moves over and keeps its addresses.
/// Returns a label.
pub(crate) fn join(draft: &mut Draft, id: &Id) -> Result<String, String> {
    let Joined { block, with } = joined(draft.document(), id)?;
    let (node, ..) = subnet_at(draft.document(), id)?;
    let label = match with.as_ref().and_then(|id| draft.document().node(id)) {
        Some(other) => format!("Join {} and {} as {block}", node.label(), other.label()),
        None => format!("Grow {} to {block}", node.label()),
    };
    if let Some(other) = &with {
        let inside: Vec<Node> = draft.document().children(Some(other)).map(|node| (**node).clone()).collect();
        for node in inside {
            let moved = node.id.clone();
            draft.put(Node { parent: Some(id.clone()), ..node });
            draft.frame(&moved, None);
        }
        let names = std::iter::once((other.clone(), id.clone())).collect();
        let all: Vec<Id> = draft.document().nodes.keys().cloned().collect();
        for node in all.iter().filter(|node| *node != other) {
            clipboard::rename_references(draft, node, &names);
        }
        draft.remove(other);
    }
    build::change(draft, id, |config| {
        if let Config::Subnet(subnet) = config {
            subnet.cidr = Some(block.to_string());
        }
    });
    Ok(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn texts(nets: &[Ipv4Net]) -> Vec<String> {
        nets.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn free_addresses_are_told_in_the_largest_blocks() {
        let taken = [(net("10.0.0.0/20"), Id::from("a")), (net("10.0.32.0/20"), Id::from("b"))];
        let space = space(net("10.0.0.0/16"), &taken);
        let blocks: Vec<Ipv4Net> = space.parts.iter().map(|part| part.block).collect();
        assert_eq!(
            texts(&blocks),
            ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20", "10.0.48.0/20", "10.0.64.0/18", "10.0.128.0/17"]
        );
        assert_eq!(space.used, 8192);
        let shares: f64 = space.parts.iter().map(|part| part.share).sum();
        assert!((shares - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_whole_of_ipv4_and_its_end_are_blocks_too() {
        assert_eq!(texts(&free(0, 1 << 32)), ["0.0.0.0/0"]);
        assert_eq!(texts(&free((1 << 32) - 1, 1 << 32)), ["255.255.255.255/32"]);
        assert!(free(5, 5).is_empty());
    }

    #[test]
    fn overlapping_subnets_are_counted_once() {
        let taken = [(net("10.0.0.0/17"), Id::from("a")), (net("10.0.0.0/18"), Id::from("b"))];
        assert_eq!(space(net("10.0.0.0/16"), &taken).used, 32768);
    }

    #[test]
    fn sizes_go_from_the_part_down_to_28() {
        let sizes = sizes(&net("10.0.64.0/26"));
        assert_eq!(texts(&sizes), ["10.0.64.0/26", "10.0.64.0/27", "10.0.64.0/28"]);
        assert_eq!(usual_size(&net("10.0.0.0/16"), &net("10.0.128.0/17")), 20);
        assert_eq!(usual_size(&net("10.0.0.0/16"), &net("10.0.0.0/26")), 26);
        assert_eq!((usable(28), usable(20)), (11, 4091));
    }
}
