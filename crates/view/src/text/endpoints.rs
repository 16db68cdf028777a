//! Words of endpoints and services: codes, stages, checks.

use super::catalog::{Entry, entry};

/// Why packets are refused, and what drawing finds.
pub(super) static ENTRIES: &[Entry] = &[
    entry(
        "VPCE_GATEWAY_PROTOCOL_RESTRICTION",
        "Protocol not carried",
        "Gateway endpoint {at} does not carry {protocol}: only TCP and ICMP echo requests.",
        "Use another way for this protocol.",
    ),
    entry(
        "X_ENDPOINT_POLICY_DENIED",
        "Endpoint policy refuses",
        "The policy of endpoint {at} does not allow {principal} to request {request}[: statement {statement} denies it]. The answer is {answer}.",
        "Add a statement that allows it; the policy of the resource must allow it too.",
    ),
    entry(
        "X_RESOURCE_POLICY_DENIED",
        "Resource policy refuses",
        "The policy at {at} does not allow {principal} to request {request} by this way[: statement {statement} denies it]. The answer is {answer}.",
        "Through an endpoint a request has no public source address: name the endpoint in the policy instead.",
    ),
    entry(
        "VPCE_INTRA_VPC_TRAFFIC",
        "Endpoints open no connections",
        "Interface endpoint {at} only answers: the service behind it cannot reach[ {destination}] into the VPC.",
        "Let the other side open the connection.",
    ),
    entry(
        "VPCE_SERVICE_NOT_INSTALLED_IN_AZ",
        "Service not in this zone",
        "Service {service} is not offered in {zone}.",
        "Choose subnets in zones that the service is offered in, or add the zone to the service.",
    ),
    entry(
        "X_DENY_ALL_IGW_TRAFFIC",
        "Shut off from the internet",
        "IPv6 address {destination} belongs to {component}, which internet gateways carry nothing to.",
        "Endpoints and internal load balancers are for callers inside private networks.",
    ),
    entry(
        "V_GWE_SERVICE",
        "No gateway endpoint to this service",
        "Gateway endpoint {at} cannot lead to {service}: {why}.",
        "Use an interface endpoint, or choose S3 or DynamoDB of the same Region.",
    ),
    entry(
        "V_GWE_DUPLICATE",
        "Second gateway endpoint in a table",
        "Route table {table} has a gateway endpoint to {service} already: {other}.",
        "Take the table off one of them.",
    ),
    entry(
        "V_ROUTE_MANAGED",
        "Route written by the endpoint",
        "The route to {destination} cannot be written by hand: gateway endpoint {target} writes its own.",
        "Remove it, and choose this table in the endpoint.",
    ),
    entry(
        "V_IFE_ZONE",
        "Two subnets in one zone",
        "{subnet} is the second subnet of {at} in {zone}; one for each zone is all it takes.",
        "Choose a subnet of another zone.",
    ),
    entry(
        "V_IFE_SERVICE",
        "Service out of reach",
        "Interface endpoint {at} cannot lead to {service}: {why}.",
        "Offer the service in this Region, or choose another one.",
    ),
    entry(
        "V_S3_PRIVATE_DNS",
        "Private DNS for on-premises only",
        "{at} cannot keep private DNS names for inbound Resolver endpoints: {why}.",
        "Draw a gateway endpoint to S3, or switch the limit off.",
    ),
    entry(
        "I_IFE_SINGLE_ZONE",
        "Endpoint in one zone",
        "{at} has interfaces in {zone} only: if that zone fails, the service is out of reach.",
        "Add a subnet of another zone.",
    ),
];

/// The name of a pipeline stage.
pub(super) fn stage(stage: &str) -> Option<&'static str> {
    match stage {
        "gateway-endpoint" => Some("Gateway endpoint"),
        "interface-endpoint" => Some("Interface endpoint"),
        "endpoint-service" => Some("Endpoint service"),
        _ => None,
    }
}

/// A yes-or-no check in words.
pub(super) fn check(check: &str, passed: bool, value: &str) -> Option<String> {
    let allows = if passed { "allows" } else { "does not allow" };
    match check {
        "endpoint-policy" => Some(format!("The endpoint's policy {allows} {value}.")),
        "resource-policy" => Some(format!("The resource's policy {allows} {value}.")),
        _ => None,
    }
}
