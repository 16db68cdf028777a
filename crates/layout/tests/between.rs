//! Lines between networks: their cards stand free on the way, sites and locations beside the
//! Regions, and the same document always looks the same.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may stop where their own fixtures are wrong"
)]

use hopscope_aws::{Config, Document, Frame, Id, Node};
use hopscope_layout::{Arrangement, Layout, Role, layout, wires};
use serde_json::{Value, json};

fn put(document: &mut Document, id: &str, kind: &str, parent: Option<&str>, fields: Value) {
    let config = Config::default_of(kind).unwrap();
    let mut node = Node { id: Id::from(id), name: String::new(), parent: parent.map(Id::from), config };
    for (key, value) in fields.as_object().unwrap() {
        node = node.with_field(key, value.clone()).unwrap();
    }
    document.put(node);
}

/// `vpcs` VPCs round a transit gateway, the first two peered, a site with VPN and Direct Connect.
fn round(vpcs: usize) -> Document {
    let mut document = Document::default();
    let d = &mut document;
    put(d, "r", "region", None, json!({}));
    put(d, "az", "availability-zone", Some("r"), json!({}));
    put(d, "tgw", "transit-gateway", Some("r"), json!({}));
    for n in 0..vpcs {
        let (vpc, subnet) = (format!("vpc-{n}"), format!("subnet-{n}"));
        put(d, &vpc, "vpc", Some("r"), json!({"cidrs": [format!("10.{n}.0.0/16")]}));
        put(d, &subnet, "subnet", Some(&vpc), json!({"zone": "az", "cidr": format!("10.{n}.0.0/24")}));
        let fields = json!({"resource": vpc, "subnets": [subnet]});
        put(d, &format!("att-{n}"), "transit-gateway-attachment", Some("tgw"), fields);
    }
    put(d, "pcx", "vpc-peering-connection", Some("r"), json!({"requester": "vpc-0", "accepter": "vpc-1"}));
    put(d, "site", "on-premises", None, json!({"networks": ["192.168.0.0/24"]}));
    put(d, "host", "on-premises-host", Some("site"), json!({}));
    put(d, "cgw", "customer-gateway", Some("site"), json!({}));
    put(d, "vpn", "vpn-connection", Some("r"), json!({"customer_gateway": "cgw", "gateway": "tgw"}));
    put(d, "att-vpn", "transit-gateway-attachment", Some("tgw"), json!({"resource": "vpn"}));
    put(d, "loc", "direct-connect-location", None, json!({"region": "r"}));
    put(d, "dx", "direct-connect-connection", Some("loc"), json!({}));
    put(d, "dxgw", "direct-connect-gateway", None, json!({"associations": [{"gateway": "tgw"}]}));
    put(d, "vif", "virtual-interface", Some("dx"), json!({"gateway": "dxgw", "customer_gateway": "cgw"}));
    put(d, "att-dxgw", "transit-gateway-attachment", Some("tgw"), json!({"resource": "dxgw"}));
    document
}

fn left_of(layout: &Layout, a: &str, b: &str) -> bool {
    layout.rect(a).unwrap().right() <= layout.rect(b).unwrap().x
}

#[test]
fn cards_on_lines_are_free_and_joined_to_both_ends() {
    for vpcs in [2, 3, 7] {
        let document = round(vpcs);
        let layout = layout(&document);
        let pills: Vec<_> = layout.items.iter().filter(|(_, item)| item.role == Role::Pill).collect();
        assert_eq!(pills.len(), vpcs + 5, "{vpcs}");
        for (id, pill) in &pills {
            let hit = layout.items.iter().find(|(other, item)| {
                item.role != Role::Box && other != id && item.rect.overlaps(&pill.rect)
            });
            assert!(hit.is_none(), "{id} of {vpcs} lies on {hit:?}");
            assert!(layout.bounds.encloses(&pill.rect), "{id}");
        }
        let drawn = wires(&document, &layout);
        let joined = |a: &str, b: &str| drawn.iter().any(|wire| &*wire.from == a && &*wire.to == b);
        for (a, b) in [("pcx", "vpc-0"), ("pcx", "vpc-1"), ("att-0", "tgw"), ("att-0", "vpc-0")] {
            assert!(joined(a, b), "{a} {b}");
        }
        // A VPN connection reaches a transit gateway over its attachment, and nothing twice.
        assert!(joined("vpn", "cgw") && joined("att-vpn", "vpn") && joined("att-vpn", "tgw"));
        assert!(!joined("vpn", "tgw") && !joined("dxgw", "tgw"));
    }
}

#[test]
fn sites_locations_and_gateways_stand_left_of_the_region_in_that_order() {
    let layout = layout(&round(3));
    assert!(
        left_of(&layout, "site", "loc") && left_of(&layout, "loc", "dxgw") && left_of(&layout, "dxgw", "r")
    );
    assert!(left_of(&layout, "host", "cgw"));
}

#[test]
fn the_same_document_looks_the_same_and_routes_lead_over_the_attachment() {
    let mut document = round(3);
    let routes = json!([{"destination": "10.1.0.0/16", "target": "tgw"}]);
    put(&mut document, "rtb", "route-table", Some("vpc-0"), json!({"main": true, "routes": routes}));
    let first = layout(&document);
    assert_eq!(first, layout(&document));
    let drawn = wires(&document, &first);
    assert!(drawn.iter().any(|wire| &*wire.from == "subnet-0" && &*wire.to == "att-0"), "{drawn:?}");
}

#[test]
fn a_half_drawn_line_stands_in_its_container() {
    let mut document = round(2);
    put(&mut document, "half", "vpc-peering-connection", Some("r"), json!({"requester": "vpc-0"}));
    let layout = layout(&document);
    assert_eq!(layout.items["half"].parent.as_deref(), Some("r"));
    assert_eq!(layout.items["half"].role, Role::Pill);
}

#[test]
fn cards_on_lines_follow_what_is_moved() {
    let mut document = round(4);
    let (mut arrangement, mut now) = Arrangement::of(&document);
    for (step, id) in ["subnet-1", "vpc-2", "site", "tgw", "vpc-0", "cgw"].into_iter().enumerate() {
        let id = Id::from(id);
        let frame = Frame { x: 40.0 + 90.0 * step as f32, y: 60.0 + 50.0 * step as f32, w: 0.0, h: 0.0 };
        document.frames.insert(id.clone(), frame);
        let (after, moved) = arrangement.moved(&document, &now, &[id]);
        assert_eq!(after, layout(&document), "step {step}");
        for (position, (id, placed)) in after.items.iter().enumerate() {
            assert_eq!(moved.has(position), now.rect(id) != Some(placed.rect), "{id}");
        }
        now = after;
    }
}
