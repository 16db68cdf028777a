//! The change language, read: what `change:` lines and laboratories are written in.

use hopscope_aws::components::hosted_zone::RECORDS;
use hopscope_aws::spec;

/// Which of two rule lists a change speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    /// `in`.
    In,
    /// `out`.
    Out,
    /// `both`.
    Both,
}

impl Lists {
    pub(super) fn keys(self) -> &'static [&'static str] {
        match self {
            Self::In => &["inbound"],
            Self::Out => &["outbound"],
            Self::Both => &["inbound", "outbound"],
        }
    }
}

/// One change of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// `add KIND ID [in PARENT] [key=value …]`
    Add { kind: String, id: String, parent: Option<String>, fields: Vec<(String, String)> },
    /// `delete ID`: the node and what it contains; references to it stay.
    Delete(String),
    /// `set ID KEY VALUE`
    Set { id: String, key: String, value: String },
    /// `unset ID KEY`
    Unset { id: String, key: String },
    /// `move ID in PARENT` or `move ID out`
    Move { id: String, parent: Option<String> },
    /// `route TABLE DESTINATION -> TARGET [propagated]`; `add route …` keeps an equal one.
    Route { table: String, destination: String, target: String, propagated: bool, append: bool },
    /// `no route TABLE DESTINATION`
    NoRoute { table: String, destination: String },
    /// `no routes TABLE`
    NoRoutes(String),
    /// `row ID FIELD key=value …`: adds a row, or changes the one whose first column is equal.
    Row { id: String, field: String, cells: Vec<(String, String)> },
    /// `record ZONE NAME TYPE VALUES [key=value …]`: sets the record of that name, type and set id;
    /// `@` is the zone itself, and blanks stand in values as they are.
    Record { zone: String, name: String, kind: String, cells: Vec<(String, String)> },
    /// `no record ZONE NAME TYPE`: removes all of them.
    NoRecord { zone: String, name: String, kind: String },
    /// `no row ID FIELD VALUE`: removes the rows whose first column has that value.
    NoRow { id: String, field: String, value: String },
    /// `sg GROUP in|out|both: RULES`, `acl SUBNET-OR-ACL in|out|both: RULES`; `add sg …` appends.
    Rules { acl: bool, id: String, lists: Lists, rules: Vec<Rule>, append: bool },
    /// `host ID ADDRESS[,ADDRESS…] in SUBNET [sg GROUP] [eip ADDRESS] [role ROLE] [check off]`
    Host(Host),
    /// `eip ADDRESS on TARGET [for PRIVATE]`
    Eip { address: String, target: Option<String>, private: Option<String> },
    /// `for A..B: CHANGE` with `{n}`, `{n+1}`, `{n/256}` and `{n%256}` in it.
    Each(Vec<Change>),
}

/// A host as one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Host {
    pub(super) id: String,
    pub(super) addresses: Vec<String>,
    pub(super) subnet: String,
    pub(super) group: Option<String>,
    pub(super) eip: Option<String>,
    pub(super) role: Option<String>,
    pub(super) unchecked: bool,
}

/// A security group or ACL rule as one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(super) number: Option<u32>,
    pub(super) action: Option<String>,
    pub(super) protocol: String,
    pub(super) ports: String,
    /// Empty means everywhere of both families.
    pub(super) peer: String,
}

/// Reads one change.
///
/// # Errors
/// A sentence.
pub(crate) fn parse(text: &str) -> Result<Change, String> {
    let text = text.trim();
    let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match verb {
        "for" => each(rest),
        "delete" => Ok(Change::Delete(one(rest, "delete ID")?)),
        "set" => {
            let mut words = rest.splitn(3, char::is_whitespace);
            match (words.next(), words.next(), words.next()) {
                (Some(id), Some(key), Some(value)) if !id.is_empty() => {
                    Ok(Change::Set { id: id.into(), key: key.into(), value: value.trim().into() })
                }
                _ => Err(usage("set ID FIELD VALUE", text)),
            }
        }
        "unset" => match rest.split_once(' ') {
            Some((id, key)) => Ok(Change::Unset { id: id.into(), key: key.trim().into() }),
            None => Err(usage("unset ID FIELD", text)),
        },
        "move" => match words(rest).as_slice() {
            [id, "in", parent] => Ok(Change::Move { id: (*id).into(), parent: Some((*parent).into()) }),
            [id, "out"] => Ok(Change::Move { id: (*id).into(), parent: None }),
            _ => Err(usage("move ID in PARENT", text)),
        },
        "route" => route(rest, false),
        "row" => row(rest),
        "record" => record(rest),
        "no" => match words(rest).as_slice() {
            ["route", table, destination] => {
                Ok(Change::NoRoute { table: (*table).into(), destination: (*destination).into() })
            }
            ["routes", table] => Ok(Change::NoRoutes((*table).into())),
            ["record", zone, name, kind] => {
                Ok(Change::NoRecord { zone: (*zone).into(), name: (*name).into(), kind: (*kind).into() })
            }
            ["row", id, field, value] => {
                Ok(Change::NoRow { id: (*id).into(), field: (*field).into(), value: blanks(value) })
            }
            ["row", ..] => Err(usage("no row ID FIELD VALUE", text)),
            ["routes", ..] => Err(usage("no routes TABLE", text)),
            _ => Err(usage("no route TABLE DESTINATION", text)),
        },
        "sg" => rules(rest, false, false),
        "acl" => rules(rest, true, false),
        "host" => host(rest),
        "eip" => match words(rest).as_slice() {
            [address, "on", target] => {
                Ok(Change::Eip { address: (*address).into(), target: Some((*target).into()), private: None })
            }
            [address, "on", target, "for", private] => Ok(Change::Eip {
                address: (*address).into(),
                target: Some((*target).into()),
                private: Some((*private).into()),
            }),
            [address] => Ok(Change::Eip { address: (*address).into(), target: None, private: None }),
            _ => Err(usage("eip ADDRESS on TARGET [for PRIVATE-ADDRESS]", text)),
        },
        "add" => match rest.split_once(char::is_whitespace) {
            Some(("route", rest)) => route(rest, true),
            Some(("sg", rest)) => rules(rest, false, true),
            Some(("acl", rest)) => rules(rest, true, true),
            Some(_) => add(rest),
            None => Err(usage("add KIND ID [in PARENT] [field=value …]", text)),
        },
        _ => Err(format!(
            "\"{verb}\" is no change; there are add, delete, set, unset, move, route, no route, row, no row, \
             record, no record, sg, acl, host, eip and for"
        )),
    }
}

pub(super) fn usage(form: &str, found: &str) -> String {
    format!("expected \"{form}\", found \"{found}\"")
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

fn one(text: &str, form: &str) -> Result<String, String> {
    match words(text).as_slice() {
        [word] => Ok((*word).to_owned()),
        _ => Err(usage(form, text)),
    }
}

fn each(rest: &str) -> Result<Change, String> {
    let form = "for A..B: CHANGE";
    let (range, template) = rest.split_once(':').ok_or_else(|| usage(form, rest))?;
    let (from, to) = range.trim().split_once("..").ok_or_else(|| usage(form, rest))?;
    let (Ok(from), Ok(to)) = (from.trim().parse::<u32>(), to.trim().parse::<u32>()) else {
        return Err(usage(form, rest));
    };
    let changes = (from..=to).map(|n| {
        let text = template
            .replace("{n}", &n.to_string())
            .replace("{n+1}", &(n + 1).to_string())
            .replace("{n/256}", &(n / 256).to_string())
            .replace("{n%256}", &(n % 256).to_string());
        parse(&text)
    });
    Ok(Change::Each(changes.collect::<Result<_, _>>()?))
}

fn add(rest: &str) -> Result<Change, String> {
    let mut all = words(rest).into_iter().peekable();
    let (Some(kind), Some(id)) = (all.next(), all.next()) else {
        return Err(usage("add KIND ID [in PARENT] [field=value …]", rest));
    };
    if spec(kind).is_none() {
        return Err(format!("there is no component kind \"{kind}\""));
    }
    let mut parent = None;
    if all.peek() == Some(&"in") {
        all.next();
        parent = all.next().map(str::to_owned);
    }
    let mut fields = Vec::new();
    for word in all {
        let (key, value) = word.split_once('=').ok_or_else(|| usage("field=value", word))?;
        fields.push((key.to_owned(), value.to_owned()));
    }
    Ok(Change::Add { kind: kind.to_owned(), id: id.to_owned(), parent, fields })
}

/// Blanks in a value of a row are written as `+`.
fn blanks(value: &str) -> String {
    value.replace('+', " ")
}

fn row(rest: &str) -> Result<Change, String> {
    let mut all = words(rest).into_iter();
    let (Some(id), Some(field)) = (all.next(), all.next()) else {
        return Err(usage("row ID FIELD key=value …", rest));
    };
    let cell = |word: &str| {
        let (key, value) = word.split_once('=').ok_or_else(|| usage("key=value", word))?;
        Ok((key.to_owned(), blanks(value)))
    };
    let cells = all.map(cell).collect::<Result<_, String>>()?;
    Ok(Change::Row { id: id.into(), field: field.into(), cells })
}

fn record(rest: &str) -> Result<Change, String> {
    let form = "record ZONE NAME TYPE VALUES [key=value …]";
    let mut all = words(rest).into_iter();
    let (Some(zone), Some(name), Some(kind)) = (all.next(), all.next(), all.next()) else {
        return Err(usage(form, rest));
    };
    let known = |word: &str| {
        let (key, value) = word.split_once('=')?;
        RECORDS
            .columns
            .iter()
            .any(|column| column.key == key)
            .then(|| (key.to_owned(), value.replace('+', " ")))
    };
    let (mut values, mut cells) = (Vec::new(), Vec::new());
    for word in all {
        match known(word) {
            Some(cell) => cells.push(cell),
            None if cells.is_empty() => values.push(word),
            None => return Err(usage(form, rest)),
        }
    }
    if !values.is_empty() {
        cells.push(("values".to_owned(), values.join(" ")));
    }
    Ok(Change::Record { zone: zone.into(), name: name.into(), kind: kind.into(), cells })
}

fn route(rest: &str, append: bool) -> Result<Change, String> {
    match words(rest).as_slice() {
        [table, destination, "->" | "→", target, flags @ ..]
            if flags.is_empty() || *flags == ["propagated"] =>
        {
            Ok(Change::Route {
                table: (*table).into(),
                destination: (*destination).into(),
                target: (*target).into(),
                propagated: !flags.is_empty(),
                append,
            })
        }
        _ => Err(usage("route TABLE DESTINATION -> TARGET [propagated]", rest)),
    }
}

fn rules(rest: &str, acl: bool, append: bool) -> Result<Change, String> {
    let form = if acl { "acl SUBNET in|out|both: RULES" } else { "sg GROUP in|out|both: RULES" };
    let (head, list) = rest.split_once(':').ok_or_else(|| usage(form, rest))?;
    let (id, lists) = match words(head).as_slice() {
        [id, "in"] => (*id, Lists::In),
        [id, "out"] => (*id, Lists::Out),
        [id, "both"] => (*id, Lists::Both),
        _ => return Err(usage(form, rest)),
    };
    let list = list.trim();
    let rules = match list {
        "none" => Vec::new(),
        _ => list.split(';').map(|one| rule(one.trim(), acl)).collect::<Result<_, _>>()?,
    };
    Ok(Change::Rules { acl, id: id.to_owned(), lists, rules, append })
}

/// `tcp 443 from 10.0.0.0/8`, `all`, and for ACLs `90 deny tcp 22 from 0.0.0.0/0`.
fn rule(text: &str, acl: bool) -> Result<Rule, String> {
    let form = if acl {
        "[NUMBER] allow|deny PROTOCOL [PORTS] [from|to BLOCK]"
    } else {
        "PROTOCOL [PORTS] [from|to BLOCK, PREFIX LIST OR GROUP]"
    };
    let mut all = words(text).into_iter().peekable();
    let mut rule = Rule { ports: "all".to_owned(), ..Rule::default() };
    if acl {
        if let Some(number) = all.peek().and_then(|word| word.parse().ok()) {
            rule.number = Some(number);
            all.next();
        }
        match all.peek() {
            Some(&("allow" | "deny")) => rule.action = all.next().map(str::to_owned),
            Some(&"all") if rule.number.is_none() => rule.action = Some("allow".to_owned()),
            _ => return Err(usage(form, text)),
        }
    }
    rule.protocol = all.next().ok_or_else(|| usage(form, text))?.to_owned();
    match all.next() {
        None => return Ok(rule),
        Some("from" | "to") => rule.peer = all.next().ok_or_else(|| usage(form, text))?.to_owned(),
        Some(ports) => {
            rule.ports = ports.to_owned();
            match (all.next(), all.next()) {
                (None, _) => {}
                (Some("from" | "to"), Some(peer)) => rule.peer = peer.to_owned(),
                _ => return Err(usage(form, text)),
            }
        }
    }
    if all.next().is_some() { Err(usage(form, text)) } else { Ok(rule) }
}

fn host(rest: &str) -> Result<Change, String> {
    let form = "host ID ADDRESS[,ADDRESS…] in SUBNET [sg GROUP] [eip ADDRESS] [role ROLE] [check off]";
    let all = words(rest);
    let [id, addresses, "in", subnet, options @ ..] = all.as_slice() else { return Err(usage(form, rest)) };
    let mut host = Host {
        id: (*id).to_owned(),
        addresses: addresses.split(',').map(str::to_owned).collect(),
        subnet: (*subnet).to_owned(),
        ..Host::default()
    };
    for pair in options.chunks(2) {
        match pair {
            ["sg", group] => host.group = Some((*group).to_owned()),
            ["eip", address] => host.eip = Some((*address).to_owned()),
            ["role", role] => host.role = Some((*role).to_owned()),
            ["check", "off"] => host.unchecked = true,
            _ => return Err(usage(form, rest)),
        }
    }
    Ok(Change::Host(host))
}
