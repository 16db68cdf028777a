//! A service of AWS at public addresses of its Region (S3, DynamoDB, SQS).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;
use crate::policy::{POLICY, Statement};

record! {
    /// Configuration of a service. Its parent is the Region.
    pub struct Config {
        /// The service's short name.
        pub service: String = "s3",
        /// Its public addresses.
        pub addresses: Vec<String>,
        /// The AWS-managed prefix list of its addresses.
        pub prefix_list: Option<Id>,
        /// Resource (bucket) policy; allows everything while empty (GWE-11).
        pub policy: Vec<Statement>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "aws-service",
    name: "AWS service",
    aws_type: None,
    id_prefix: "service",
    summary: "A service of AWS with public addresses, such as S3 or SQS.",
    parents: &["region"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: true,
    fields: &[
        Field::new("service", "Service", FieldKind::Text, "s3, dynamodb, sqs …"),
        Field::new("addresses", "Public addresses", FieldKind::AddressList, ""),
        Field::new("prefix_list", "Prefix list", FieldKind::Ref(&["prefix-list"]), ""),
        Field::new(
            "policy",
            "Resource policy",
            FieldKind::Rows(&POLICY),
            "Everything is allowed while empty",
        ),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct AwsService {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<AwsService>),
}

impl Component for AwsService {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
