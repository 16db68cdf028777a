//! What AWS would refuse about an API while drawing.

use crate::catalog;
use crate::components::cloudfront_distribution;
use crate::diagnostic::Diagnostic;
use crate::validate::{Check, codes};

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let catalog::Config::ApiGateway(config) = &node.config else { continue };
        if let (Some(certificate), "edge") = (&config.certificate, config.endpoint_type.as_str()) {
            cloudfront_distribution::report_region(check, node, certificate, "us-east-1");
        }
        for (n, route) in
            config.routes.iter().enumerate().filter(|(_, route)| route.integration == "vpc-link")
        {
            let Some(component) = &route.component else { continue };
            // EDGE-32: load balancers only.
            let fits = matches!(
                check.kind_of(component),
                Some("network-load-balancer" | "application-load-balancer")
            );
            if !fits {
                check.report(
                    Diagnostic::new(&codes::TARGET_ADDRESS, &node.id)
                        .field(format!("routes/{n}/component"))
                        .fact("target", component)
                        .fact("why", "a VPC link leads to a load balancer"),
                );
            }
        }
    }
}
