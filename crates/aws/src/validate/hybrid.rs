//! Site-to-Site VPN connections, their gateways and their routers: what AWS would refuse, and
//! what is worth telling (VPN-02, VPN-03, VPN-16, VPN-17, VPN-19, VPN-20, LIM-09).

use super::Check;

pub(crate) fn vpn_connections(_: &mut Check<'_>) {}

pub(crate) fn virtual_private_gateways(_: &mut Check<'_>) {}

pub(crate) fn customer_gateways(_: &mut Check<'_>) {}
