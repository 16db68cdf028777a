//! An Availability Zone of a Region: where subnets live; it can be failed as a whole (NAT-13).

use crate::component::{Field, FieldKind, Shape, Spec};

record! {
    /// Configuration of a zone. Its name is the zone code (`us-east-1a`).
    pub struct Config {
        /// Everything zonal in it is out of service.
        pub failed: bool,
    }
}

/// What a zone says about itself.
pub static SPEC: Spec = Spec {
    kind: "availability-zone",
    name: "Availability Zone",
    aws_type: None,
    id_prefix: "az",
    summary: "One or more data centres of a Region; every subnet lives in exactly one.",
    parents: &["region"],
    shape: Shape::Band,
    route_target: (false, false),
    endpoint: false,
    fields: &[Field::new("failed", "Failed", FieldKind::Flag, "Take the whole zone out of service")],
    failure: Some(crate::component::Failure { field: "failed", down: "true", up: "false" }),
    docs: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html",
};

/// Reasons it raises while a packet moves: none.
pub static REASONS: &[&hopscope_forward::ReasonSpec] = &[];
