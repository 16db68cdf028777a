//! One file for each component: configuration, spec, forwarding, reasons.
//!
//! Adding one: a file here, its `mod` line below, its line in [`crate::catalog`].

/// Declares a reason that refuses packets: the page behind it, its docs and name, code, AWS's
/// name for the same cause, and the rules that define it.
macro_rules! packet_reason {
    ($page:expr, $(#[$doc:meta])* $name:ident, $code:literal, $aws:expr, $rules:expr) => {
        $(#[$doc])*
        pub static $name: hopscope_forward::ReasonSpec = hopscope_forward::ReasonSpec {
            code: $code,
            aws_code: $aws,
            severity: hopscope_forward::Severity::Deny,
            rules: $rules,
            docs: $page,
        };
    };
}

/// Declares a reason that drawing raises: its docs and name, code, severity, the rules that define it
/// and the page behind it.
macro_rules! drawing_reason {
    ($(#[$doc:meta])* $name:ident, $code:literal, $severity:ident, $rules:expr, $page:expr) => {
        $(#[$doc])*
        pub static $name: hopscope_forward::ReasonSpec = hopscope_forward::ReasonSpec {
            code: $code,
            aws_code: None,
            severity: hopscope_forward::Severity::$severity,
            rules: $rules,
            docs: $page,
        };
    };
}

pub mod api_gateway;
pub mod app_mesh;
pub mod application_load_balancer;
pub mod availability_zone;
pub mod aws_service;
pub mod certificate;
pub mod client_vpn_endpoint;
pub mod cloudfront_distribution;
pub mod customer_gateway;
pub mod direct_connect_connection;
pub mod direct_connect_gateway;
pub mod direct_connect_lag;
pub mod direct_connect_location;
pub mod dns_firewall_rule_group;
pub mod dns_server;
pub mod edge_location;
pub mod egress_only_internet_gateway;
pub mod elastic_ip;
pub mod endpoint_service;
pub mod gateway_endpoint;
pub mod gateway_load_balancer;
pub mod gateway_load_balancer_endpoint;
pub mod global_accelerator;
pub mod health_check;
pub mod hosted_zone;
pub mod instance;
pub mod interface_endpoint;
pub mod internet;
pub mod internet_gateway;
pub mod internet_host;
pub mod nat_gateway;
pub mod network_acl;
pub mod network_firewall;
pub mod network_firewall_endpoint;
pub mod network_interface;
pub mod network_load_balancer;
pub mod on_premises;
pub mod on_premises_firewall;
pub mod on_premises_host;
pub mod prefix_list;
pub mod region;
pub mod registered_domain;
pub mod resolver_endpoint;
pub mod resolver_rule;
pub mod route_table;
pub mod security_group;
pub mod shield_protection;
pub mod subnet;
pub mod target_group;
pub mod transit_gateway;
pub mod transit_gateway_attachment;
pub mod transit_gateway_route_table;
pub mod unmodelled;
pub mod virtual_interface;
pub mod virtual_private_gateway;
pub mod vpc;
pub mod vpc_peering_connection;
pub mod vpn_client;
pub mod vpn_connection;
pub mod web_acl;
