//! A map of address blocks that is searched by longest match. Knows nothing of routes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hopscope_net::IpNet;

/// Values by block; a search costs one lookup for each prefix length in use.
#[derive(Clone, Debug)]
pub(crate) struct Longest<T> {
    blocks: BTreeMap<IpNet, T>,
    /// Lengths in use, of IPv4 and of IPv6.
    lengths: [BTreeSet<u8>; 2],
}

impl<T> Default for Longest<T> {
    fn default() -> Self {
        Self { blocks: BTreeMap::new(), lengths: [BTreeSet::new(), BTreeSet::new()] }
    }
}

fn family(address: IpAddr) -> usize {
    usize::from(address.is_ipv6())
}

impl<T> Longest<T> {
    /// The value of a block, made if there is none yet.
    pub fn entry(&mut self, block: IpNet) -> &mut T
    where
        T: Default,
    {
        if let Some(lengths) = self.lengths.get_mut(family(block.addr())) {
            lengths.insert(block.prefix_len());
        }
        self.blocks.entry(block).or_default()
    }

    /// Sets the value of a block.
    pub fn insert(&mut self, block: IpNet, value: T) {
        if let Some(lengths) = self.lengths.get_mut(family(block.addr())) {
            lengths.insert(block.prefix_len());
        }
        self.blocks.insert(block, value);
    }

    /// The blocks that hold an address, the narrowest first.
    pub fn covering(&self, address: IpAddr) -> impl Iterator<Item = (IpNet, &T)> {
        self.lengths.get(family(address)).into_iter().flat_map(|lengths| lengths.iter().rev()).filter_map(
            move |length| {
                let block = IpNet::new(address, *length).ok()?.trunc();
                self.blocks.get(&block).map(|value| (block, value))
            },
        )
    }

    /// Whether a block in the map shares an address with this one.
    pub fn overlaps(&self, block: &IpNet) -> bool {
        // Blocks that share an address are nested; those inside sort between its first and last.
        let inside = IpNet::new(block.broadcast(), block.max_prefix_len())
            .is_ok_and(|last| self.blocks.range(*block..=last).next().is_some());
        inside || self.covering(block.addr()).any(|(other, _)| other.contains(block))
    }

    /// All blocks in order.
    pub fn iter(&self) -> impl Iterator<Item = (&IpNet, &T)> {
        self.blocks.iter()
    }

    /// All values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.blocks.values_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn the_narrowest_block_comes_first_and_families_stay_apart() {
        let mut map = Longest::default();
        for text in ["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "::/0"] {
            map.insert(net(text), text);
        }
        let found: Vec<_> = map.covering("10.1.2.3".parse().unwrap()).map(|(_, text)| *text).collect();
        assert_eq!(found, ["10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0"]);
        let found: Vec<_> = map.covering("2001:db8::1".parse().unwrap()).map(|(_, text)| *text).collect();
        assert_eq!(found, ["::/0"]);
    }

    #[test]
    fn overlap_is_nesting_either_way() {
        let mut map = Longest::default();
        map.insert(net("10.1.0.0/16"), ());
        for text in ["10.1.0.0/16", "10.0.0.0/8", "10.1.2.0/24", "10.1.255.255/32"] {
            assert!(map.overlaps(&net(text)), "{text}");
        }
        for text in ["10.0.0.0/16", "10.2.0.0/16", "2001:db8::/32", "0.0.0.0/32"] {
            assert!(!map.overlaps(&net(text)), "{text}");
        }
    }
}
