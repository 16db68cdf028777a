//! A small hand-written account becomes the document it describes.

mod common;

use hopscope_aws::{Document, Flow, Network};
use hopscope_interop::{Import, import};
use serde_json::{Value, json};

fn small() -> Import {
    import(&common::borrowed(&common::fixture("small"))).unwrap()
}

fn field(import: &Import, id: &str, key: &str) -> Value {
    import.document.node(id).unwrap_or_else(|| panic!("no {id}")).field(key)
}

fn parent<'a>(import: &'a Import, id: &str) -> Option<&'a str> {
    import.document.node(id).unwrap_or_else(|| panic!("no {id}")).parent.as_deref()
}

#[test]
fn places() {
    let import = small();
    let name = |id: &str| import.document.node(id).unwrap().name.clone();
    assert_eq!(parent(&import, "vpc-0a1"), Some("eu-west-1"));
    assert_eq!(name("vpc-0a1"), "shop");
    assert_eq!(field(&import, "vpc-0a1", "cidrs"), json!(["10.0.0.0/16", "10.1.0.0/16"]));
    assert_eq!(field(&import, "vpc-0a1", "ipv6_cidrs"), json!(["2001:db8:1200::/56"]));
    assert_eq!(field(&import, "subnet-pub", "zone"), "eu-west-1a");
    assert_eq!(field(&import, "subnet-pub", "auto_assign_public_ipv4"), true);
    assert_eq!(field(&import, "subnet-pub", "ipv6_cidr"), "2001:db8:1200::/64");
    assert_eq!(field(&import, "subnet-db", "zone"), "eu-west-1b", "by zone id");
    assert_eq!(name("subnet-app"), "application", "from describe-tags");
    assert!(import.document.node("eu-west-1c").is_none(), "a zone without a subnet is not drawn");
    assert!(import.notes.iter().any(|note| note.text.contains("eu-west-1c")));
}

#[test]
fn route_tables() {
    let import = small();
    assert_eq!(field(&import, "rtb-main", "main"), true);
    assert_eq!(
        field(&import, "rtb-main", "routes"),
        json!([
            {"destination": "0.0.0.0/0", "target": "nat-gone", "blackhole": true},
        ])
    );
    assert_eq!(
        field(&import, "rtb-main", "propagating_gateways"),
        json!(["vgw-1"]),
        "learned again, not kept"
    );
    assert!(import.document.node("nat-gone").is_none(), "a deleted gateway leaves a dangling blackhole");
    assert_eq!(field(&import, "subnet-pub", "route_table"), "rtb-pub");
    assert_eq!(field(&import, "subnet-db", "route_table"), Value::Null, "disassociated");
    assert_eq!(field(&import, "rtb-edge", "gateway"), "igw-1");
    let routes = field(&import, "rtb-app", "routes");
    let targets: Vec<&str> =
        routes.as_array().unwrap().iter().map(|r| r["target"].as_str().unwrap()).collect();
    assert_eq!(
        targets,
        ["local", "nat-1", "eigw-1", "tgw-absent", "pcx-1", "eni-router", "vpce-1", "fut-1"],
        "the implied local route is skipped, the one made by hand is kept"
    );
    assert_eq!(import.document.node("tgw-absent").unwrap().kind(), "transit-gateway", "known from its table");
    assert_eq!(parent(&import, "tgw-absent"), Some("eu-west-1"));
    assert_eq!(field(&import, "fut-1", "what"), "Route target");
}

#[test]
fn rules() {
    let import = small();
    assert_eq!(
        field(&import, "acl-1", "inbound"),
        json!([
            {"number": 100, "action": "allow", "protocol": "tcp", "ports": "443", "cidr": "0.0.0.0/0"},
            {"number": 110, "action": "allow", "protocol": "tcp", "ports": "1024-65535", "cidr": "::/0"},
            {"number": 120, "action": "deny", "protocol": "50", "ports": "all", "cidr": "10.0.0.0/8"},
            {"number": 200, "action": "allow", "protocol": "icmp", "ports": "8", "cidr": "0.0.0.0/0"},
        ]),
        "in order, without the implied last rules"
    );
    assert_eq!(field(&import, "acl-1", "default"), true);
    assert_eq!(field(&import, "subnet-pub", "network_acl"), "acl-1");
    let inbound = field(&import, "sg-web", "inbound");
    let peers: Vec<&str> = inbound.as_array().unwrap().iter().map(|r| r["peer"].as_str().unwrap()).collect();
    assert_eq!(peers, ["0.0.0.0/0", "10.0.0.0/8", "::/0", "pl-1", "sg-app", "0.0.0.0/0"]);
    assert_eq!(inbound[0]["description"], "everyone");
    assert_eq!(inbound[5], json!({"protocol": "icmp", "ports": "8", "peer": "0.0.0.0/0"}));
    assert_eq!(field(&import, "sg-app", "outbound"), json!([]), "an empty list is empty");
    assert_eq!(import.document.node("sg-app").unwrap().name, "application");
    assert_eq!(import.document.node("sg-web").unwrap().name, "web", "the group's name where it has no tag");
    assert_eq!(
        field(&import, "pl-1", "entries"),
        json!([{"cidr": "192.0.2.0/24", "description": "one"}, {"cidr": "198.51.100.0/24"}]),
        "entries are found by the file's name"
    );
    assert_eq!(field(&import, "pl-1", "aws_managed"), true);
}

#[test]
fn hosts() {
    let import = small();
    assert_eq!(field(&import, "i-app", "state"), "stopped");
    assert!(import.document.node("i-dead").is_none());
    assert!(import.notes.iter().any(|note| note.text.contains("Terminated") && note.text.contains("i-dead")));
    assert_eq!(parent(&import, "eni-web"), Some("i-web"));
    assert_eq!(
        field(&import, "eni-web", "private_ips"),
        json!([{"address": "10.0.0.10", "public_ip": "203.0.113.50"}, {"address": "10.0.0.11"}]),
        "primary first; the Elastic IP is a node of its own"
    );
    assert_eq!(field(&import, "eni-web", "ipv6"), json!(["2001:db8:1200::10"]));
    let of_app: Vec<&str> = import.document.children(Some("i-app")).map(|node| node.id.as_str()).collect();
    assert_eq!(of_app, ["eni-app1", "eni-app2"], "by device index");
    assert_eq!(field(&import, "eni-app2", "subnet"), "subnet-db", "in another subnet than its instance");
    assert_eq!(field(&import, "eni-app1", "private_ips")[0]["public_ip"], "203.0.113.77");
    assert_eq!(field(&import, "i-router", "role"), "router");
    assert_eq!(field(&import, "eni-router", "source_dest_check"), false);
    assert_eq!(parent(&import, "eni-lambda"), Some("subnet-app"));
    assert_eq!(field(&import, "eni-lambda", "service"), "lambda");
    assert_eq!(import.document.node("eni-lambda").unwrap().name, "Lambda");
    assert!(import.document.node("eni-nat").is_none(), "folded into its gateway");
}

#[test]
fn edge() {
    let import = small();
    assert_eq!(parent(&import, "igw-1"), Some("vpc-0a1"));
    assert_eq!(parent(&import, "igw-idle"), Some("eu-west-1"));
    assert_eq!(parent(&import, "eigw-1"), Some("vpc-0a1"));
    assert_eq!(parent(&import, "nat-1"), Some("subnet-pub"));
    assert_eq!(field(&import, "nat-1", "private_ip"), "10.0.0.9");
    assert_eq!(field(&import, "eipalloc-nat", "target"), "nat-1");
    assert_eq!(field(&import, "eipalloc-nat", "private_ip"), Value::Null);
    assert_eq!(field(&import, "eipalloc-web", "target"), "eni-web");
    assert_eq!(field(&import, "eipalloc-web", "private_ip"), "10.0.0.11");
    assert_eq!(field(&import, "eipalloc-idle", "target"), Value::Null);
    assert!(import.document.node("internet").is_some());
}

#[test]
fn nothing_disappears() {
    let import = small();
    let listed: Vec<(&str, &str)> =
        import.unmodelled.iter().map(|u| (u.what.as_str(), u.id.as_str())).collect();
    for thing in [("RDS DB instance", "orders"), ("Quantum repeater", "qr-1"), ("Route target", "fut-1")] {
        assert!(listed.contains(&thing), "{thing:?} in {listed:?}");
        assert_eq!(import.document.node(thing.1).unwrap().kind(), "unmodelled");
    }
    assert_eq!(listed.len(), 3, "each once: {listed:?}");
    assert_eq!(parent(&import, "vgw-1"), Some("vpc-0a1"));
    assert_eq!(parent(&import, "orders"), Some("vpc-0a1"));
    assert!(!import.document.to_json().contains("hush"), "pre-shared keys stay out");
    assert!(import.notes.iter().any(|note| note.text.contains("DHCP")));
}

#[test]
fn round_trip() {
    let import = small();
    let text = import.document.to_json();
    assert_eq!(Document::from_json(text.as_bytes()).unwrap(), import.document);
}

#[test]
fn order_of_files_does_not_matter() {
    let files = common::fixture("small");
    let mut turned = files.clone();
    turned.reverse();
    assert_eq!(import(&common::borrowed(&files)), import(&common::borrowed(&turned)));
}

#[test]
fn verdicts() {
    let import = small();
    let network = Network::build(&import.document);
    let verdict = |from: &str, to: &str, port: u16| {
        let flow = Flow { from: from.into(), to: to.into(), port: Some(port), ..Flow::default() };
        let trace = hopscope_aws::trace(&network, &flow).unwrap();
        (trace.verdict.word(), trace.reason.map(|reason| (reason.spec.code, reason.at.id.to_string())))
    };
    // The ACL allows 443 in and everything out; the group allows 443 from everyone.
    assert_eq!(verdict("internet", "203.0.113.50", 443), ("allowed", None));
    assert_eq!(verdict("internet", "203.0.113.50", 22).0, "denied");
    // Into a transit gateway that the dump only refers to.
    assert_eq!(verdict("i-router", "10.60.0.1", 443).0, "denied", "sg-app has no outbound rules");
    assert_eq!(verdict("i-web", "10.0.1.99", 443).0, "denied", "sg-app lets nothing in");
}

#[test]
fn one_file_many_wrappings() {
    let vpc = json!({"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"});
    for (path, value) in [
        ("a.json", json!({"Vpcs": [vpc]})),
        ("a.json", json!({"Vpc": vpc})),
        ("a.json", json!([vpc])),
        ("a.json", json!({"Vpcs": [{"Vpc": vpc}]})),
        ("a.json", json!([{"Vpcs": [vpc]}])),
        ("a.json", json!({"111122223333": {"us-west-2": {"Vpcs": [vpc]}}})),
        ("a.json", json!({"us-west-2": [{"Vpcs": [vpc]}]})),
        ("a.json", json!({"output": {"result": {"Vpcs": [vpc]}}})),
        ("dump.txt", json!({"Vpcs": [vpc]})),
    ] {
        let text = value.to_string();
        let import =
            import(&[(path.to_owned(), text.as_bytes())]).unwrap_or_else(|error| panic!("{text}: {error}"));
        let node = import.document.node("vpc-1").unwrap_or_else(|| panic!("{text}"));
        let region = if text.contains("us-west-2") { "us-west-2" } else { "region" };
        assert_eq!(node.parent.as_deref(), Some(region), "{text}");
    }
}

#[test]
fn referred_but_not_described() {
    let text = json!({
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [
            {"DestinationCidrBlock": "10.9.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable"}]}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
            "AvailabilityZone": "sa-east-1c", "Attachment": {"InstanceId": "i-1"},
            "PrivateIpAddress": "10.9.0.4", "Groups": [{"GroupId": "sg-1"}],
            "Association": {"PublicIp": "203.0.113.1", "IpOwnerId": "111122223333", "AllocationId": "eipalloc-1"}}],
    })
    .to_string();
    let import = import(&[("x.json".to_owned(), text.as_bytes())]).unwrap();
    assert_eq!(field(&import, "vpc-1", "cidrs"), json!(["10.9.0.0/16"]));
    assert_eq!(parent(&import, "vpc-1"), Some("sa-east-1"));
    assert_eq!(field(&import, "subnet-1", "zone"), "sa-east-1c");
    assert_eq!(parent(&import, "eni-1"), Some("i-1"));
    assert_eq!(parent(&import, "i-1"), Some("subnet-1"));
    assert_eq!(field(&import, "eipalloc-1", "target"), "eni-1");
    assert!(import.notes.iter().filter(|note| note.text.contains("not described")).count() >= 2);
}

#[test]
fn blocks_of_amazons_pool_are_told_from_others() {
    let block = |cidr: &str, pool: Option<&str>| json!({"Ipv6CidrBlock": cidr, "Ipv6CidrBlockState": {"State": "associated"}, "Ipv6Pool": pool});
    let vpc = |id: &str, blocks: Value| json!({"VpcId": id, "CidrBlock": "10.9.0.0/16", "Ipv6CidrBlockAssociationSet": blocks});
    let text = json!({"Vpcs": [
        vpc("vpc-1", json!([block("2001:db8:100::/56", Some("Amazon"))])),
        vpc("vpc-2", json!([block("2001:db8:200::/56", Some("Amazon")), block("2001:db8:300::/52", Some("IPAM Managed"))])),
        vpc("vpc-3", json!([block("2001:db8:400::/56", None)])),
        vpc("vpc-4", json!([])),
    ]});
    let text = text.to_string();
    let import = import(&[("x.json".to_owned(), text.as_bytes())]).unwrap();
    assert_eq!(field(&import, "vpc-1", "ipv6_source"), "amazon");
    for other in ["vpc-2", "vpc-3", "vpc-4"] {
        assert_eq!(field(&import, other, "ipv6_source"), Value::Null, "{other}");
    }
}

#[test]
fn described_twice() {
    let one = r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#;
    let two = r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"}]}"#;
    let same = import(&[("a.json".into(), one.as_bytes()), ("b.json".into(), one.as_bytes())]).unwrap();
    assert!(same.notes.iter().any(|note| note.text.contains("twice with the same content")));
    let differ = import(&[("a.json".into(), one.as_bytes()), ("b.json".into(), two.as_bytes())]).unwrap();
    assert_eq!(field(&differ, "vpc-1", "cidrs"), json!(["10.0.0.0/16"]));
    assert!(differ.notes.iter().any(|note| note.text.contains("vpc-1 is described twice and differently")));
}
