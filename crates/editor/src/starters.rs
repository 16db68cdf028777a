//! The starter networks: complete documents with flows and expectations.

use hopscope_aws::{Document, LoadError};

/// A network to start from.
#[derive(Clone, Copy, Debug)]
pub struct Starter {
    /// Stable name for links (`egress-only`).
    pub slug: &'static str,
    /// Title.
    pub title: &'static str,
    /// One sentence on what it shows.
    pub summary: &'static str,
    /// The document as JSON.
    pub json: &'static str,
}

impl Starter {
    /// The document.
    ///
    /// # Errors
    /// Never for the starters of this build; a test says so.
    pub fn document(&self) -> Result<Document, LoadError> {
        Document::from_json(self.json.as_bytes())
    }
}

/// The starters, in the order they are shown.
#[must_use]
pub fn starters() -> &'static [Starter] {
    static STARTERS: [Starter; 3] = [
        Starter {
            slug: "egress-only",
            title: "Egress-only internet gateway",
            summary: "Instances in two zones open IPv6 connections outwards; nothing from outside can open one to them.",
            json: include_str!("../starters/egress-only.hopscope.json"),
        },
        Starter {
            slug: "public-private",
            title: "Two zones, public and private",
            summary: "Web servers behind an internet gateway, application servers behind a NAT gateway in each zone.",
            json: include_str!("../starters/public-private.hopscope.json"),
        },
        Starter {
            slug: "dual-stack",
            title: "Dual stack",
            summary: "The same with IPv4 and IPv6 side by side: two families, two ways out, two ways to be refused.",
            json: include_str!("../starters/dual-stack.hopscope.json"),
        },
    ];
    &STARTERS
}
