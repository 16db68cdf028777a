//! A Gateway Load Balancer: hands packets to appliances by GENEVE and takes them back unchanged (GWLB-06 to GWLB-13).

use hopscope_forward::{Id, Outcome, ReasonSpec, Visit};

use crate::arena::Ix;
use crate::component::{Field, FieldKind, Shape, Spec};
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::Network;
use crate::pipeline::At;

record! {
    /// Configuration of a Gateway Load Balancer. Its parent is the VPC of its appliances.
    pub struct Config {
        /// Its subnets.
        pub subnets: Vec<Id>,
        /// Appliances behind it.
        pub targets: Vec<Id>,
        /// Appliances that fail their health check (GWLB-11).
        pub unhealthy: Vec<Id>,
        /// GWLB-10.
        pub cross_zone: bool,
        /// GWLB-08.
        pub stickiness: String = "5-tuple",
        /// GWLB-11.
        pub target_failover: String = "no-rebalance",
        /// GWLB-12.
        pub tcp_idle_timeout: u32 = 350u32,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "gateway-load-balancer",
    name: "Gateway Load Balancer",
    aws_type: Some("AWS::ElasticLoadBalancingV2::LoadBalancer"),
    id_prefix: "gwlb",
    summary: "Spreads flows over firewall appliances, unchanged, both ways alike.",
    parents: &["vpc"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("subnets", "Subnets", FieldKind::RefList("subnet"), "One for each zone"),
        Field::new("targets", "Appliances", FieldKind::RefList("instance"), ""),
        Field::new("unhealthy", "Unhealthy appliances", FieldKind::RefList("instance"), ""),
        Field::new("cross_zone", "Cross-zone load balancing", FieldKind::Flag, ""),
        Field::new(
            "stickiness",
            "Flow stickiness",
            FieldKind::Choice(&["5-tuple", "3-tuple", "2-tuple"]),
            "",
        ),
        Field::new(
            "target_failover",
            "Target failover",
            FieldKind::Choice(&["no-rebalance", "rebalance"]),
            "Existing flows of an unhealthy appliance",
        ),
        Field::new("tcp_idle_timeout", "TCP idle timeout", FieldKind::Number, "Seconds, 60 to 6000"),
    ],
    failure: None,
    docs: "https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html",
};

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[];

/// It, resolved.
#[derive(Debug)]
pub(crate) struct Gwlb {
    pub id: Id,
}

/// Where a packet can be at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// At it.
    At(Ix<Gwlb>),
}

impl Component for Gwlb {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, _: &Config) -> Option<Self> {
        Some(Self { id: node.id.clone() })
    }

    fn visit(_: &Network, _: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }
}
