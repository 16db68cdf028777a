//! An AWS Region: the container of VPCs and Availability Zones. Decides no packet itself.

use crate::component::{Field, FieldKind, Rows, Shape, Spec};
use crate::validate::quotas;

record! {
    /// Configuration of a Region. Its name is the Region code (`us-east-1`).
    pub struct Config {
        /// VPC Block Public Access of the account here: empty (off), `bidirectional` or `ingress`
        /// (BPA-01).
        pub block_public_access: String,
        /// The Region's code where its name is another; places and latencies follow from it.
        pub place: String,
        /// Quotas that AWS raised for the account here.
        pub quotas: Vec<Raised>,
    }
}

record! {
    /// A quota that was raised.
    pub struct Raised {
        /// AWS's name for it, one of [`quotas::NAMES`].
        pub quota: String,
        /// Its value now; 0 is the default.
        pub value: u32,
    }
}

/// What raised quotas are to a form.
pub static QUOTAS: Rows = Rows {
    noun: "quota",
    columns: &[
        Field::new("quota", "Quota", FieldKind::Choice(quotas::NAMES), ""),
        Field::new("value", "Value", FieldKind::Number, ""),
    ],
};

/// What a Region says about itself.
pub static SPEC: Spec = Spec {
    kind: "region",
    name: "Region",
    aws_type: None,
    id_prefix: "region",
    summary: "A separate geographic area that holds VPCs and Availability Zones.",
    parents: &[],
    shape: Shape::Container,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new(
            "block_public_access",
            "VPC Block Public Access",
            FieldKind::Choice(&["", "bidirectional", "ingress"]),
            "Off if empty",
        ),
        Field::new("place", "Region code", FieldKind::Text, "eu-west-1; the name counts if empty"),
        Field::new("quotas", "Raised quotas", FieldKind::Rows(&QUOTAS), "AWS's defaults if empty"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
