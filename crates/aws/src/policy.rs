//! Resource and endpoint policies: who may do what to which resource, from where. Requests are
//! named by the flow (`action`, `resource`); nothing here moves a packet.

use crate::component::{Field, FieldKind, Rows};

record! {
    /// One statement of a policy. Empty cells admit everything; `*` is a wildcard.
    pub struct Statement {
        /// `allow` or `deny`; a matching deny wins.
        pub effect: String = "allow",
        /// Id of the sender it speaks of.
        pub principal: String,
        /// Action (`s3:GetObject`, `s3:*`).
        pub action: String,
        /// Resource (`logs`, `data/*`).
        pub resource: String,
        /// Condition `aws:SourceIp`: public block the request must come from.
        pub source_ip: String,
        /// Condition `aws:SourceVpce`: endpoint the request must come through.
        pub source_vpce: String,
    }
}

/// Columns of [`Statement`].
pub static POLICY: Rows = Rows {
    noun: "statement",
    columns: &[
        Field::new("effect", "Effect", FieldKind::Choice(&["allow", "deny"]), ""),
        Field::new("principal", "Principal", FieldKind::Text, ""),
        Field::new("action", "Action", FieldKind::Text, ""),
        Field::new("resource", "Resource", FieldKind::Text, ""),
        Field::new("source_ip", "Source IP", FieldKind::Text, ""),
        Field::new("source_vpce", "Source endpoint", FieldKind::Text, ""),
    ],
};
