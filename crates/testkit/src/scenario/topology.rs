//! The change language, applied: from lines to drawings.

use hopscope_aws::{Config, Document, Field, FieldKind, Id, Node};
use serde_json::{Map, Value, json};

use super::change::{Change, Host, Rule, parse, usage};

impl Change {
    /// Applies the change.
    ///
    /// # Errors
    /// A sentence when it names something that is not drawn, or a field that does not exist.
    pub fn apply(&self, document: &mut Document) -> Result<(), String> {
        match self {
            Self::Each(changes) => changes.iter().try_for_each(|change| change.apply(document)),
            Self::Add { kind, id, parent, fields } => {
                if document.node(id).is_some() {
                    return Err(format!("{id} is drawn already"));
                }
                let config = Config::default_of(kind).ok_or_else(|| format!("no kind {kind}"))?;
                if let Some(parent) = parent {
                    node(document, parent)?;
                }
                let mut new = Node {
                    id: Id::from(id.as_str()),
                    name: String::new(),
                    parent: parent.as_deref().map(Id::from),
                    config,
                };
                for (key, value) in fields {
                    new = with(&new, key, value)?;
                }
                document.put(new);
                Ok(())
            }
            Self::Delete(id) => {
                node(document, id)?;
                let mut doomed = vec![id.clone()];
                while let Some(id) = doomed.pop() {
                    doomed.extend(document.children(Some(&id)).map(|child| child.id.to_string()));
                    document.nodes.shift_remove(id.as_str());
                }
                Ok(())
            }
            Self::Set { id, key, value } => {
                let changed = if key == "name" {
                    Node { name: value.clone(), ..node(document, id)? }
                } else {
                    with(&node(document, id)?, key, value)?
                };
                document.put(changed);
                Ok(())
            }
            Self::Unset { id, key } => {
                let changed = node(document, id)?.with_field(key, Value::Null)?;
                document.put(changed);
                Ok(())
            }
            Self::Move { id, parent } => {
                if let Some(parent) = parent {
                    node(document, parent)?;
                }
                let moved = Node { parent: parent.as_deref().map(Id::from), ..node(document, id)? };
                document.put(moved);
                Ok(())
            }
            Self::Route { table, destination, target, propagated, append } => {
                edit(document, table, "routes", |rows| {
                    let row =
                        json!({ "destination": destination, "target": target, "propagated": propagated });
                    let same = |row: &Value| {
                        row.get("destination").and_then(Value::as_str) == Some(destination)
                            && row.get("propagated").and_then(Value::as_bool).unwrap_or(false) == *propagated
                    };
                    match rows.iter_mut().find(|row| !append && same(row)) {
                        Some(old) => *old = row,
                        None => rows.push(row),
                    }
                    Ok(())
                })
            }
            Self::NoRoute { table, destination } => edit(document, table, "routes", |rows| {
                let before = rows.len();
                rows.retain(|row| row.get("destination").and_then(Value::as_str) != Some(destination));
                if rows.len() == before { Err(format!("{table} has no route {destination}")) } else { Ok(()) }
            }),
            Self::NoRoutes(table) => edit(document, table, "routes", |rows| {
                rows.clear();
                Ok(())
            }),
            Self::Row { id, field, cells } => {
                let columns = columns(&node(document, id)?, field)?;
                let mut row = Map::new();
                for (key, text) in cells {
                    let kind = columns.iter().find(|column| column.key == key).map(|column| column.kind);
                    let kind = kind.ok_or_else(|| format!("a row of {field} has no {key}"))?;
                    row.insert(key.clone(), value(kind, text)?);
                }
                let first = columns.first().map_or("", |column| column.key);
                edit(document, id, field, |rows| {
                    let same = |old: &&mut Value| row.contains_key(first) && old.get(first) == row.get(first);
                    match rows.iter_mut().find(same) {
                        Some(Value::Object(old)) => old.extend(row.clone()),
                        _ => rows.push(Value::Object(row.clone())),
                    }
                    Ok(())
                })
            }
            Self::Record { zone, name, kind, cells } => {
                let columns = columns(&node(document, zone)?, "records")?;
                let name = if name == "@" { "" } else { name.as_str() };
                let mut row = Map::from_iter([
                    ("name".to_owned(), Value::from(name)),
                    ("record_type".to_owned(), Value::from(kind.as_str())),
                ]);
                for (key, text) in cells {
                    let kind = columns.iter().find(|column| column.key == key).map(|column| column.kind);
                    let kind = kind.ok_or_else(|| format!("a record has no {key}"))?;
                    row.insert(key.clone(), value(kind, text)?);
                }
                let key = |row: &Map<String, Value>| {
                    ["name", "record_type", "set_id"]
                        .map(|key| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned())
                };
                edit(document, zone, "records", |rows| {
                    let same = |old: &&mut Value| old.as_object().is_some_and(|old| key(old) == key(&row));
                    match rows.iter_mut().find(same) {
                        Some(old) => *old = Value::Object(row.clone()),
                        None => rows.push(Value::Object(row.clone())),
                    }
                    Ok(())
                })
            }
            Self::NoRecord { zone, name, kind } => edit(document, zone, "records", |rows| {
                let name = if name == "@" { "" } else { name.as_str() };
                let is = |row: &Value, key: &str, text: &str| {
                    row.get(key).and_then(Value::as_str).unwrap_or_default() == text
                };
                let before = rows.len();
                rows.retain(|row| !(is(row, "name", name) && is(row, "record_type", kind)));
                if rows.len() == before { Err(format!("{zone} has no {kind} record {name}")) } else { Ok(()) }
            }),
            Self::NoRow { id, field, value } => {
                let columns = columns(&node(document, id)?, field)?;
                let first = columns.first().map_or("", |column| column.key);
                edit(document, id, field, |rows| {
                    let before = rows.len();
                    rows.retain(|row| match row.get(first) {
                        Some(Value::String(text)) => text != value,
                        Some(other) => other.to_string().as_str() != value,
                        // Empty: no word names it.
                        None => true,
                    });
                    if rows.len() == before { Err(format!("{id} has no {field} {value}")) } else { Ok(()) }
                })
            }
            Self::Rules { acl: false, id, lists, rules, append } => lists.keys().iter().try_for_each(|key| {
                edit(document, id, key, |rows| {
                    if !append {
                        rows.clear();
                    }
                    rows.extend(rules.iter().flat_map(Rule::group_rows));
                    Ok(())
                })
            }),
            Self::Rules { acl: true, id, lists, rules, append } => {
                let acl = own_acl(document, id)?;
                lists.keys().iter().try_for_each(|key| {
                    edit(document, &acl, key, |rows| {
                        if !append {
                            rows.clear();
                        }
                        for rule in rules {
                            rule.acl_rows(rows);
                        }
                        Ok(())
                    })
                })
            }
            Self::Host(host) => host.apply(document),
            Self::Eip { address, target, private } => {
                let region = document.nodes.values().find(|node| node.kind() == "region");
                let region = region.map(|node| node.id.to_string());
                let mut fields = vec![("address".to_owned(), address.clone())];
                fields.extend(target.iter().map(|target| ("target".to_owned(), target.clone())));
                fields.extend(private.iter().map(|private| ("private_ip".to_owned(), private.clone())));
                let id = format!("eip-{address}");
                Self::Add { kind: "elastic-ip".to_owned(), id, parent: region, fields }.apply(document)
            }
        }
    }
}

impl Rule {
    fn peers(&self) -> Vec<&str> {
        if self.peer.is_empty() { vec!["0.0.0.0/0", "::/0"] } else { vec![self.peer.as_str()] }
    }

    fn group_rows(&self) -> Vec<Value> {
        let row = |peer| json!({ "protocol": self.protocol, "ports": self.ports, "peer": peer });
        self.peers().into_iter().map(row).collect()
    }

    /// Rules without a number continue the list in steps of ten; a second family takes the next.
    fn acl_rows(&self, rows: &mut Vec<Value>) {
        let last = rows.iter().filter_map(|row| row.get("number").and_then(Value::as_u64)).max();
        let start = self.number.map_or(last.map_or(100, |last| (last / 10 + 1) * 10), u64::from);
        for (number, cidr) in (start..).zip(self.peers()) {
            rows.push(json!({
                "number": number, "action": self.action, "protocol": self.protocol,
                "ports": self.ports, "cidr": cidr,
            }));
        }
    }
}

impl Host {
    fn apply(&self, document: &mut Document) -> Result<(), String> {
        let Self { id, subnet, .. } = self;
        let vpc = document.enclosing(subnet, "vpc").map(|vpc| vpc.id.to_string());
        let vpc = vpc.ok_or_else(|| format!("{subnet} is in no VPC"))?;
        let lines = match &self.group {
            Some(_) => vec![],
            None => vec![format!("add security-group sg-{id} in {vpc}"), format!("sg sg-{id} both: all")],
        };
        let (v6, v4): (Vec<&str>, Vec<&str>) =
            self.addresses.iter().map(String::as_str).partition(|address| address.contains(':'));
        let group = self.group.clone().unwrap_or_else(|| format!("sg-{id}"));
        let list = |key: &str, items: &[&str]| {
            if items.is_empty() { String::new() } else { format!("{key}={}", items.join(",")) }
        };
        let role = self.role.as_deref().map_or(String::new(), |role| format!("role={role}"));
        let check = if self.unchecked { "source_dest_check=off" } else { "" };
        let (v4, v6) = (list("private_ips", &v4), list("ipv6", &v6));
        let mut lines: Vec<String> = lines;
        lines.push(format!("add instance {id} in {subnet} {role}"));
        lines.push(format!(
            "add network-interface eni-{id} in {id} security_groups={group} {v4} {v6} {check}"
        ));
        lines.extend(self.eip.iter().map(|address| format!("eip {address} on eni-{id}")));
        lines.iter().try_for_each(|line| parse(line)?.apply(document))
    }
}

fn node(document: &Document, id: &str) -> Result<Node, String> {
    document.node(id).map(|node| (**node).clone()).ok_or_else(|| format!("nothing drawn is called {id}"))
}

/// The ACL a change speaks of: itself, or a subnet's own one, made as a copy of the default.
fn own_acl(document: &mut Document, id: &str) -> Result<String, String> {
    let subject = node(document, id)?;
    if matches!(subject.kind(), "network-acl" | "on-premises-firewall") {
        return Ok(id.to_owned());
    }
    let vpc = document.enclosing(id, "vpc").map(|vpc| vpc.id.to_string());
    let (Some(vpc), "subnet") = (vpc, subject.kind()) else {
        return Err(format!("{id} is neither a network ACL nor a subnet in a VPC"));
    };
    let acl = format!("acl-{id}");
    if document.node(&acl).is_none() {
        for line in [
            format!("add network-acl {acl} in {vpc}"),
            format!("acl {acl} both: all"),
            format!("set {id} network_acl {acl}"),
        ] {
            parse(&line)?.apply(document)?;
        }
    }
    Ok(acl)
}

/// The columns of a field that holds rows.
fn columns(node: &Node, key: &str) -> Result<&'static [Field], String> {
    match node.config.spec().fields.iter().find(|field| field.key == key).map(|field| field.kind) {
        Some(FieldKind::Rows(rows)) => Ok(rows.columns),
        _ => Err(format!("a {} has no rows {key}", node.kind())),
    }
}

/// Edits a list of rows in one field.
fn edit(
    document: &mut Document,
    id: &str,
    key: &str,
    change: impl FnOnce(&mut Vec<Value>) -> Result<(), String>,
) -> Result<(), String> {
    let node = node(document, id)?;
    if !node.config.spec().fields.iter().any(|field| field.key == key) {
        return Err(format!("{id} is a {} and has no {key}", node.kind()));
    }
    let mut rows = match node.field(key) {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    };
    change(&mut rows)?;
    document.put(node.with_field(key, Value::Array(rows))?);
    Ok(())
}

/// A node with one field replaced by a value written as text.
fn with(node: &Node, key: &str, text: &str) -> Result<Node, String> {
    let kind = node.config.spec().fields.iter().find(|field| field.key == key).map(|field| field.kind);
    let changed = match kind {
        Some(kind) => node.with_field(key, value(kind, text)?)?,
        // A member that forms do not show: text, a flag, or a list of texts.
        None => {
            let plain = flag(text).map_or_else(|| Value::String(text.to_owned()), Value::Bool);
            let list: Value = text.split(',').map(str::trim).map(Value::from).collect();
            node.with_field(key, plain).or_else(|_| node.with_field(key, list))?
        }
    };
    // Documents ignore unknown members; a misspelt field in a scenario must not.
    if kind.is_none() && changed.field(key).is_null() {
        return Err(format!("a {} has no field {key}", node.kind()));
    }
    Ok(changed)
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "on" | "yes" | "true" => Some(true),
        "off" | "no" | "false" => Some(false),
        _ => None,
    }
}

fn value(kind: FieldKind, text: &str) -> Result<Value, String> {
    let items = || text.split(',').map(str::trim).filter(|item| !item.is_empty());
    Ok(match kind {
        FieldKind::Flag => {
            Value::Bool(flag(text).ok_or_else(|| format!("\"{text}\" is neither on nor off"))?)
        }
        FieldKind::Number => {
            Value::from(text.parse::<u64>().map_err(|_| format!("\"{text}\" is not a whole number"))?)
        }
        FieldKind::Text
        | FieldKind::Choice(_)
        | FieldKind::Cidr4
        | FieldKind::Cidr6
        | FieldKind::Address
        | FieldKind::Ref(_) => Value::String(text.to_owned()),
        FieldKind::Cidr4List
        | FieldKind::Cidr6List
        | FieldKind::AddressList
        | FieldKind::TextList
        | FieldKind::RefList(_) => items().map(Value::from).collect(),
        FieldKind::Rows(_) => return Err("write rows with \"row ID FIELD key=value …\"".to_owned()),
        FieldKind::PrivateAddresses => items()
            .map(|item| match item.trim_end_matches(')').split_once('(') {
                Some((address, public)) => json!({ "address": address, "public_ip": public }),
                None => json!({ "address": item }),
            })
            .collect(),
        FieldKind::PrefixListEntries => items().map(|cidr| json!({ "cidr": cidr })).collect(),
        FieldKind::PortForwards => items()
            .map(|item| {
                let (port, to) = item.split_once("->")?;
                let (to, to_port) = to.rsplit_once(':')?;
                let (port, to_port) = (port.parse::<u16>().ok()?, to_port.parse::<u16>().ok()?);
                Some(json!({ "port": port, "to": to, "to_port": to_port }))
            })
            .collect::<Option<Vec<_>>>()
            .map(Value::Array)
            .ok_or_else(|| usage("PORT->ADDRESS:PORT", text))?,
        FieldKind::SecurityGroupRules | FieldKind::NetworkAclRules | FieldKind::Routes => {
            return Err("write rules with \"sg\" or \"acl\", routes with \"route\"".to_owned());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(lines: &[&str]) -> Result<Document, String> {
        let mut document = Document::default();
        for line in lines {
            parse(line)?.apply(&mut document)?;
        }
        Ok(document)
    }

    const BASE: [&str; 4] = [
        "add region R1",
        "add vpc V in R1 cidrs=10.0.0.0/16,10.5.0.0/16",
        "add subnet s in V cidr=10.0.0.0/24",
        "add route-table rt in V",
    ];

    fn on_base(more: &[&str]) -> Result<Document, String> {
        draw(&BASE.iter().chain(more).copied().collect::<Vec<_>>())
    }

    #[test]
    fn fields_are_read_by_their_kind() {
        let document = on_base(&["set s auto_assign_public_ipv4 on"]).unwrap();
        let field = |id: &str, key: &str| document.node(id).unwrap().field(key);
        assert_eq!(field("V", "cidrs"), json!(["10.0.0.0/16", "10.5.0.0/16"]));
        assert_eq!(field("s", "auto_assign_public_ipv4"), json!(true));
    }

    #[test]
    fn routes_are_replaced_appended_and_removed() {
        let routes = |more: &[&str]| {
            let document = on_base(more).unwrap();
            let rows = document.node("rt").unwrap().field("routes");
            let rows = rows.as_array().cloned().unwrap_or_default();
            rows.iter().map(|r| r["target"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(routes(&["route rt 0.0.0.0/0 -> a", "route rt 0.0.0.0/0 -> b"]), ["b"]);
        assert_eq!(routes(&["route rt 0.0.0.0/0 -> a", "add route rt 0.0.0.0/0 -> b"]), ["a", "b"]);
        assert_eq!(routes(&["route rt 0.0.0.0/0 -> a propagated", "route rt 0.0.0.0/0 -> b"]), ["a", "b"]);
        assert!(routes(&["route rt 0.0.0.0/0 -> a", "no route rt 0.0.0.0/0"]).is_empty());
        assert_eq!(routes(&["for 0..299: route rt 10.{n/256}.{n%256}.0/24 -> t{n}"]).len(), 300);
    }

    #[test]
    fn records_are_set_by_name_and_type() {
        let records = |more: &[&str]| {
            let zone = ["add hosted-zone z domain_name=example.com"];
            let document = draw(&zone.iter().chain(more).copied().collect::<Vec<_>>()).unwrap();
            document.node("z").unwrap().field("records")
        };
        let two = records(&["record z www A 10.0.0.1, 10.0.0.2 ttl=60", "record z www AAAA 2001:db8::1"]);
        assert_eq!(two[0]["values"], json!("10.0.0.1, 10.0.0.2"));
        assert_eq!((two[0]["ttl"].as_u64(), two[1]["record_type"].as_str()), (Some(60), Some("AAAA")));
        let one = records(&["record z @ MX 10 mail.example.com", "record z @ MX 20 mail.example.com"]);
        assert_eq!(
            (one.as_array().map(Vec::len), &one[0]["values"]),
            (Some(1), &json!("20 mail.example.com"))
        );
        let none = records(&["record z www A 10.0.0.1", "no record z www A"]);
        assert_eq!(none, Value::Null);
    }

    #[test]
    fn rows_are_added_changed_and_removed() {
        let base = ["add transit-gateway t in R1", "add transit-gateway-attachment a in t"];
        let rows = |id: &str, field: &str, more: &[&str]| {
            let document = on_base(&base.iter().chain(more).copied().collect::<Vec<_>>()).unwrap();
            document.node(id).unwrap().field(field)
        };
        let peers = |more: &[&str]| rows("a", "connect_peers", more);
        let first = "row a connect_peers name=fw+one asn=65001";
        let changed = json!([{ "name": "fw one", "asn": "65002", "state": "up" }]);
        assert_eq!(peers(&[first, "row a connect_peers name=fw+one asn=65002"]), changed);
        assert_eq!(peers(&[first, "no row a connect_peers fw+one"]), Value::Null);
        let numbers = rows(
            "nfw",
            "stateless_rules",
            &[
                "add network-firewall nfw in V",
                "row nfw stateless_rules priority=1 action=pass",
                "row nfw stateless_rules priority=2 action=drop",
                "no row nfw stateless_rules 1",
            ],
        );
        assert_eq!(numbers.as_array().map(Vec::len), Some(1), "{numbers}");
    }

    #[test]
    fn a_host_brings_interface_and_group() {
        let document = on_base(&["host h 10.0.0.9,2001:db8::9 in s eip 203.0.113.9 check off"]).unwrap();
        let field = |id: &str, key: &str| document.node(id).unwrap().field(key);
        assert_eq!(field("eni-h", "private_ips"), json!([{ "address": "10.0.0.9" }]));
        assert_eq!(field("eni-h", "ipv6"), json!(["2001:db8::9"]));
        assert_eq!(field("eni-h", "source_dest_check"), json!(false));
        assert_eq!(field("eip-203.0.113.9", "target"), json!("eni-h"));
        assert_eq!(field("sg-h", "inbound").as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_subnet_gets_an_acl_of_its_own() {
        let document = on_base(&["acl s in: 90 deny tcp 22 from 0.0.0.0/0; allow all"]).unwrap();
        assert_eq!(document.node("s").unwrap().field("network_acl"), json!("acl-s"));
        let inbound = document.node("acl-s").unwrap().field("inbound");
        let numbers: Vec<u64> =
            inbound.as_array().unwrap().iter().map(|r| r["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [90, 100, 101]);
        assert_eq!(document.node("acl-s").unwrap().field("outbound").as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn deleting_takes_contents_and_leaves_references() {
        let document =
            on_base(&["set s route_table rt", "host h 10.0.0.9 in s", "delete h", "delete rt"]).unwrap();
        assert!(document.node("eni-h").is_none());
        assert_eq!(document.node("s").unwrap().field("route_table"), json!("rt"));
    }

    #[test]
    fn mistakes_are_sentences() {
        let problem = |line: &str| on_base(&[line]).unwrap_err();
        assert_eq!(problem("set s colour red"), "a subnet has no field colour");
        assert_eq!(problem("set nobody cidr x"), "nothing drawn is called nobody");
        assert_eq!(problem("add gizmo g"), "there is no component kind \"gizmo\"");
        assert_eq!(problem("add subnet s in V"), "s is drawn already");
        assert_eq!(problem("no route rt 0.0.0.0/0"), "rt has no route 0.0.0.0/0");
        assert_eq!(problem("set s auto_assign_public_ipv4 maybe"), "\"maybe\" is neither on nor off");
        assert_eq!(problem("route s 0.0.0.0/0 -> x"), "s is a subnet and has no routes");
        assert!(problem("no row rt routes").contains("expected \"no row ID FIELD VALUE\""));
        assert!(problem("no routes").contains("expected \"no routes TABLE\""));
        assert!(problem("frobnicate x").contains("is no change"));
        assert!(problem("sg rt in: tcp").contains("has no inbound"));
        assert!(problem("acl s in: tcp 443").contains("expected \"[NUMBER] allow|deny"));
    }
}
