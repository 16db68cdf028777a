//! What routers tell each other: prefixes with the attributes that AWS compares (HYB-01, DX-20,
//! TGW-09). Knows nothing of where packets go.

use hopscope_net::IpNet;

use crate::cells;
use crate::component::{Field, FieldKind, Rows};

record! {
    /// One prefix that a site announces, as typed.
    pub struct Advertisement {
        /// A CIDR block.
        pub prefix: String,
        /// AS_PATH, the announcing router's own number first; that number alone if empty.
        pub as_path: String,
        /// Multi-exit discriminator; absent if empty.
        pub med: String,
        /// Communities (`7224:7300` for high local preference, DX-20).
        pub communities: String,
    }
}

/// Columns of [`Advertisement`].
pub static ADVERTISEMENTS: Rows = Rows {
    noun: "prefix",
    columns: &[
        Field::new("prefix", "Prefix", FieldKind::Text, ""),
        Field::new("as_path", "AS_PATH", FieldKind::Text, ""),
        Field::new("med", "MED", FieldKind::Text, ""),
        Field::new("communities", "Communities", FieldKind::Text, ""),
    ],
};

/// A prefix as it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Announcement {
    pub prefix: IpNet,
    /// Autonomous systems, nearest first.
    pub as_path: Vec<u32>,
    pub med: Option<u32>,
    /// Local preference that a community asked AWS for: higher wins (DX-20).
    pub preference: u8,
}

impl Announcement {
    /// The attributes in one line, for evidence (`AS_PATH 65001 65001, MED 100`).
    pub fn attributes(&self) -> String {
        let path: Vec<String> = self.as_path.iter().map(u32::to_string).collect();
        let med = self.med.map(|med| format!(", MED {med}")).unwrap_or_default();
        format!("AS_PATH {}{med}", path.join(" "))
    }
}

/// What a site with that number and those networks announces: the rows, or all its networks.
pub(crate) fn announced(rows: &[Advertisement], networks: &[IpNet], asn: u32) -> Vec<Announcement> {
    if rows.is_empty() {
        let plain = |prefix: &IpNet| Announcement {
            prefix: *prefix,
            as_path: vec![asn],
            med: None,
            preference: DEFAULT_PREFERENCE,
        };
        return networks.iter().map(plain).collect();
    }
    rows.iter()
        .filter_map(|row| {
            let prefix = cells::cidr(&row.prefix)?;
            let mut as_path: Vec<u32> =
                row.as_path.split([' ', ',']).filter_map(|number| number.trim().parse().ok()).collect();
            if as_path.is_empty() {
                as_path.push(asn);
            }
            let med = row.med.trim().parse().ok();
            Some(Announcement { prefix, as_path, med, preference: preference(&row.communities) })
        })
        .collect()
}

impl Announcement {
    /// The same where AWS looks at no communities: on VPN connections (HYB-01) and public virtual
    /// interfaces (DX-20).
    pub fn without_communities(self) -> Self {
        Self { preference: DEFAULT_PREFERENCE, ..self }
    }
}

/// Local preference without a community.
pub(crate) const DEFAULT_PREFERENCE: u8 = 2;

/// `7224:7300` high, `7224:7200` medium, `7224:7100` low (DX-20).
fn preference(communities: &str) -> u8 {
    match communities {
        text if text.contains("7224:7300") => 3,
        text if text.contains("7224:7200") => 2,
        text if text.contains("7224:7100") => 1,
        _ => DEFAULT_PREFERENCE,
    }
}

/// An autonomous system number as typed; 64512 where it cannot be read.
pub(crate) fn asn(text: &str) -> u32 {
    text.trim().parse().unwrap_or(64512)
}
