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

pub mod availability_zone;
pub mod egress_only_internet_gateway;
pub mod elastic_ip;
pub mod instance;
pub mod internet;
pub mod internet_gateway;
pub mod internet_host;
pub mod nat_gateway;
pub mod network_acl;
pub mod network_interface;
pub mod prefix_list;
pub mod region;
pub mod route_table;
pub mod security_group;
pub mod subnet;
pub mod unmodelled;
pub mod vpc;
