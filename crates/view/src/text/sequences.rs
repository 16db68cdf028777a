//! Words of sequence diagrams: messages of set-up procedures, participants, headings, differences,
//! and what is kindly said where study notes differ from AWS. Knows no screen.

use std::fmt::Display;
use std::net::IpAddr;

use hopscope_aws::exchange::{Phase, Role, Topic, What};
use hopscope_layout::INTERNET;

use super::ui;
use crate::sequence::{GroupKind, Kind, Message};
use crate::story::Step;

// ---- strings of the page ----

/// Tab of the dock.
pub const TAB_SEQUENCE: &str = "Sequence";
/// Button of components that have a set-up procedure.
pub const SHOW_SETUP: &str = "Show set-up sequence";
/// Back to the flow's own sequence.
pub const SHOW_FLOW: &str = "Show the flow";
/// Name of the list of messages.
pub const MESSAGES: &str = "Messages, in order";
/// Name of the region with the participants.
pub const PARTICIPANTS: &str = "Participants";
/// Step buttons of a procedure.
pub const PREVIOUS: &str = "Previous message";
/// The same.
pub const NEXT: &str = "Next message";
/// Copies the diagram.
pub const COPY_PLANTUML: &str = "Copy as PlantUML";
/// The same.
pub const COPY_MERMAID: &str = "Copy as Mermaid";
/// Saves the picture.
pub const SAVE_SVG: &str = "Download SVG";
/// Opens the text area.
pub const COMPARE: &str = "Compare with PlantUML";
/// Label of the text area.
pub const PASTE_HERE: &str = "A PlantUML sequence diagram, from your notes for example";
/// What the text area is good for.
pub const PASTE_HELP: &str =
    "Paste it here. It is compared message by message, tolerantly in wording, and stays on this page.";
/// A diagram without differences.
pub const ALL_MATCH: &str = "Every message of your diagram is as in the model.";
/// Heading of the differences.
pub const DIFFERENCES: &str = "Compared";
/// A flow or component without messages.
pub const NO_MESSAGES: &str = "Nothing is sent here yet.";
/// Name of the saved picture.
pub const SVG_FILE: &str = "sequence.svg";

/// The pasted text is too long.
pub const PASTED_TOO_LONG: &str = "This is longer than 200 kB. Paste one sequence diagram at a time.";
/// The pasted text is no sequence diagram.
pub const PASTED_EMPTY: &str =
    "There is no message in this text. A message of PlantUML looks like this: A -> B : text.";

/// How many messages match.
#[must_use]
pub fn tally(matching: usize, differing: usize, extra: usize) -> String {
    let more = match extra {
        0 => String::new(),
        n => format!(" The model tells {n} more."),
    };
    if differing == 0 {
        return format!("{ALL_MATCH}{more}");
    }
    format!("{matching} as in the model, {differing} different.{more}")
}

/// A kind of difference in a word or two.
#[must_use]
pub fn difference(kind: Kind) -> &'static str {
    match kind {
        Kind::Matching => "matches",
        Kind::Refused => "refused here",
        Kind::OtherParties => "other participants",
        Kind::Reordered => "other order",
        Kind::Missing => "not in the model",
        Kind::Extra => "only in the model",
    }
}

/// Where the shared playhead stands.
#[must_use]
pub fn position(index: usize, count: usize) -> String {
    format!("Message {} of {count}", index + 1)
}

// ---- reading a diagram ----

/// A diagram with too many messages.
#[must_use]
pub fn pasted_cut(most: usize) -> String {
    format!("Only the first {most} messages were read.")
}

/// A diagram with too many participants.
#[must_use]
pub fn pasted_crowd(most: usize) -> String {
    format!("Only {most} participants were read; messages of others were left out.")
}

/// A frame around messages.
#[must_use]
pub fn pasted_frame(word: &str) -> String {
    format!("Frames ({word}) were passed over: their messages are compared one after the other.")
}

/// Lines that say nothing to the reader.
#[must_use]
pub fn pasted_unread(count: usize, first: usize) -> String {
    match count {
        1 => format!("Line {first} could not be read and was passed over."),
        n => format!("{n} lines could not be read and were passed over, the first of them line {first}."),
    }
}

// ---- differences ----

/// Beginning of a sentence about a message of the pasted diagram.
fn yours(number: usize, text: &str) -> String {
    if text.is_empty() { format!("Message {number}") } else { format!("Message {number}, “{text}”,") }
}

/// A sentence with its full stop.
fn closed(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

/// In both.
#[must_use]
pub fn matching(number: usize, text: &str, other_words: Option<&str>) -> String {
    match other_words {
        Some(told) => format!("{} is in the model in other words: “{told}”.", yours(number, text)),
        None => format!("{} is as in the model.", yours(number, text)),
    }
}

/// Refused in the model.
#[must_use]
pub fn refused(number: usize, text: &str, refusal: &str) -> String {
    format!("{} is refused in this network: {}", yours(number, text), closed(refusal))
}

/// Never reached in the model.
#[must_use]
pub fn never(number: usize, text: &str) -> String {
    format!("{} does not come to happen in this network: something failed before.", yours(number, text))
}

/// Not in the model.
#[must_use]
pub fn missing(number: usize, text: &str, from: &str, to: &str) -> String {
    let way = if from == to { format!("what {from} does by itself") } else { format!("from {from} to {to}") };
    format!("{} {way}, has no counterpart in the model.", yours(number, text))
}

/// At another time.
#[must_use]
pub fn reordered(number: usize, text: &str, later: bool) -> String {
    let when = if later { "later" } else { "earlier" };
    format!("{} comes {when} in the model.", yours(number, text))
}

/// Between others.
#[must_use]
pub fn other_parties(number: usize, text: &str, drawn: [&str; 2], real: [&str; 2], told: &str) -> String {
    let way = |[from, to]: [&str; 2]| {
        if from == to {
            format!("as something that {from} does by itself")
        } else {
            format!("from {from} to {to}")
        }
    };
    format!(
        "{} is drawn {}; in the model it is told {}: “{told}”.",
        yours(number, text),
        way(drawn),
        way(real)
    )
}

/// Only in the model.
#[must_use]
pub fn extra(from: &str, to: &str, message: &Message) -> String {
    let way = if from == to { from.to_owned() } else { format!("{from} → {to}") };
    let end = match &message.refusal {
        Some(refusal) => format!(" It is refused: {}", closed(refusal)),
        None if message.counterfactual => " It does not come to happen: something failed before.".to_owned(),
        None => String::new(),
    };
    format!("The model also tells, {way}: “{}”.{end}", message.text)
}

/// What AWS does where diagrams often show something else.
#[derive(Debug)]
pub struct Correction {
    /// What the sender of the drawn message stands for; anybody if empty.
    pub from: &'static [&'static str],
    /// What its receiver stands for.
    pub to: &'static [&'static str],
    /// Only for what a participant does by itself.
    pub itself: bool,
    /// Only for differences of that kind.
    pub kind: Option<Kind>,
    /// Words of which the message has one; any message if empty.
    pub says: &'static [&'static str],
    /// What to say.
    pub sentence: &'static str,
}

/// Slips and simplifications that are common, with the rule that settles each (section 28 of
/// `docs/rules.md`).
pub static CORRECTIONS: &[Correction] = &[
    Correction {
        from: &[],
        to: &["acm"],
        itself: false,
        kind: None,
        says: &[],
        sentence: "ACM only keeps the certificates: while connecting, client and endpoint show theirs to each other and check them by themselves (SD-34, CVPN-02).",
    },
    Correction {
        from: &["acm"],
        to: &[],
        itself: false,
        kind: None,
        says: &[],
        sentence: "What is drawn as ACM's report is the outcome of the TLS handshake between client and endpoint (SD-34, CVPN-02).",
    },
    Correction {
        from: &["cvpn"],
        to: &["dns-server"],
        itself: false,
        kind: None,
        says: &[],
        sentence: "The endpoint only tells the client which DNS servers to ask; the client asks them itself, through the tunnel (CVPN-19).",
    },
    Correction {
        from: &["vpc", "vgw"],
        to: &["vpc", "vgw"],
        itself: true,
        kind: None,
        says: &["keep", "alive", "dpd"],
        sentence: "The answer to a keep-alive goes back to the customer gateway; half a minute without one takes the tunnel down (VPN-24).",
    },
    Correction {
        from: &["vif-private"],
        to: &["tgw"],
        itself: false,
        kind: None,
        says: &[],
        sentence: "A private virtual interface cannot end on a transit gateway: that takes a transit one and a Direct Connect gateway (SD-02, DX-09).",
    },
    Correction {
        from: &["vif-transit"],
        to: &["tgw"],
        itself: false,
        kind: None,
        says: &[],
        sentence: "A Direct Connect gateway stands between a transit virtual interface and the transit gateway (DX-10).",
    },
    Correction {
        from: &["person", "vpn-client"],
        to: &["authoritative"],
        itself: false,
        kind: None,
        says: &[],
        sentence: "A user never speaks to the name servers of a zone: the connection goes to the address that was answered (SD-38, DNS-19).",
    },
    Correction {
        from: &["resolver"],
        to: &["authoritative"],
        itself: false,
        kind: None,
        says: &["mx"],
        sentence: "One question asks for one type, so A and MX are two questions.",
    },
    Correction {
        from: &["resolver"],
        to: &["tld"],
        itself: false,
        kind: None,
        says: &["ds"],
        sentence: "A referral brings the DS along where signatures are wanted; and the chain of trust begins one step before, at the root key (SD-39, DSEC-03).",
    },
    Correction {
        from: &["resolver", "authoritative"],
        to: &["resolver", "authoritative"],
        itself: false,
        kind: Some(Kind::Reordered),
        says: &[],
        sentence: "A resolver may have the answer first and check it afterwards, link by link: what counts is that every link holds (DSEC-03).",
    },
];

// ---- messages ----

/// A message as a full sentence.
#[must_use]
pub fn sentence(index: usize, count: usize, from: &str, to: &str, message: &Message) -> String {
    let way = if from == to { from.to_owned() } else { format!("{from} to {to}") };
    let mut out = format!("{}. {way}: {}.", position(index, count), unclosed(&message.text));
    if message.counterfactual {
        out.push_str(" This only would happen.");
    }
    for more in message.refusal.iter().map(|text| refusal(text)).chain(message.notes.iter().cloned()) {
        out.push(' ');
        out.push_str(unclosed(&more));
        out.push('.');
    }
    out
}

/// What is written on a message; what only would happen says so.
#[must_use]
pub fn marked(message: &Message) -> String {
    if message.counterfactual { format!("({}) {}", ui::WOULD, message.text) } else { message.text.clone() }
}

/// Why a message is refused.
#[must_use]
pub fn refusal(sentence: &str) -> String {
    format!("Refused: {sentence}")
}

/// Lines that are not shown.
#[must_use]
pub fn and_more(count: usize) -> String {
    format!("and {count} more")
}

/// The heading of a group.
#[must_use]
pub fn group_heading(kind: GroupKind, label: &str) -> String {
    match kind {
        GroupKind::Part => label.to_owned(),
        GroupKind::Alternative => format!("If this happens: {label}"),
        GroupKind::Loop => format!("Again and again: {label}"),
    }
}

/// A place or party that is not drawn.
#[must_use]
pub fn place(id: &str, called: &dyn Fn(&str) -> String) -> String {
    let (what, of) = id.split_once('/').unwrap_or((id, ""));
    match (what, of) {
        (INTERNET, _) => ui::INTERNET.to_owned(),
        ("root-name-server", _) => "Root name servers".to_owned(),
        ("tld-name-server", "") => "TLD name servers".to_owned(),
        ("tld-name-server", of) => format!("TLD name servers of {of}"),
        ("aws-name-server", _) => "AWS name servers".to_owned(),
        ("public-resolver", _) => "Public resolver".to_owned(),
        ("resolver", "") => "VPC resolver".to_owned(),
        ("resolver", of) => format!("VPC resolver of {}", called(of)),
        _ => id.to_owned(),
    }
}

/// A step that a message passes on its way.
#[must_use]
pub fn on_the_way(step: &Step) -> String {
    match &step.rule {
        Some(rule) => format!("{}: {}, {rule}", step.title, step.word),
        None if step.line == super::UNCHANGED => format!("{}: {}", step.title, step.word),
        None => format!("{}: {}", step.title, unclosed(&step.line)),
    }
}

/// A step as something that its participant does by itself.
#[must_use]
pub fn by_itself(step: &Step) -> String {
    if step.reason.is_some() {
        return format!("{}: {}", step.title, step.word);
    }
    format!("{}: {}", step.title, unclosed(&step.line))
}

/// A sentence without its full stop.
fn unclosed(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}

/// A message of an application protocol. Those of DNS speak for themselves.
#[must_use]
pub fn protocol_message(protocol: &str, text: &str) -> String {
    if protocol == "DNS" || text.starts_with(protocol) {
        text.to_owned()
    } else {
        format!("{protocol}: {text}")
    }
}

/// Records that a message carries, a few of them.
#[must_use]
pub fn records(section: &str, records: &[String], most: usize) -> Vec<String> {
    let mut out: Vec<String> = records.iter().take(most).cloned().collect();
    if records.len() > most {
        out.push(and_more(records.len() - most));
    }
    if let Some(first) = out.first_mut().filter(|_| section != "answer") {
        *first = format!("{}: {first}", super::records_caption(section));
    }
    out
}

// ---- procedures ----

/// Title of a procedure.
#[must_use]
pub fn procedure_title(topic: Topic, subject: &str) -> String {
    match topic {
        Topic::SiteToSiteVpn => format!("Site-to-Site VPN {subject}: set-up, failover, keep-alives"),
        Topic::ClientVpnLogin => format!("Client VPN: login of {subject}"),
        Topic::DirectConnect => format!("Direct Connect {subject}: from the port to the route"),
    }
}

/// A procedure that works.
#[must_use]
pub fn procedure_works(topic: Topic, subject: &str) -> String {
    match topic {
        Topic::SiteToSiteVpn => format!("VPN connection {subject} comes up and carries packets."),
        Topic::ClientVpnLogin => format!("{subject} logs in and reaches the VPC."),
        Topic::DirectConnect => format!("{subject} comes up and leads to AWS."),
    }
}

/// Somebody who is no component.
#[must_use]
pub fn role(role: Role, kind: &str) -> &'static str {
    match role {
        Role::Component if kind == "vpn-client" => "VPN client",
        Role::Component => "Component",
        Role::Administrator => "You",
        Role::Colocation => "Staff at the location",
        Role::Internet => "Internet provider",
        Role::AwsEdge => "AWS public side",
        Role::AwsServices => "AWS public services",
        Role::Person => "User",
        Role::Directory => "Active Directory",
        Role::IdentityProvider => "Identity provider",
        Role::DnsServer => "DNS server",
    }
}

/// Heading of a part of a procedure.
#[must_use]
pub fn phase(phase: &Phase) -> String {
    match phase {
        Phase::Create => "Made in AWS and at the router".to_owned(),
        Phase::Tunnel { name } => format!("Tunnel {name} comes up"),
        Phase::Routes => "Routes become known".to_owned(),
        Phase::Failover { name, now: true } => format!("Tunnel {name} is down"),
        Phase::Failover { name, now: false } => format!("tunnel {name} fails"),
        Phase::Traffic => "Packets follow".to_owned(),
        Phase::KeepAlive => "dead peer detection".to_owned(),
        Phase::Handshake => "Who is who".to_owned(),
        Phase::Push => "What the client is told".to_owned(),
        Phase::Gates => "What each packet must pass".to_owned(),
        Phase::Port => "Port, letter, fibre".to_owned(),
        Phase::Vlans => "One VLAN for each virtual interface".to_owned(),
        Phase::Bgp => "BGP and BFD".to_owned(),
        Phase::Onward => "Where they lead".to_owned(),
    }
}

/// A message of a procedure, with lines to note beside it.
#[must_use]
pub fn act(what: &What, response: bool, called: &dyn Fn(&str) -> String) -> (String, Vec<String>) {
    let plain = |text: String| (text, Vec::new());
    let noted = |text: String, note: &str| (text, vec![note.to_owned()]);
    match what {
        What::CreateVpn { router, address, asn, gateway } => {
            let router = router.as_ref().map_or_else(|| "none yet".to_owned(), |id| called(id));
            let gateway = gateway.as_ref().map_or_else(|| "none yet".to_owned(), |id| called(id));
            noted(
                format!(
                    "Create customer gateway {router}{}, gateway {gateway} and the VPN connection",
                    at(*address)
                ),
                &format!("The customer gateway in AWS is a record of the device: its address and ASN {asn}"),
            )
        }
        What::Configuration { tunnels } => {
            let all: Vec<String> = tunnels.iter().flatten().map(ToString::to_string).collect();
            let to =
                if all.is_empty() { String::new() } else { format!(": tunnels to {}", all.join(" and ")) };
            noted(format!("Configuration to download{to}"), "With a pre-shared key for each tunnel")
        }
        What::Configure => plain("Load the configuration into the router".to_owned()),
        What::Ike { tunnel, address, port } => {
            if response {
                plain(format!("Acknowledgement: IKE phase 1 of tunnel {tunnel} accepted"))
            } else {
                plain(format!("Request tunnel {tunnel}{}: IKE phase 1, UDP {port}", to(*address)))
            }
        }
        What::Ipsec { tunnel } if response => plain(format!("Keys agreed: tunnel {tunnel} is up")),
        What::Ipsec { tunnel } => noted(
            format!("IKE phase 2 of tunnel {tunnel}: keys for IPsec"),
            "From here on packets travel in ESP",
        ),
        What::Both { tunnel, .. } if response => plain(format!("Acknowledged: tunnel {tunnel} is up")),
        What::Both { tunnel, address } => {
            plain(format!("IKE phases 1 and 2 of tunnel {tunnel}{}", to(*address)))
        }
        What::BgpOpen { asn, address } => plain(format!("BGP OPEN, ASN {asn}{}", at(*address))),
        What::Update { prefixes } => plain(format!("BGP UPDATE: announces {}", list(prefixes))),
        What::Installs { tables } => {
            let lines = tables.iter().map(|it| format!("{}: {}", called(&it.table), list(&it.prefixes)));
            let lines: Vec<String> = lines.collect();
            if lines.is_empty() {
                return noted(
                    "No route table takes the site's routes".to_owned(),
                    "Turn route propagation on, or write a route to the gateway",
                );
            }
            ("The site's routes appear in route tables".to_owned(), lines)
        }
        What::SiteInstalls { prefixes, via } => {
            let next = via.iter().map(|address| format!("Next hop {address}")).collect();
            (format!("Learned routes of AWS: {}", list(prefixes)), next)
        }
        What::StaticRoutes { prefixes } => noted(
            format!("Type the site's static routes: {}", list(prefixes)),
            "Static routing: nothing is announced",
        ),
        What::RoutesByHand { prefixes } => {
            plain(format!("Write routes towards AWS by hand: {}", list(prefixes)))
        }
        What::Silence { tunnel, seconds } => noted(
            format!("Tunnel {tunnel} does not answer for {seconds} seconds: it counts as down"),
            "Dead peer detection",
        ),
        What::Moves { tunnel, address } => {
            plain(format!("Switch traffic to tunnel {tunnel}{}", to(*address)))
        }
        What::Data { tunnel } if tunnel.is_empty() && response => plain("Answer of the VPC".to_owned()),
        What::Data { tunnel } if tunnel.is_empty() => plain("Packet for the VPC, decrypted".to_owned()),
        What::Data { tunnel } if response => plain(format!("Answer inside tunnel {tunnel} (ESP)")),
        What::Data { tunnel } => plain(format!("Data inside tunnel {tunnel} (ESP)")),
        What::KeepAlive { tunnel } if response => plain(format!("Keep-alive acknowledged, tunnel {tunnel}")),
        What::KeepAlive { tunnel } => plain(format!("Keep-alive: are you there, tunnel {tunnel}?")),
        What::Credentials { authentication } => {
            let what = match authentication.as_str() {
                "active-directory" => "user name and password",
                "saml" => "a login at the identity provider",
                "certificate+active-directory" => "a certificate, user name and password",
                "certificate+saml" => "a certificate and a login at the identity provider",
                _ => "a certificate",
            };
            plain(format!("Start the VPN client with {what}"))
        }
        What::Hello { transport } => plain(format!("TLS ClientHello, {}", transport.to_uppercase())),
        What::ServerCertificate { name } => noted(
            format!("TLS: certificate of the endpoint ({name})"),
            "It is kept in ACM; ACM itself is not asked while connecting",
        ),
        What::ChecksServer => plain("Check the server certificate".to_owned()),
        What::ClientCertificate => plain("TLS: certificate of the client".to_owned()),
        What::ChecksClient => plain("Check the client certificate against the CA of the endpoint".to_owned()),
        What::Password => plain("User name and password".to_owned()),
        What::UserKnown { groups } if groups.is_empty() => plain("The user is known".to_owned()),
        What::UserKnown { groups } => plain(format!("The user is known, in {}", groups.join(", "))),
        What::SamlLogin => plain("Log in, in a browser".to_owned()),
        What::SamlAssertion => plain("SAML assertion about the user".to_owned()),
        What::TlsTunnel { transport } => {
            plain(format!("Set up the TLS tunnel, {}", transport.to_uppercase()))
        }
        What::Push { address, routes, dns } => {
            let mut notes = vec![match routes {
                None => "Full tunnel: everything goes into it".to_owned(),
                Some(routes) => format!("Split tunnel, routes: {}", list(routes)),
            }];
            notes.push(match dns.as_slice() {
                [] => "No DNS server named: the client keeps its own".to_owned(),
                servers => format!("DNS servers: {}", list(servers)),
            });
            (
                format!("Address{} and settings", address.map_or_else(String::new, |it| format!(" {it}"))),
                notes,
            )
        }
        What::AsksName { server } => {
            noted(format!("DNS question to server {server}"), "By the client itself, through the tunnel")
        }
        What::FirstPacket { destination } => plain(format!("Packet to {destination}")),
        What::EndpointRoute { route } => {
            plain(route.map_or_else(|| "No route".to_owned(), |route| format!("Route {route}")))
        }
        What::Authorizes { rule } => plain(
            rule.as_ref()
                .map_or_else(|| "No authorization rule".to_owned(), |rule| format!("Authorized: {rule}")),
        ),
        What::LeavesBy { address, destination } => plain(match address {
            Some(address) => format!("Route traffic into the VPC, as {address} to {destination}"),
            None => format!("Route traffic into the VPC, to {destination}"),
        }),
        What::OrderPort { speed, location } => {
            let where_ = location.as_ref().map_or_else(String::new, |id| format!(" at {}", called(id)));
            plain(format!("Order a port of {speed}{where_}"))
        }
        What::Letter => noted(
            "LOA-CFA: the letter that names rack and port".to_owned(),
            "Letter of Authorization and Connecting Facility Assignment",
        ),
        What::CrossConnect => plain("Patch the cross-connect, with the LOA-CFA".to_owned()),
        What::Link { speed } => plain(format!("Physical fibre link comes up, {speed}")),
        What::Macsec => plain("MACsec: keys for the frames between router and port".to_owned()),
        What::Tagged { vlan, interface, purpose } => plain(format!(
            "Frames tagged VLAN {vlan} (802.1Q) for {purpose} virtual interface {}",
            called(interface)
        )),
        What::Maps { vlan, purpose } => plain(format!("VLAN {vlan} maps to the {purpose} virtual interface")),
        What::Bfd { seconds, on: true } => plain(format!("BFD: a failure is noticed after {seconds} s")),
        What::Bfd { seconds, on: false } => {
            noted(format!("No BFD: a failure is noticed after {seconds} s"), "Turn it on at the router")
        }
        What::Leads { purpose, prefixes } => {
            let notes = vec![format!("Announced to the site: {}", list(prefixes))];
            let text = match *purpose {
                "public" => "Routes to AWS public services of every Region".to_owned(),
                "association" => "Routes on to the VPCs behind it".to_owned(),
                purpose => format!("Routes of the {purpose} virtual interface"),
            };
            (text, notes)
        }
    }
}

fn at(address: Option<IpAddr>) -> String {
    address.map_or_else(String::new, |address| format!(" at {address}"))
}

fn to(address: Option<IpAddr>) -> String {
    address.map_or_else(String::new, |address| format!(" to {address}"))
}

/// A few of them, and how many more.
fn list(all: &[impl Display]) -> String {
    const MOST: usize = 6;
    if all.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = all.iter().take(MOST).map(ToString::to_string).collect();
    match all.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{}, {}", shown.join(", "), and_more(more)),
    }
}
