//! Reads rows copied from a spreadsheet or the AWS console: by what the cells are, so that the
//! order of columns and extra columns do not matter.

use hopscope_aws::{Config, Document, FieldKind, Id, cells};
use hopscope_net::{PortRange, Protocol};
use serde_json::{Value, json};

use crate::rows::table_field;

/// What became of pasted text: rows, and lines that are not rows. Nothing is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pasted {
    /// Rows that can be added.
    pub rows: Vec<Value>,
    /// Lines that could not be read.
    pub problems: Vec<LineProblem>,
}

/// A pasted line that is not a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    /// Line number, from 1.
    pub line: usize,
    /// The line as it was.
    pub text: String,
    /// What is wrong and what is expected.
    pub problem: String,
}

/// Words that only a line of headings holds.
const HEADINGS: [&str; 16] = [
    "destination",
    "target",
    "source",
    "protocol",
    "ports",
    "port",
    "port range",
    "rule",
    "rule #",
    "rule number",
    "cidr",
    "entry",
    "type",
    "peer",
    "number",
    "address",
];

/// What the AWS console calls common kinds of traffic.
const TYPES: [(&str, &str, &str); 19] = [
    ("all traffic", "all", "all"),
    ("all tcp", "tcp", "0-65535"),
    ("all udp", "udp", "0-65535"),
    ("all icmp - ipv4", "icmp", "all"),
    ("all icmp - ipv6", "icmpv6", "all"),
    ("ssh", "tcp", "22"),
    ("smtp", "tcp", "25"),
    ("dns (udp)", "udp", "53"),
    ("dns (tcp)", "tcp", "53"),
    ("http", "tcp", "80"),
    ("http*", "tcp", "8080"),
    ("https", "tcp", "443"),
    ("ldap", "tcp", "389"),
    ("mssql", "tcp", "1433"),
    ("nfs", "tcp", "2049"),
    ("mysql/aurora", "tcp", "3306"),
    ("rdp", "tcp", "3389"),
    ("redshift", "tcp", "5439"),
    ("postgresql", "tcp", "5432"),
];

/// Reads pasted rows for a table field of a component.
///
/// # Errors
/// A sentence when there is no such table.
pub fn parse(document: &Document, id: &str, key: &str, text: &str) -> Result<Pasted, String> {
    let node = document.node(id).ok_or_else(|| format!("There is no component \"{id}\"."))?;
    let kind = table_field(node, key)?;
    let vpc = document.enclosing(id, "vpc").map(|vpc| vpc.id.clone());
    let mut out = Pasted::default();
    let mut first = true;
    for (index, line) in text.lines().enumerate() {
        let cells = split(line);
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let heading = std::mem::take(&mut first) && is_heading(&cells);
        if heading {
            continue;
        }
        match row(document, vpc.as_ref(), kind, &cells) {
            Ok(rows) => out.rows.extend(rows),
            Err(problem) => {
                out.problems.push(LineProblem { line: index + 1, text: line.to_owned(), problem })
            }
        }
    }
    Ok(out)
}

fn is_heading(cells: &[String]) -> bool {
    let words = cells.iter().map(|cell| cell.to_lowercase());
    let known = words.filter(|word| HEADINGS.contains(&word.as_str())).count();
    known >= 1 && !cells.iter().any(|cell| cells::cidr(cell).is_some())
}

/// Cells of a line: by tabs, else by commas or semicolons (with quotes), else by spaces.
fn split(line: &str) -> Vec<String> {
    let delimiter = ['\t', ';', ','].into_iter().find(|c| line.contains(*c));
    let Some(delimiter) = delimiter else {
        return line.split_whitespace().map(str::to_owned).collect();
    };
    let mut out = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            c if c == delimiter && !quoted => out.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    out.push(cell);
    // The console writes a dash where there is nothing.
    out.iter()
        .map(|cell| cell.trim())
        .map(|cell| if matches!(cell, "-" | "–" | "—") { "" } else { cell }.to_owned())
        .collect()
}

fn row(
    document: &Document,
    vpc: Option<&Id>,
    kind: FieldKind,
    cells: &[String],
) -> Result<Vec<Value>, String> {
    match kind {
        FieldKind::Routes => route(document, vpc, cells),
        FieldKind::SecurityGroupRules => rule(document, vpc, cells).map(|row| vec![row]),
        FieldKind::NetworkAclRules => acl_rule(cells),
        FieldKind::PrefixListEntries => {
            let (at, block) = block_in(cells).ok_or("No CIDR block such as 10.0.0.0/16 in this line.")?;
            let rest = rest_of(cells, &[at]);
            Ok(vec![json!({"cidr": block, "description": rest})])
        }
        FieldKind::PrivateAddresses => {
            let mut addresses = cells.iter().filter(|cell| cell.parse::<std::net::Ipv4Addr>().is_ok());
            let private = addresses.next().ok_or("No IPv4 address in this line.")?;
            Ok(vec![match addresses.next() {
                Some(public) => json!({"address": private, "public_ip": public}),
                None => json!({"address": private}),
            }])
        }
        FieldKind::PortForwards => {
            let port = |cell: Option<&String>| cell.and_then(|cell| cell.parse::<u16>().ok());
            match (port(cells.first()), cells.get(1), port(cells.get(2))) {
                (Some(from), Some(to), Some(to_port)) => {
                    Ok(vec![json!({"port": from, "to": to, "to_port": to_port})])
                }
                _ => Err("Expected port, address, port.".to_owned()),
            }
        }
        FieldKind::Cidr4List | FieldKind::Cidr6List | FieldKind::AddressList => cells
            .iter()
            .filter(|cell| !cell.is_empty())
            .map(|cell| match cells::cidr(cell) {
                Some(_) => Ok(Value::String(cell.clone())),
                None => Err(format!("\"{cell}\" is neither an address nor a CIDR block.")),
            })
            .collect(),
        FieldKind::RefList(kind) => cells
            .iter()
            .filter(|cell| !cell.is_empty())
            .map(|cell| {
                named(document, vpc, cell, &[kind])
                    .map(Value::String)
                    .ok_or(format!("No {} is called \"{cell}\".", crate::names::noun(kind)))
            })
            .collect(),
        // Tables that a component declares by itself are read by position; names of things by name.
        FieldKind::Rows(table) => {
            let mut row = serde_json::Map::new();
            for (column, cell) in table.columns.iter().zip(cells) {
                let value = match column.kind {
                    FieldKind::Ref(kinds) if !cell.is_empty() => {
                        let known = named(document, None, cell, kinds);
                        let word = kinds.contains(&cell.as_str()).then(|| cell.clone());
                        let id = known.or(word).ok_or_else(|| format!("Nothing is called \"{cell}\"."))?;
                        Value::String(id)
                    }
                    kind => crate::rows::table_cell(kind, cell)?,
                };
                if !value.is_null() && !cell.is_empty() {
                    row.insert(column.key.to_owned(), value);
                }
            }
            Ok(vec![Value::Object(row)])
        }
        FieldKind::TextList => {
            Ok(cells.iter().filter(|cell| !cell.is_empty()).cloned().map(Value::from).collect())
        }
        _ => Err("This field is no table.".to_owned()),
    }
}

fn block_in(cells: &[String]) -> Option<(usize, String)> {
    cells
        .iter()
        .enumerate()
        .find(|(_, cell)| cells::cidr(cell).is_some())
        .map(|(at, cell)| (at, cell.clone()))
}

fn rest_of(cells: &[String], used: &[usize]) -> String {
    let rest = cells.iter().enumerate().filter(|(at, cell)| !used.contains(at) && !cell.is_empty());
    rest.map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(" ")
}

/// The id of a component written as id, as name, or as the console writes it ("sg-1 / web").
fn named(document: &Document, vpc: Option<&Id>, text: &str, kinds: &[&str]) -> Option<String> {
    for part in text.split(" / ").map(str::trim) {
        let part = part.split(" (").next().unwrap_or(part);
        if document.node(part).is_some_and(|node| kinds.is_empty() || kinds.contains(&node.kind())) {
            return Some(part.to_owned());
        }
        let mut by_name = document
            .nodes
            .values()
            .filter(|node| node.name == part && (kinds.is_empty() || kinds.contains(&node.kind())));
        let near = by_name.clone().find(|node| vpc.is_some() && node.parent.as_ref() == vpc);
        if let Some(node) = near.or_else(|| by_name.next()) {
            return Some(node.id.to_string());
        }
    }
    // An id of something that is not drawn is kept: it dangles visibly instead of vanishing.
    let aws = [
        "sg-", "pl-", "igw-", "eigw-", "nat-", "eni-", "i-", "tgw-", "pcx-", "vpce-", "vgw-", "lgw-", "cagw-",
    ];
    let first = text.split(" / ").next().unwrap_or(text).trim();
    (!first.contains(char::is_whitespace) && aws.iter().any(|prefix| first.starts_with(prefix)))
        .then(|| first.to_owned())
}

fn route(document: &Document, vpc: Option<&Id>, cells: &[String]) -> Result<Vec<Value>, String> {
    let list = |cell: &String| named(document, vpc, cell, &["prefix-list"]);
    let by_list = || cells.iter().enumerate().find_map(|(at, cell)| Some((at, list(cell)?)));
    let (at, destination) = block_in(cells)
        .or_else(by_list)
        .ok_or("No destination: expected a CIDR block or a prefix list id.")?;
    let others = || cells.iter().enumerate().filter(|(n, cell)| *n != at && !cell.is_empty());
    let target = others().find_map(|(_, cell)| {
        if cell.eq_ignore_ascii_case("local") {
            Some("local".to_owned())
        } else {
            named(document, vpc, cell, &[])
        }
    });
    let Some(target) = target else {
        return Err("No target: expected the id or name of a gateway, or local.".to_owned());
    };
    let own = vpc.and_then(|id| document.node(id)).is_some_and(|node| match &node.config {
        Config::Vpc(vpc) => vpc
            .cidrs
            .iter()
            .chain(&vpc.ipv6_cidrs)
            .any(|block| cells::cidr(block) == cells::cidr(&destination)),
        _ => false,
    });
    // The VPC's own blocks are local in every table without being written.
    if target == "local" && own {
        return Ok(Vec::new());
    }
    let mut row = json!({"destination": destination, "target": target});
    if let Value::Object(row) = &mut row {
        if others().any(|(_, cell)| cell.eq_ignore_ascii_case("blackhole")) {
            row.insert("blackhole".to_owned(), true.into());
        }
        if others().any(|(_, cell)| cell.eq_ignore_ascii_case("yes")) {
            row.insert("propagated".to_owned(), true.into());
        }
    }
    Ok(vec![row])
}

/// Protocol and ports of a line, and which cells they took.
fn traffic(cells: &[String], skip: &[usize]) -> Option<(String, String, Vec<usize>)> {
    let mut used = Vec::new();
    let mut protocol: Option<String> = None;
    let mut ports: Option<String> = None;
    let mut suggested: Option<(&str, &str)> = None;
    for (at, cell) in cells.iter().enumerate().filter(|(at, cell)| !skip.contains(at) && !cell.is_empty()) {
        let lower = cell.to_lowercase();
        if matches!(
            lower.as_str(),
            "custom tcp"
                | "custom udp"
                | "custom protocol"
                | "custom tcp rule"
                | "custom udp rule"
                | "ipv4"
                | "ipv6"
        ) {
            used.push(at);
            continue;
        }
        if protocol.is_none() && lower.parse::<u16>().is_err() {
            // "TCP (6)" is how the console writes ACL protocols.
            let word = lower.split(" (").next().unwrap_or(&lower);
            let known = word.parse::<Protocol>().is_ok() || matches!(word, "all");
            if known {
                protocol = Some(if word == "all" { "all".to_owned() } else { word.to_owned() });
                used.push(at);
                continue;
            }
        }
        if let Some((_, p, q)) = TYPES.iter().find(|(name, ..)| *name == lower) {
            suggested = Some((p, q));
            used.push(at);
            continue;
        }
        let looks_like_ports = cell.parse::<PortRange>().is_ok() || is_icmp_cell(protocol.as_deref(), cell);
        if looks_like_ports {
            match &ports {
                None => ports = Some(lower),
                // Two numbers without a protocol's name: the first was the protocol.
                Some(before) if protocol.is_none() && before.parse::<u8>().is_ok() => {
                    protocol = ports.replace(lower);
                }
                Some(_) => continue,
            }
            used.push(at);
        }
    }
    let (p, q) = suggested.map_or((None, None), |(p, q)| (Some(p.to_owned()), Some(q.to_owned())));
    let ports_given = ports.is_some();
    // The kind of traffic knows more than "all" beside it.
    let protocol = match (protocol, p) {
        (Some(own), _) => own,
        (None, Some(p)) => p,
        (None, None) if ports_given => "tcp".to_owned(),
        (None, None) => return None,
    };
    Some((protocol, ports.or(q).unwrap_or_else(|| "all".to_owned()), used))
}

fn is_icmp_cell(protocol: Option<&str>, cell: &str) -> bool {
    let icmp = protocol.and_then(|p| p.parse::<Protocol>().ok()).is_some_and(Protocol::is_icmp);
    icmp && cells::ports_readable("icmp", cell)
}

fn rule(document: &Document, vpc: Option<&Id>, cells: &[String]) -> Result<Value, String> {
    let peer = |cell: &String| named(document, vpc, cell, &["security-group", "prefix-list"]);
    let by_name = || cells.iter().enumerate().find_map(|(at, cell)| Some((at, peer(cell)?)));
    let (at, peer) = block_in(cells)
        .filter(|(_, block)| block.contains(['.', ':']))
        .or_else(by_name)
        .ok_or("No source or destination: expected a CIDR block, a security group or a prefix list.")?;
    let (protocol, ports, used) =
        traffic(cells, &[at]).ok_or("No protocol: expected tcp, udp, icmp, icmpv6, a number or all.")?;
    let mut taken = used;
    taken.push(at);
    // The console's own rule ids name nothing here.
    taken.extend(cells.iter().enumerate().filter(|(_, cell)| cell.starts_with("sgr-")).map(|(at, _)| at));
    let mut row = json!({"protocol": protocol, "ports": ports, "peer": peer});
    let rest = rest_of(cells, &taken);
    if let Value::Object(row) = &mut row
        && !rest.is_empty()
    {
        row.insert("description".to_owned(), rest.into());
    }
    Ok(row)
}

fn acl_rule(cells: &[String]) -> Result<Vec<Value>, String> {
    let first = cells.first().map_or("", String::as_str);
    // The last rule of every ACL is implied.
    if first == "*" {
        return Ok(Vec::new());
    }
    let number: u32 =
        first.parse().map_err(|_| "The line must start with a rule number from 1 to 32766.".to_owned())?;
    if !(1..=32_766).contains(&number) {
        return Err(format!("Rule number {number} is not between 1 and 32766."));
    }
    let is_action = |cell: &&String| cell.eq_ignore_ascii_case("allow") || cell.eq_ignore_ascii_case("deny");
    let action_at =
        cells.iter().position(|cell| is_action(&cell)).ok_or("No action: expected allow or deny.")?;
    let action = cells.get(action_at).map(|cell| cell.to_lowercase()).unwrap_or_default();
    let rest: Vec<String> = cells.get(1..).unwrap_or_default().to_vec();
    let (at, cidr) = block_in(&rest)
        .filter(|(_, block)| block.contains(['.', ':']))
        .ok_or("No source or destination: expected a CIDR block.")?;
    let (protocol, ports, _) = traffic(&rest, &[at, action_at.saturating_sub(1)])
        .ok_or("No protocol: expected tcp, udp, icmp, icmpv6, a number or all.")?;
    Ok(vec![json!({"number": number, "action": action, "protocol": protocol, "ports": ports, "cidr": cidr})])
}
