//! Configuration files for routers and VPN clients say what the drawing says, and one thing a line.

mod common;

use common::node;
use hopscope_aws::{CATALOG, Document};
use hopscope_view::device_config::{client, router};
use serde_json::json;

fn hybrid() -> Document {
    let mut document = Document::default();
    for node in [
        node("us-east-1", "region", None, json!({})),
        node("vpc", "vpc", Some("us-east-1"), json!({"cidrs": ["10.0.0.0/16"]})),
        node("vgw", "virtual-private-gateway", Some("vpc"), json!({"asn": "64512"})),
        node("site", "on-premises", None, json!({"networks": ["192.168.1.0/24"]})),
        node("cgw", "customer-gateway", Some("site"), json!({"ip": "198.51.100.1", "asn": "65010"})),
        node("loc", "direct-connect-location", None, json!({})),
        node("dx", "direct-connect-connection", Some("loc"), json!({})),
        node(
            "vif-101",
            "virtual-interface",
            Some("dx"),
            json!({"vlan": 101, "gateway": "vgw", "customer_gateway": "cgw"}),
        ),
        node(
            "cvpn-endpoint-1",
            "client-vpn-endpoint",
            Some("vpc"),
            json!({"server_certificate": "vpn.example.com"}),
        ),
    ] {
        document.put(node);
    }
    document
}

#[test]
fn a_router_gets_a_sub_interface_and_a_neighbour() {
    let text = router(&hybrid(), "vif-101").unwrap_or_default();
    for line in [
        "interface INTERFACE.101",
        " encapsulation dot1q 101",
        "router bgp 65010",
        " neighbor AMAZON_PEER_ADDRESS remote-as 64512",
        " neighbor AMAZON_PEER_ADDRESS fall-over bfd",
        " network 192.168.1.0 mask 255.255.255.0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn a_client_gets_host_port_and_authority() {
    let text = client(&hybrid(), "cvpn-endpoint-1").unwrap_or_default();
    for line in [
        "proto udp",
        "remote cvpn-endpoint-1.prod.clientvpn.us-east-1.amazonaws.com 443",
        "verify-x509-name vpn.example.com name",
        "<ca>",
        "<key>",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn names_cannot_start_a_line() {
    let mut document = hybrid();
    let mut vif = (**document.node("vif-101").unwrap_or_else(|| panic!("drawn"))).clone();
    vif.name = "x\nno router bgp".to_owned();
    document.put(vif);
    assert!(!router(&document, "vif-101").unwrap_or_default().lines().any(|line| line == "no router bgp"));
}

#[test]
fn other_components_have_none() {
    for spec in CATALOG {
        let mut document = Document::default();
        document.put(node("it", spec.kind, None, json!({})));
        assert_eq!(router(&document, "it").is_some(), spec.kind == "virtual-interface");
        assert_eq!(client(&document, "it").is_some(), spec.kind == "client-vpn-endpoint");
    }
    assert_eq!(router(&Document::default(), "nobody"), None);
}
