//! Names: who asks which server, what that server knows, and which address the packet is then sent to
//! (docs/rules.md section 20). How answers are found in zones is the business of `hopscope-names`.

use std::collections::BTreeMap;

use hopscope_forward::ReasonSpec;

use crate::catalog::{self, Part};
use crate::fabric::{Audience, Published};
use crate::network::Network;

/// Reasons raised while a name is resolved.
pub(crate) static REASONS: &[&ReasonSpec] = &[];

/// What is known of names in a network, by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Names that AWS gives components.
    published: BTreeMap<String, Vec<(Published, Part)>>,
}

impl Names {
    /// Made once, when the first question is asked: a network without questions pays nothing.
    pub fn of(network: &Network) -> &Self {
        network.names.get_or_init(|| {
            let mut names = Self::default();
            for (published, part) in catalog::names(network) {
                names.published.entry(published.name.clone()).or_default().push((published, part));
            }
            names
        })
    }
}

/// Whether a name is AWS's own name of a drawn component, in public DNS.
pub(crate) fn is_published(network: &Network, name: &str) -> bool {
    Names::of(network)
        .published
        .get(name)
        .is_some_and(|all| all.iter().any(|(published, _)| published.to == Audience::Everybody))
}
