//! Peering, transit gateways, VPN, Direct Connect, endpoints and Client VPN, as the CLI describes them.

mod common;

use hopscope_interop::{Import, import};
use serde_json::{Value, json};

fn hybrid() -> Import {
    import(&common::borrowed(&common::fixture("hybrid"))).unwrap()
}

fn field(import: &Import, id: &str, key: &str) -> Value {
    import.document.node(id).unwrap_or_else(|| panic!("no {id}")).field(key)
}

fn kind(import: &Import, id: &str) -> &'static str {
    import.document.node(id).unwrap_or_else(|| panic!("no {id}")).kind()
}

#[test]
fn transit_gateways() {
    let import = hybrid();
    assert_eq!(field(&import, "tgw-1", "asn"), "64600");
    assert_eq!(field(&import, "tgw-1", "vpn_ecmp"), false);
    assert_eq!(field(&import, "tgw-attach-a", "resource"), "vpc-a");
    assert_eq!(field(&import, "tgw-attach-a", "subnets"), json!(["subnet-a1"]));
    assert_eq!(field(&import, "tgw-attach-a", "appliance_mode"), true, "from the wrapped form");
    assert_eq!(import.document.node("tgw-attach-a").unwrap().name, "a", "from the other output");
    assert_eq!(field(&import, "tgw-attach-v", "resource"), "vpn-t");
    assert!(import.document.node("tgw-attach-old").is_none(), "deleted");
    assert_eq!(field(&import, "tgw-rtb-1", "associations"), json!(["tgw-attach-a", "tgw-attach-v"]));
    assert_eq!(field(&import, "tgw-rtb-1", "propagations"), json!(["tgw-attach-a", "tgw-attach-v"]));
    assert_eq!(
        field(&import, "tgw-rtb-1", "routes"),
        json!([
            {"destination": "10.9.0.0/16", "target": "blackhole"},
            {"destination": "10.8.0.0/16", "target": "tgw-attach-a"},
        ]),
        "searched routes by the file's name; propagated ones are learned again"
    );
    assert!(import.document.node("eni-tgw").is_none(), "drawn with its attachment");
}

#[test]
fn connect_peers() {
    let import = hybrid();
    assert_eq!(field(&import, "tgw-attach-c", "resource"), "tgw-attach-a");
    let peers = field(&import, "tgw-attach-c", "connect_peers");
    assert_eq!(
        peers,
        json!([
            {
                "name": "tgw-connect-peer-1",
                "peer": "i-fw",
                "inside_cidr": "169.254.6.0/29",
                "asn": "65010",
                "announces": ["10.77.0.0/16"],
                "state": "up",
            },
            {
                "name": "tgw-connect-peer-2",
                "inside_cidr": "169.254.7.0/29",
                "asn": "65010",
                "state": "down",
            },
        ]),
        "the deleted one is left out"
    );
    let told = |id: &str| import.notes.iter().any(|note| note.text.contains(id));
    assert!(told("appliance is not in the dump: tgw-connect-peer-2."), "{:?}", import.notes);
    assert_eq!(kind(&import, "tgw-connect-peer-4"), "unmodelled", "without its attachment it is a box");
}

#[test]
fn vpn_and_sites() {
    let import = hybrid();
    assert_eq!(field(&import, "cgw-1", "ip"), "198.51.100.1");
    assert_eq!(import.document.node("cgw-1").unwrap().parent.as_deref(), Some("site-198.51.100.1"));
    assert_eq!(
        field(&import, "site-198.51.100.1", "networks"),
        json!(["172.16.0.0/12", "172.20.0.0/16", "192.168.0.0/16"]),
        "static routes, and what routes say was learned"
    );
    assert_eq!(
        field(&import, "vpn-t", "tunnels"),
        json!([
            {"name": "1", "outside_ip": "203.0.113.1", "inside_cidr": "169.254.10.0/30", "state": "up"},
            {"name": "2", "outside_ip": "203.0.113.2", "inside_cidr": "169.254.11.0/30", "state": "down"},
        ])
    );
    assert_eq!(field(&import, "vpn-s", "routing"), "static");
    assert_eq!(field(&import, "vpn-s", "static_routes"), json!(["172.20.0.0/16"]));
    assert_eq!(import.document.node("vgw-a").unwrap().parent.as_deref(), Some("vpc-a"));
    assert_eq!(field(&import, "rtb-a", "propagating_gateways"), json!(["vgw-a"]));
    assert!(!import.document.to_json().contains("hush"), "pre-shared keys are dropped");
    assert!(import.notes.iter().any(|note| note.text.contains("pre-shared")));
}

#[test]
fn pre_shared_keys_are_told_of_wherever_they_are() {
    let dump = json!({"VpnConnections": [
        {"VpnConnectionId": "vpn-xml", "CustomerGatewayConfiguration": "<ike/>"},
        {"VpnConnectionId": "vpn-options", "Options": {"TunnelOptions": [{"PreSharedKey": "hush"}]}},
        {"VpnConnectionId": "vpn-null", "CustomerGatewayConfiguration": null,
            "Options": {"TunnelOptions": [{"OutsideIpAddress": "203.0.113.1", "PreSharedKey": null}]}},
    ]});
    let import = import(&[("vpn.json".into(), dump.to_string().as_bytes())]).unwrap();
    let told: Vec<_> = import.notes.iter().filter(|note| note.text.contains("pre-shared")).collect();
    assert!(matches!(told.as_slice(), [note] if note.text.ends_with(": vpn-xml, vpn-options.")), "{told:?}");
    assert!(!import.document.to_json().contains("hush"));
}

#[test]
fn direct_connect() {
    let import = hybrid();
    assert_eq!(kind(&import, "dxloc-EqFR2"), "direct-connect-location");
    assert_eq!(field(&import, "dxcon-1", "port_speed"), "10Gbps");
    assert_eq!(field(&import, "dxvif-1", "vlan"), 101);
    assert_eq!(field(&import, "dxvif-1", "gateway"), "dxgw-1");
    assert_eq!(
        field(&import, "dxgw-1", "associations"),
        json!([{"gateway": "tgw-1", "allowed_prefixes": ["10.0.0.0/8"]}])
    );
}

#[test]
fn macsec_modes() {
    let connection = |id: &str, mode: &str| {
        json!({"connectionId": id, "connectionState": "available", "bandwidth": "10Gbps", "location": "EqFR2",
            "region": "eu-central-1", "encryptionMode": mode})
    };
    let modes = ["no_encrypt", "should_encrypt", "must_encrypt"];
    let text = json!({"connections": modes.map(|mode| connection(mode, mode))}).to_string();
    let import = import(&[("x.json".to_owned(), text.as_bytes())]).unwrap();
    for (id, macsec, mode) in [
        ("no_encrypt", false, "should_encrypt"),
        ("should_encrypt", true, "should_encrypt"),
        ("must_encrypt", true, "must_encrypt"),
    ] {
        assert_eq!(field(&import, id, "macsec").as_bool().unwrap_or(false), macsec, "{id}");
        assert_eq!(field(&import, id, "encryption_mode"), mode);
    }
}

#[test]
fn endpoints_and_what_is_behind_them() {
    let import = hybrid();
    assert_eq!(kind(&import, "vpce-s3"), "gateway-endpoint");
    assert_eq!(field(&import, "vpce-s3", "route_tables"), json!(["rtb-a"]));
    assert_eq!(field(&import, "com.amazonaws.eu-central-1.s3", "prefix_list"), "pl-s3");
    assert_eq!(
        field(&import, "vpce-sqs", "interfaces"),
        json!([{"subnet": "subnet-a1", "address": "10.0.1.50"}]),
        "the interface is drawn with its endpoint"
    );
    assert!(import.document.node("eni-sqs").is_none());
    assert_eq!(field(&import, "vpce-gw", "service"), "vpce-svc-1");
    assert_eq!(field(&import, "vpce-svc-1", "load_balancer"), "inspect");
    assert_eq!(kind(&import, "inspect"), "gateway-load-balancer");
    assert_eq!(kind(&import, "web"), "application-load-balancer");
    assert_eq!(
        field(&import, "cvpn-endpoint-1", "routes"),
        json!([{"destination": "10.1.0.0/16", "target": "subnet-a1"}]),
        "the automatic route is implied"
    );
    let rules = |id: &str| field(&import, id, "authorization_rules");
    assert_eq!(rules("cvpn-endpoint-1"), json!([{"destination": "10.0.0.0/16"}]));
    assert_eq!(rules("cvpn-endpoint-2"), json!([{"destination": "0.0.0.0/0", "group": "admins"}]));
    let twice = "described more than once; the first description is kept: cvpn-endpoint-1.";
    assert!(import.notes.iter().any(|note| note.text.ends_with(twice)), "{:?}", import.notes);
    assert_eq!(field(&import, "pcx-ab", "accepter"), "vpc-b");
}

#[test]
fn targets_of_a_wrapped_output_are_found_and_others_are_told() {
    let import = hybrid();
    assert_eq!(field(&import, "inspect", "targets"), json!(["i-fw"]));
    let told: Vec<&str> = import
        .notes
        .iter()
        .map(|note| note.text.as_str())
        .filter(|text| text.contains("wrap the output of describe-target-health with its TargetGroupArn"))
        .collect();
    assert!(matches!(told.as_slice(), [text] if text.ends_with(": i-elsewhere.")), "{told:?}");
}

#[test]
fn load_balancers_of_one_name_keep_their_interfaces() {
    let import = hybrid();
    let interfaces = |id: &str| field(&import, id, "interfaces");
    assert_eq!(import.document.node("api").unwrap().parent.as_deref(), Some("vpc-a"));
    assert_eq!(interfaces("api"), json!([{"subnet": "subnet-a1", "address": "10.0.1.70"}]));
    assert_eq!(import.document.node("api-2").unwrap().parent.as_deref(), Some("vpc-w"));
    assert_eq!(interfaces("api-2"), json!([{"subnet": "subnet-w1", "address": "10.2.1.70"}]));
    assert!(import.document.node("eni-api").is_none(), "drawn with its load balancer");
}

#[test]
fn nothing_of_these_kinds_is_inert() {
    let inert: Vec<_> = hybrid().unmodelled.into_iter().map(|thing| thing.what).collect();
    assert_eq!(inert, ["Transit gateway Connect peer"]);
}
