//! Makes components of peering, transit, hybrid networks, endpoints and inspection, with what they
//! need to work where only one thing can be meant. Everything else of a drawing is made in `build`.

use hopscope_aws::{Config, Document, Id, Node, cells};
use hopscope_net::IpNet;
use hopscope_net::prefix::{nth, overlap};
use serde_json::{Value, json};

use crate::address;
use crate::balance;
use crate::build::{add, default_group, group, letter_at, rule};
use crate::command::Draft;
use crate::names::{is_public, unique, zoned};
use crate::rows::rows_of;

/// Sets one field; a field that does not exist is left alone.
pub(crate) fn set(draft: &mut Draft, id: &Id, key: &str, value: Value) {
    let next = draft.document().node(id).and_then(|node| node.with_field(key, value).ok());
    next.into_iter().for_each(|node| draft.put(node));
}

/// The only component of those kinds that `near` accepts.
fn only(document: &Document, kinds: &[&str], near: &dyn Fn(&Node) -> bool) -> Option<Id> {
    let mut found = document.nodes.values().filter(|node| kinds.contains(&node.kind()) && near(node));
    let first = found.next()?.id.clone();
    found.next().is_none().then_some(first)
}

/// One subnet for each zone of a VPC, private ones first.
pub(crate) fn subnets_by_zone(document: &Document, vpc: &Id) -> Vec<Id> {
    one_for_each_zone(document, vpc, &[false, true])
}

/// One public subnet for each zone of a VPC that has one.
pub(crate) fn public_subnets_by_zone(document: &Document, vpc: &Id) -> Vec<Id> {
    one_for_each_zone(document, vpc, &[true])
}

fn one_for_each_zone(document: &Document, vpc: &Id, order: &[bool]) -> Vec<Id> {
    let mut zones: Vec<Option<Id>> = Vec::new();
    let mut out = Vec::new();
    let of = |public: bool| {
        document
            .children(Some(vpc))
            .filter(move |node| node.kind() == "subnet" && is_public(document, &node.id) == public)
    };
    for node in order.iter().flat_map(|public| of(*public)) {
        let Config::Subnet(subnet) = &node.config else { continue };
        if !zones.contains(&subnet.zone) {
            zones.push(subnet.zone.clone());
            out.push(node.id.clone());
        }
    }
    out
}

/// IPv4 blocks of VPCs, sites and Client VPN endpoints.
fn taken(document: &Document) -> Vec<IpNet> {
    let mut texts: Vec<&str> = Vec::new();
    for node in document.nodes.values() {
        match &node.config {
            Config::Vpc(vpc) => texts.extend(vpc.cidrs.iter().map(String::as_str)),
            Config::OnPremises(site) => texts.extend(site.networks.iter().map(String::as_str)),
            Config::ClientVpnEndpoint(endpoint) => texts.push(&endpoint.client_cidr),
            _ => {}
        }
    }
    texts.into_iter().filter_map(cells::cidr).collect()
}

/// The first of those blocks that overlaps nothing drawn.
fn free_block(document: &Document, order: impl Iterator<Item = String>) -> String {
    let taken = taken(document);
    let mut order = order;
    let free = |text: &String| cells::cidr(text).is_some_and(|net| !taken.iter().any(|t| overlap(t, &net)));
    order.find(free).unwrap_or_default()
}

/// The next free address of a block: `used` says what is taken.
fn free_address(block: &str, first: u128, used: &dyn Fn(&str) -> bool) -> String {
    let Some(net) = cells::cidr(block) else { return String::new() };
    let mut all = (first..first + 240).filter_map(|n| nth(&net, n)).map(|ip| ip.to_string());
    all.find(|ip| !used(ip)).unwrap_or_default()
}

/// Whether another component of that kind holds a text in a field.
fn any_text(document: &Document, own: &str, kind: &str, key: &str, text: &str) -> bool {
    document.nodes.values().filter(|node| node.kind() == kind && *node.id != *own).any(|node| {
        match node.field(key) {
            Value::Array(all) => all.iter().any(|one| one == text),
            one => one == text,
        }
    })
}

/// What a health check can be of: an instance with a public address, else a host on the internet.
fn checkable(document: &Document) -> Option<Id> {
    let public = |node: &&std::sync::Arc<Node>| match &node.config {
        Config::NetworkInterface(config) => config.private_ips.iter().any(|ip| ip.public_ip.is_some()),
        _ => false,
    };
    let host = |node: &&std::sync::Arc<Node>| node.kind() == "internet-host";
    let mut nodes = document.nodes.values();
    let interface = nodes.find(public).map(|node| node.parent.as_ref().unwrap_or(&node.id).clone());
    interface.or_else(|| document.nodes.values().find(host).map(|node| node.id.clone()))
}

/// The next address for a client of an endpoint.
pub(crate) fn client_address(document: &Document, endpoint: &str) -> String {
    let Some(Config::ClientVpnEndpoint(config)) = document.node(endpoint).map(|node| &node.config) else {
        return String::new();
    };
    free_address(&config.client_cidr, 2, &|ip| any_text(document, "", "vpn-client", "address", ip))
}

/// A VLAN that no virtual interface of a connection uses.
pub(crate) fn free_vlan(document: &Document, connection: &Id) -> u32 {
    let used = |vlan: u32| {
        document
            .children(Some(connection))
            .any(|node| matches!(&node.config, Config::VirtualInterface(vif) if vif.vlan == vlan))
    };
    (101..4094).find(|vlan| !used(*vlan)).unwrap_or(101)
}

/// A row of an interface in each of those subnets, with addresses.
pub(crate) fn interfaces(document: &Document, subnets: &[Id]) -> Vec<Value> {
    let row = |subnet: &Id| {
        let address = address::host_ipv4(document, subnet).unwrap_or_default();
        json!({"subnet": subnet.as_str(), "address": address, "ipv6": address::host_ipv6(document, subnet)
            .unwrap_or_default()})
    };
    subnets.iter().map(row).collect()
}

/// A short name people would choose.
fn base(kind: &str) -> &'static str {
    match kind {
        "vpc-peering-connection" => "peering",
        "transit-gateway" => "tgw",
        "transit-gateway-attachment" => "attachment",
        "transit-gateway-route-table" => "tgw-rtb",
        "virtual-private-gateway" => "vgw",
        "vpn-connection" => "vpn",
        "direct-connect-gateway" => "dxgw",
        "direct-connect-location" => "dx-location",
        "direct-connect-lag" => "lag",
        "direct-connect-connection" => "dx",
        "virtual-interface" => "vif",
        "on-premises" => "site",
        "on-premises-host" => "server",
        "on-premises-firewall" => "site-firewall",
        "customer-gateway" => "router",
        "client-vpn-endpoint" => "client-vpn",
        "vpn-client" => "laptop",
        "aws-service" => "aws-service",
        "gateway-endpoint" => "gateway-endpoint",
        "interface-endpoint" => "endpoint",
        "endpoint-service" => "service",
        "certificate" => "cert",
        "target-group" => "tg",
        "application-load-balancer" => "alb",
        "network-load-balancer" => "nlb",
        "gateway-load-balancer" => "gwlb",
        "gateway-load-balancer-endpoint" => "gwlbe",
        "network-firewall" => "firewall",
        "network-firewall-endpoint" => "fw-endpoint",
        "edge-location" => "edge",
        "web-acl" => "waf",
        "cloudfront-distribution" => "distribution",
        "shield-protection" => "shield",
        "api-gateway" => "api",
        "app-mesh" => "mesh",
        "global-accelerator" => "accelerator",
        "hosted-zone" => "zone",
        "health-check" => "health-check",
        "registered-domain" => "domain",
        "dns-server" => "dns",
        "resolver-endpoint" => "resolver",
        "resolver-rule" => "rule",
        "dns-firewall-rule-group" => "dns-firewall",
        _ => "thing",
    }
}

/// Adds a component of that kind with a name of its own and the given fields.
pub(crate) fn bare(
    draft: &mut Draft,
    kind: &str,
    parent: Option<&Id>,
    fields: &[(&str, Value)],
) -> Option<Id> {
    let document = draft.document();
    let mut name = base(kind).to_owned();
    // An attachment is called after what it attaches.
    let attached = fields.iter().find(|(key, _)| kind == "transit-gateway-attachment" && *key == "resource");
    if let Some(node) = attached.and_then(|(_, id)| document.node(id.as_str()?)) {
        name = format!("att-{}", node.label());
    }
    if let Some(parent) = parent.filter(|id| document.node(id).is_some_and(|node| node.kind() == "subnet")) {
        name = zoned(&name, &letter_at(document, parent));
    }
    let name = unique(document, kind, None, &name);
    let id = add(draft, name, parent, Config::default_of(kind)?);
    for (key, value) in fields {
        set(draft, &id, key, value.clone());
    }
    Some(id)
}

/// Makes one of the newer kinds in `parent`, which is legal for it.
pub(crate) fn make(draft: &mut Draft, kind: &str, parent: Option<&Id>) -> Result<Id, String> {
    let document = draft.document();
    let vpc = parent.and_then(|id| document.enclosing(id, "vpc")).map(|node| node.id.clone());
    if kind == "virtual-private-gateway"
        && vpc.as_ref().is_some_and(|vpc| document.children(Some(vpc)).any(|node| node.kind() == kind))
    {
        return Err("This VPC has a virtual private gateway already; AWS attaches one at most.".to_owned());
    }
    let id = bare(draft, kind, parent, &[]).ok_or_else(|| format!("There is no component called {kind}."))?;
    equip(draft, kind, &id, parent, vpc.as_ref());
    refer(draft, &id, vpc.as_ref());
    Ok(id)
}

/// References that can mean one thing only.
fn refer(draft: &mut Draft, id: &Id, vpc: Option<&Id>) {
    let document = draft.document();
    let Some(node) = document.node(id).cloned() else { return };
    let keys: &[(&str, &[&str], bool)] = match node.kind() {
        "vpn-connection" => &[
            ("customer_gateway", &["customer-gateway"], false),
            ("gateway", &["virtual-private-gateway", "transit-gateway"], false),
        ],
        "virtual-interface" => &[
            ("customer_gateway", &["customer-gateway"], false),
            ("gateway", &["direct-connect-gateway"], false),
        ],
        "vpn-client" => &[("endpoint", &["client-vpn-endpoint"], false)],
        "direct-connect-location" => &[("region", &["region"], false)],
        "endpoint-service" => &[("load_balancer", &["network-load-balancer", "gateway-load-balancer"], true)],
        "gateway-load-balancer-endpoint" => &[("service", &["gateway-load-balancer"], false)],
        "resolver-rule" => &[("resolver_endpoint", &["resolver-endpoint"], false)],
        "interface-endpoint" => &[("service", &["aws-service", "endpoint-service"], false)],
        _ => &[],
    };
    let near = |inside: bool, other: &Node| {
        !inside || document.enclosing(&other.id, "vpc").map(|other| &other.id) == vpc
    };
    let found: Vec<(&str, Id)> = keys
        .iter()
        .filter_map(|(key, kinds, inside)| {
            Some((*key, only(document, kinds, &|other| near(*inside, other))?))
        })
        .collect();
    for (key, target) in found {
        set(draft, id, key, Value::from(target.as_str()));
    }
    if node.kind() == "vpn-client" {
        let endpoint = draft.document().node(id).and_then(|node| match &node.config {
            Config::VpnClient(client) => client.endpoint.clone(),
            _ => None,
        });
        let address = endpoint.map_or_else(String::new, |id| client_address(draft.document(), &id));
        set(draft, id, "address", address.into());
    }
}

/// Blocks, addresses and companions of a new component.
fn equip(draft: &mut Draft, kind: &str, id: &Id, parent: Option<&Id>, vpc: Option<&Id>) {
    let document = draft.document();
    match (kind, vpc) {
        ("vpn-client", _) => {
            let used = |ip: &str| any_text(document, id, kind, "home_address", ip);
            set(draft, id, "home_address", free_address("198.51.100.0/24", 70, &used).into());
        }
        ("on-premises", _) => {
            let block = free_block(document, (10..255u8).map(|n| format!("192.168.{n}.0/24")));
            set(draft, id, "networks", json!([block]));
        }
        ("on-premises-host", _) => {
            let Some(Config::OnPremises(site)) = parent.and_then(|id| document.node(id)).map(|n| &n.config)
            else {
                return;
            };
            let block = site.networks.first().cloned().unwrap_or_default();
            let used = |ip: &str| any_text(document, id, kind, "addresses", ip);
            let address = free_address(&block, 10, &used);
            set(draft, id, "addresses", json!([address]));
        }
        ("customer-gateway", _) => {
            let ip = free_address("192.0.2.0/24", 1, &|ip| any_text(document, id, kind, "ip", ip));
            let asn = (65000..65500u32).find(|asn| !any_text(document, id, kind, "asn", &asn.to_string()));
            set(draft, id, "ip", ip.into());
            set(draft, id, "asn", asn.map_or(Value::Null, |asn| asn.to_string().into()));
        }
        ("transit-gateway", _) => {
            let asn = (64512..65000u32).find(|asn| !any_text(document, id, kind, "asn", &asn.to_string()));
            set(draft, id, "asn", asn.map_or(Value::Null, |asn| asn.to_string().into()));
            // The default table that AWS makes along with it (TGW-04).
            bare(draft, "transit-gateway-route-table", Some(id), &[("default", true.into())]);
        }
        ("virtual-interface", _) => {
            if let Some(parent) = parent {
                let vlan = free_vlan(document, parent);
                set(draft, id, "vlan", vlan.into());
            }
        }
        ("aws-service", _) => {
            // Addresses of documents about AWS, so that they are recognised.
            let known = [("s3", "52.216.0.10"), ("dynamodb", "52.94.0.10"), ("sqs", "54.239.98.10")];
            let free = known.into_iter().find(|(name, _)| !any_text(document, id, kind, "service", name));
            let (name, address) = free.unwrap_or(("service", ""));
            if let Some(node) = document.node(id) {
                let name = unique(document, kind, None, name);
                let node = Node { name, ..(**node).clone() };
                draft.put(node);
            }
            set(draft, id, "service", name.into());
            set(draft, id, "addresses", json!([address]));
            // Gateway endpoints lead to the prefix list of their service (GWE-02).
            let list = match name {
                "s3" => "52.216.0.0/15",
                "dynamodb" => "52.94.0.0/22",
                _ => return,
            };
            let title = unique(draft.document(), "prefix-list", parent, &format!("pl-{name}"));
            let made = add(draft, title, parent, Config::PrefixList(Default::default()));
            set(draft, &made, "entries", json!([{"cidr": list}]));
            set(draft, &made, "aws_managed", true.into());
            set(draft, id, "prefix_list", made.as_str().into());
        }
        ("global-accelerator", _) => {
            let used = |ip: &str| any_text(document, id, kind, "addresses", ip);
            let first = free_address("203.0.113.192/26", 8, &used);
            let second = free_address("203.0.113.192/26", 8, &|ip| used(ip) || ip == first);
            set(draft, id, "addresses", json!([first, second]));
            set(draft, id, "listeners", json!([{"protocol": "tcp", "ports": "443"}]));
        }
        ("cloudfront-distribution", _) => {
            let used = |ip: &str| any_text(document, id, kind, "addresses", ip);
            let facing = |ip: &str| any_text(document, id, kind, "origin_facing_address", ip);
            let address = free_address("203.0.113.128/26", 16, &used);
            let origin_facing = free_address("130.176.0.0/24", 10, &facing);
            set(draft, id, "addresses", json!([address]));
            set(draft, id, "origin_facing_address", origin_facing.into());
        }
        ("api-gateway", _) => {
            let used = |ip: &str| any_text(document, id, kind, "addresses", ip);
            set(draft, id, "addresses", json!([free_address("203.0.113.64/26", 16, &used)]));
            set(draft, id, "routes", json!([{"method": "ANY", "path": "/{proxy+}", "integration": "mock"}]));
        }
        ("gateway-endpoint", Some(vpc)) => {
            let gate = |node: &&std::sync::Arc<Node>| matches!(&node.config, Config::AwsService(s) if matches!(s.service.as_str(), "s3" | "dynamodb"));
            let service = document.nodes.values().find(gate).map(|node| Value::from(node.id.as_str()));
            let tables: Value = document
                .children(Some(vpc))
                .filter(|node| node.kind() == "route-table")
                .map(|node| Value::from(node.id.as_str()))
                .collect();
            set(draft, id, "service", service.unwrap_or(Value::Null));
            set(draft, id, "route_tables", tables);
        }
        ("application-load-balancer" | "network-load-balancer", Some(vpc)) => {
            balance::equip(draft, kind, id, vpc);
        }
        ("interface-endpoint", Some(vpc)) => {
            let rows = interfaces(document, &subnets_by_zone(document, vpc));
            let blocks = match document.node(vpc).map(|node| &node.config) {
                Some(Config::Vpc(config)) => config.cidrs.clone(),
                _ => Vec::new(),
            };
            set(draft, id, "interfaces", rows.into());
            let inbound = blocks.iter().map(|block| rule("tcp", "443", block)).collect();
            let group = group(draft, vpc, &format!("sg-{}", base(kind)), inbound);
            set(draft, id, "security_groups", json!([group.as_str()]));
        }
        ("hosted-zone" | "registered-domain", _) => {
            // Names of RFC 2606, so that nobody's own domain is drawn by accident.
            let taken = |name: &str| any_text(document, id, kind, "domain_name", name);
            let name = ["example.com", "example.org", "example.net"].into_iter().find(|name| !taken(name));
            set(draft, id, "domain_name", name.unwrap_or("example").into());
        }
        ("health-check", _) => {
            if let Some(target) = checkable(document) {
                set(draft, id, "target", target.as_str().into());
            }
        }
        ("resolver-rule", _) => {
            let vpcs: Value = document
                .children(parent.map(Id::as_str))
                .filter(|node| node.kind() == "vpc")
                .map(|node| Value::from(node.id.as_str()))
                .collect();
            set(draft, id, "domain_name", "corp.example".into());
            set(draft, id, "vpcs", vpcs);
        }
        ("resolver-endpoint", Some(vpc)) => {
            let rows = interfaces(document, &subnets_by_zone(document, vpc));
            set(draft, id, "interfaces", rows.into());
            let inbound = ["udp", "tcp"].map(|protocol| rule(protocol, "53", "0.0.0.0/0")).into();
            let group = group(draft, vpc, "sg-resolver", inbound);
            set(draft, id, "security_groups", json!([group.as_str()]));
        }
        ("gateway-load-balancer", Some(vpc)) => {
            let subnets: Vec<String> =
                subnets_by_zone(document, vpc).iter().map(ToString::to_string).collect();
            let targets: Vec<&str> = document
                .nodes
                .values()
                .filter(|node| matches!(&node.config, Config::Instance(i) if i.role != "host"))
                .filter(|node| document.enclosing(&node.id, "vpc").is_some_and(|other| &other.id == vpc))
                .map(|node| node.id.as_str())
                .collect();
            let targets = Value::from(targets);
            set(draft, id, "subnets", subnets.into());
            set(draft, id, "targets", targets);
        }
        ("network-firewall-endpoint", Some(vpc)) => {
            let known = document.children(Some(vpc)).find(|node| node.kind() == "network-firewall");
            let firewall = match known.map(|node| node.id.clone()) {
                Some(known) => Some(known),
                None => bare(draft, "network-firewall", Some(vpc), &[]),
            };
            set(draft, id, "firewall", firewall.map_or(Value::Null, |id| id.as_str().into()));
        }
        ("client-vpn-endpoint", _) => {
            let order = (0..=255u8).step_by(4).map(|n| format!("10.200.{n}.0/22"));
            let block = free_block(document, order.chain(["172.30.0.0/22".to_owned()]));
            set(draft, id, "client_cidr", block.into());
            let Some(vpc) = vpc else { return };
            let document = draft.document();
            let subnet = subnets_by_zone(document, vpc).into_iter().next();
            let address = subnet.as_ref().and_then(|subnet| address::host_ipv4(document, subnet));
            let to = match document.node(vpc).map(|node| &node.config) {
                Some(Config::Vpc(config)) => config.cidrs.first().cloned().unwrap_or_default(),
                _ => String::new(),
            };
            if let Some(subnet) = subnet {
                let row = json!({"subnet": subnet.as_str(), "address": address.unwrap_or_default()});
                set(draft, id, "associations", json!([row]));
            }
            set(draft, id, "authorization_rules", json!([{"destination": to}]));
            let group = default_group(draft, vpc);
            set(draft, id, "security_groups", json!([group.as_str()]));
        }
        _ => {}
    }
}

/// Gives the rows of an endpoint or load balancer addresses of the subnets they name now.
pub(crate) fn readdress(draft: &mut Draft, id: &Id, key: &str) {
    let Some(node) = draft.document().node(id) else { return };
    let mut rows = rows_of(node, key);
    // Their own old addresses must not count as taken.
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        row.remove("address");
        row.remove("ipv6");
    }
    for at in 0..rows.len() {
        set(draft, id, key, rows.clone().into());
        let document = draft.document();
        let Some(Value::Object(row)) = rows.get_mut(at) else { continue };
        let Some(subnet) = row.get("subnet").and_then(Value::as_str).map(str::to_owned) else { continue };
        for (cell, free) in [
            ("address", address::host_ipv4(document, &subnet)),
            ("ipv6", address::host_ipv6(document, &subnet)),
        ] {
            free.into_iter().for_each(|free| drop(row.insert(cell.to_owned(), free.into())));
        }
    }
    let faces =
        rows.iter().any(|row| row.get("public_ip").and_then(Value::as_str).is_some_and(|ip| !ip.is_empty()));
    set(draft, id, key, rows.into());
    if faces && key == "interfaces" {
        balance::publish(draft, id);
    }
}
