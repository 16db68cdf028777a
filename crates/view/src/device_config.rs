//! Configuration files for what stands outside AWS: the router at the end of a virtual interface,
//! and the OpenVPN client of a Client VPN endpoint. Made from the drawing; what it does not know
//! stays a word in capitals for the reader to replace.

use std::fmt::Write;
use std::sync::Arc;

use hopscope_aws::{Config, Document, Id, Node};
use hopscope_net::Ipv4Net;

/// A router's configuration for a virtual interface: a sub-interface with its VLAN, and a BGP
/// neighbour (DX-03). `None` for anything else.
#[must_use]
pub fn router(document: &Document, vif: &str) -> Option<String> {
    let node = document.node(vif)?;
    let Config::VirtualInterface(it) = &node.config else { return None };
    let site = it.customer_gateway.as_deref().and_then(|router| document.node(router));
    let asn = match site.map(|router| &router.config) {
        Some(Config::CustomerGateway(router)) => router.asn.as_str(),
        _ => "",
    };
    let amazon = it.gateway.as_deref().and_then(|gateway| document.node(gateway));
    let amazon = match amazon.map(|gateway| &gateway.config) {
        Some(Config::VirtualPrivateGateway(gateway)) => gateway.asn.as_str(),
        Some(Config::DirectConnectGateway(gateway)) => gateway.asn.as_str(),
        _ => "",
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "! {}: {} virtual interface, VLAN {}",
        plain(node.label()),
        plain(&it.interface_type),
        it.vlan
    );
    let _ = writeln!(out, "interface INTERFACE.{}", it.vlan);
    let _ = writeln!(out, " encapsulation dot1q {}", it.vlan);
    let _ = writeln!(out, " ip address YOUR_PEER_ADDRESS 255.255.255.252");
    let _ = writeln!(out, " ip mtu {}", it.mtu);
    let _ = writeln!(out, "router bgp {}", or(&plain(asn), "YOUR_ASN"));
    let _ = writeln!(out, " neighbor AMAZON_PEER_ADDRESS remote-as {}", or(&plain(amazon), "AMAZON_ASN"));
    let _ = writeln!(out, " neighbor AMAZON_PEER_ADDRESS password BGP_KEY");
    if it.bfd {
        let _ = writeln!(out, " neighbor AMAZON_PEER_ADDRESS fall-over bfd");
    }
    for prefix in announced(document, it.announces.iter().map(|row| row.prefix.clone()).collect(), site) {
        let _ = writeln!(out, " network {}", network(&prefix));
    }
    Some(out)
}

/// The configuration file of a Client VPN endpoint (CVPN-01, CVPN-02); users of certificates add
/// their own at its end. `None` for anything else.
#[must_use]
pub fn client(document: &Document, endpoint: &str) -> Option<String> {
    let node = document.node(endpoint)?;
    let Config::ClientVpnEndpoint(it) = &node.config else { return None };
    let region = document.enclosing(endpoint, "region").map_or("REGION", |region| region.label());
    let mut out = String::new();
    let _ = writeln!(out, "client\ndev tun\nproto {}", if it.transport == "tcp" { "tcp" } else { "udp" });
    let host = format!("{}.prod.clientvpn.{}.amazonaws.com", plain(&node.id), plain(region));
    let _ = writeln!(out, "remote {host} {}", it.port);
    let _ = writeln!(out, "remote-random-hostname\nresolv-retry infinite\nnobind\nremote-cert-tls server");
    let _ =
        writeln!(out, "verify-x509-name {} name", or(&plain(&it.server_certificate), "SERVER_CERTIFICATE"));
    let _ = writeln!(out, "<ca>\nCERTIFICATE_OF_THE_AUTHORITY\n</ca>");
    if it.authentication.contains("certificate") {
        let _ = writeln!(out, "<cert>\nYOUR_CERTIFICATE\n</cert>\n<key>\nYOUR_KEY\n</key>");
    } else {
        let _ = writeln!(out, "auth-user-pass");
    }
    Some(out)
}

/// Prefixes of a virtual interface's own rows, or the networks of its router's site.
fn announced(document: &Document, own: Vec<String>, router: Option<&Arc<Node>>) -> Vec<String> {
    if !own.is_empty() {
        return own;
    }
    let site: Option<&Id> = router.and_then(|router| router.parent.as_ref());
    match site.and_then(|site| document.node(site)).map(|site| &site.config) {
        Some(Config::OnPremises(site)) => site.networks.clone(),
        _ => Vec::new(),
    }
}

/// A prefix as routers write it.
fn network(prefix: &str) -> String {
    match prefix.trim().parse::<Ipv4Net>() {
        Ok(net) => format!("{} mask {}", net.network(), net.netmask()),
        Err(_) => plain(prefix),
    }
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Text of a document without control characters, which could start a line of its own.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
