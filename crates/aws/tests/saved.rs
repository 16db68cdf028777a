//! Documents of the first release are saved as they came, byte for byte: what later chapters add to a
//! kind is written only where somebody set it.

use hopscope_aws::Document;
use serde_json::{Value, json};

/// Kinds of the first release, with what is always written of each. Rows are never added to this:
/// a field that comes later is declared with `=>`.
static WRITTEN: &[(&str, &str)] = &[
    ("region", ""),
    ("availability-zone", ""),
    ("vpc", ""),
    ("subnet", ""),
    ("instance", "state,role"),
    ("network-interface", "source_dest_check"),
    ("security-group", "outbound"),
    ("network-acl", ""),
    ("route-table", ""),
    ("prefix-list", ""),
    ("internet-gateway", ""),
    ("egress-only-internet-gateway", ""),
    ("nat-gateway", "connectivity,availability,state"),
    ("elastic-ip", ""),
    ("internet-host", ""),
    ("internet", ""),
    ("unmodelled", ""),
    ("vpc-peering-connection", "state"),
    ("transit-gateway", "asn,default_association,default_propagation,vpn_ecmp"),
    ("transit-gateway-attachment", "security_group_referencing,state"),
    ("transit-gateway-route-table", ""),
    ("virtual-private-gateway", "asn"),
    ("vpn-connection", "routing,tunnels,local_preference,inside_ip_version,local_cidr,remote_cidr,bandwidth"),
    ("direct-connect-gateway", "asn"),
    ("direct-connect-location", ""),
    ("direct-connect-lag", "minimum_links"),
    ("direct-connect-connection", "connection_type,port_speed,state,cross_connect"),
    ("virtual-interface", "interface_type,vlan,mtu,local_preference,bgp,bfd"),
    ("on-premises", ""),
    ("on-premises-host", ""),
    ("on-premises-firewall", "stateful"),
    ("customer-gateway", "asn"),
    ("client-vpn-endpoint", "server_certificate,authentication,traffic_type,transport,port"),
    ("vpn-client", "home_address,certificate_valid"),
    ("aws-service", "service"),
    ("gateway-endpoint", "ip_address_type,state"),
    ("interface-endpoint", "private_dns,state"),
    ("endpoint-service", "acceptance_required"),
    ("network-load-balancer", "scheme"),
    ("gateway-load-balancer", "stickiness,target_failover,tcp_idle_timeout"),
    ("gateway-load-balancer-endpoint", "state"),
    ("network-firewall", "stateless_default,stateful_default,domain_action"),
    ("network-firewall-endpoint", ""),
];

#[test]
fn fields_that_came_later_are_not_written_by_default() {
    for (kind, written) in WRITTEN {
        let json = json!({"hopscope": 1, "name": "first", "nodes": [{"id": "x", "kind": kind}]});
        let document = Document::from_json(json.to_string().as_bytes()).unwrap();
        let saved: Value = serde_json::from_str(&document.to_json()).unwrap();
        let node = saved["nodes"][0].as_object().unwrap();
        let keys: Vec<&str> =
            node.keys().map(String::as_str).filter(|key| !["id", "kind"].contains(key)).collect();
        assert_eq!(keys.join(","), *written, "{kind}");
    }
}

#[test]
fn rows_of_the_first_release_are_saved_as_they_came() {
    let listener = json!({"protocol": "tcp", "port": 443, "targets": ["a"], "target_port": 8443});
    let json = json!({"hopscope": 1, "name": "first", "nodes": [
        {"id": "x", "kind": "network-load-balancer", "scheme": "internal", "listeners": [listener.clone()]}]});
    let document = Document::from_json(json.to_string().as_bytes()).unwrap();
    let saved: Value = serde_json::from_str(&document.to_json()).unwrap();
    assert_eq!(saved["nodes"][0]["listeners"], json!([listener]));
    // What was left out is still there to be read.
    assert_eq!(document.node("x").unwrap().field("listeners")[0]["tcp_idle_timeout"], json!(350));
}
