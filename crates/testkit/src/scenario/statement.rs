//! The lines of a `scenario` block.

use hopscope_aws::Flow;
use hopscope_forward::{LegKind, Verdict};

use super::Place;
use super::change::{self, Change};
use super::cost::{self, CostLine};
use super::ground::{self, GroundPattern};
use super::measure::{self, Measure};
use super::pattern::{Component, HopPattern, Loser, PacketPattern, path};

/// One line of a block.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    /// Where it stands.
    pub place: Place,
    /// As written.
    pub text: String,
    /// What it says.
    pub what: What,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// `change:`
    Change(Change),
    /// `flow:`, a packet into a network that remembers nothing.
    Flow(Box<Flow>),
    /// `next:`, a later packet of the same flow, `after` so many silent seconds.
    Next(u64),
    /// `expect:` of a packet.
    Verdict(ExpectedVerdict),
    /// `expect:` of a drawing.
    Drawing(ExpectedDrawing),
    /// `expect: ANSWER` of a question or of a name that a flow goes to.
    Answer(ExpectedAnswer),
    /// `ttl:`, how long the answer's first record is kept.
    Ttl(u32),
    /// `distribution:`, how often each answer comes first when the question is asked that many times.
    Distribution { count: u64, shares: Vec<Share> },
    /// `ad:`, whether the resolver says that it validated.
    Authenticated(bool),
    /// `forward:`, `return:`, `lookup:`, `attempt:`, with `exactly` where nothing may come in between.
    Path { leg: LegKind, exactly: bool, hops: Vec<HopPattern> },
    /// `never:`, a stage that neither leg meets.
    Never(HopPattern),
    /// `arrives:` (the packet as the responder gets it), `replies:` (as the initiator gets it).
    Packet { leg: LegKind, packet: PacketPattern },
    /// `also:`, a further blocker.
    Also { code: String, at: Option<Component> },
    /// `hint:` or `no hint:` of a trace.
    Hint { code: String, at: Option<Component>, present: bool },
    /// `loses:`, a route that was considered and not taken.
    Loses(Loser),
    /// `rule:`, the label of the deciding rule or route.
    Rule(String),
    /// `fact:`, a named value of the deciding reason.
    Fact { name: String, value: String },
    /// `chooses:`, what a hop chose among several.
    Chooses { hop: HopPattern, of: String, label: String },
    /// `shows:`, the value of a check that a hop carries.
    Shows { hop: HopPattern, check: String, value: String },
    /// `crosses:`, `return crosses:`, the ground between the hops.
    Crosses { leg: LegKind, grounds: Vec<GroundPattern> },
    /// `never crosses:`, on neither leg.
    NeverCrosses(Vec<GroundPattern>),
    /// `hops:` and `latency:`, of the way out.
    Measure(Measure),
    /// `usage:`, `beside:`, `cost:` and `no cost:`.
    Cost(CostLine),
    /// `says:` and `never says:`, a part of a message, or of a record in one, at a hop.
    Says { hop: HopPattern, text: String, present: bool },
}

impl What {
    /// Whether the line speaks of a packet that was sent.
    #[must_use]
    pub fn about_trace(&self) -> bool {
        !matches!(self, Self::Change(_) | Self::Flow(_) | Self::Drawing(_) | Self::Cost(_))
    }
}

/// The verdict a packet must get.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExpectedVerdict {
    /// Verdict of the flow.
    pub verdict: Verdict,
    /// Reason code unless allowed.
    pub code: Option<String>,
    /// Deciding component.
    pub at: Option<Component>,
    /// Leg it dies on.
    pub leg: Option<LegKind>,
}

/// What a lookup must come to (DNS-21).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExpectedAnswer {
    /// `NODATA`, `NXDOMAIN`.
    Without(String),
    /// The data of the records of the asked type, in any order unless `exactly`; `AAAA` and the like
    /// in front of them names the type.
    Data { data: Vec<String>, exactly: bool },
}

/// How often an answer must come first, in per cent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    /// Data of the record, or an outcome.
    pub answer: String,
    /// The share that it should have.
    pub wanted: f64,
    /// By how much it may differ.
    pub tolerance: f64,
}

/// What must be said of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExpectedDrawing {
    /// No error.
    Ok,
    /// That diagnostic, at that node if one is named.
    Code { error: bool, code: String, at: Option<String> },
    /// That diagnostic nowhere.
    Absent(String),
}

/// Reads one line.
pub(super) fn parse_statement(text: &str) -> Result<What, String> {
    let (keyword, rest) =
        text.split_once(':').ok_or_else(|| format!("expected \"keyword: …\", found \"{text}\""))?;
    let rest = rest.trim();
    let leg = |word: &str| match word.split(' ').next() {
        Some("lookup") => LegKind::Lookup,
        Some("attempt") => LegKind::Attempt,
        Some("forward") => LegKind::Forward,
        _ => LegKind::Return,
    };
    match keyword.trim() {
        "change" | "then" => change::parse(rest).map(What::Change),
        "flow" => flow(rest).map(|flow| What::Flow(Box::new(flow))),
        "ask" => ask(rest).map(|flow| What::Flow(Box::new(flow))),
        "request" => flow(rest).map(|flow| What::Flow(Box::new(flow))),
        "next" => match rest.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["packet"] => Ok(What::Next(0)),
            ["packet", "after", seconds] => seconds
                .parse()
                .map(What::Next)
                .map_err(|_| format!("\"{seconds}\" is not a number of seconds")),
            _ => Err(format!("expected \"next: packet [after SECONDS]\", found \"{rest}\"")),
        },
        "expect" => expectation(rest),
        word @ ("forward" | "return" | "forward exactly" | "return exactly" | "lookup" | "lookup exactly"
        | "attempt" | "attempt exactly") => {
            Ok(What::Path { leg: leg(word), exactly: word.ends_with("exactly"), hops: path(rest)? })
        }
        "crosses" => ground::parse(rest).map(|grounds| What::Crosses { leg: LegKind::Forward, grounds }),
        "return crosses" => {
            ground::parse(rest).map(|grounds| What::Crosses { leg: LegKind::Return, grounds })
        }
        "never crosses" => ground::parse(rest).map(What::NeverCrosses),
        "never" => HopPattern::parse(rest).map(What::Never),
        "arrives" => PacketPattern::parse(rest).map(|packet| What::Packet { leg: LegKind::Forward, packet }),
        "replies" => PacketPattern::parse(rest).map(|packet| What::Packet { leg: LegKind::Return, packet }),
        "ttl" => rest.parse().map(What::Ttl).map_err(|_| format!("\"{rest}\" is no number of seconds")),
        "distribution" => distribution(rest),
        "ad" => match rest {
            "yes" => Ok(What::Authenticated(true)),
            "no" => Ok(What::Authenticated(false)),
            _ => Err(format!("expected \"ad: yes\" or \"ad: no\", found \"{rest}\"")),
        },
        "also" => {
            let (code, at, _) = code_and_place(rest)?;
            Ok(What::Also { code, at })
        }
        word @ ("hint" | "no hint") => {
            let (code, at, _) = code_and_place(rest)?;
            Ok(What::Hint { code, at, present: word == "hint" })
        }
        "loses" => Loser::parse(rest).map(What::Loses),
        "hops" => measure::hops(rest).map(What::Measure),
        "latency" => measure::latency(rest).map(What::Measure),
        word @ ("usage" | "beside" | "cost" | "no cost") => cost::parse(word, rest).map(What::Cost),
        "rule" if !rest.is_empty() => Ok(What::Rule(rest.to_owned())),
        "fact" => match rest.split_once(' ') {
            Some((name, value)) => Ok(What::Fact { name: name.to_owned(), value: value.trim().to_owned() }),
            None => Err(format!("expected \"fact: NAME VALUE\", found \"{rest}\"")),
        },
        "chooses" => {
            let (hop, of, label) = three(rest, "chooses: COMPONENT WHAT LABEL")?;
            Ok(What::Chooses { hop, of, label })
        }
        "shows" => {
            let (hop, check, value) = three(rest, "shows: COMPONENT CHECK VALUE")?;
            Ok(What::Shows { hop, check, value })
        }
        word @ ("says" | "never says") => {
            let form = || format!("expected \"says: COMPONENT TEXT\", found \"{rest}\"");
            let (hop, text) = rest.split_once(' ').ok_or_else(form)?;
            let (hop, present) = (HopPattern::parse(hop)?, word == "says");
            Ok(What::Says { hop, text: text.trim().to_owned(), present })
        }
        other => Err(format!(
            "\"{other}:\" is no keyword; there are change, flow, ask, request, next, expect, lookup, attempt, \
             forward, return (each with exactly after it), ttl, ad, distribution, never, arrives, replies, also, \
             hint, no hint, loses, rule, fact, chooses, shows, says, never says, crosses, return crosses, never \
             crosses, hops, latency, usage, beside, cost and no cost"
        )),
    }
}

/// A hop, a word, and the rest of the line.
fn three(text: &str, form: &str) -> Result<(HopPattern, String, String), String> {
    let wrong = || format!("expected \"{form}\", found \"{text}\"");
    let (hop, rest) = text.split_once(' ').ok_or_else(wrong)?;
    let (word, rest) = rest.trim().split_once(' ').ok_or_else(wrong)?;
    Ok((HopPattern::parse(hop)?, word.to_owned(), rest.trim().to_owned()))
}

fn code(text: &str) -> Result<String, String> {
    let sound = text.contains('_') || text == "PROTOCOL_RESTRICTION";
    if sound && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{text}\" is no reason code"))
    }
}

/// `CODE [@COMPONENT] [fwd|ret]`
fn code_and_place(text: &str) -> Result<(String, Option<Component>, Option<LegKind>), String> {
    let (head, rest) = text.split_once(' ').unwrap_or((text, ""));
    let code = code(head)?;
    let rest = rest.trim();
    let (rest, leg) = match rest.rsplit_once(' ').unwrap_or(("", rest)) {
        (front, "fwd") => (front, Some(LegKind::Forward)),
        (front, "ret") => (front, Some(LegKind::Return)),
        _ => (rest, None),
    };
    let at = match rest.trim() {
        "" => None,
        at => Some(Component::parse(
            at.strip_prefix('@').ok_or_else(|| format!("expected \"@component\", found \"{at}\""))?,
        )?),
    };
    Ok((code, at, leg))
}

fn expectation(text: &str) -> Result<What, String> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let verdict = |verdict| -> Result<What, String> {
        let (code, at, leg) = code_and_place(rest)?;
        Ok(What::Verdict(ExpectedVerdict { verdict, code: Some(code), at, leg }))
    };
    let drawing = |error| -> Result<What, String> {
        let (head, at) = rest.split_once(' ').unwrap_or((rest, ""));
        let at = match at.trim() {
            "" => None,
            at => Some(
                at.strip_prefix('@').ok_or_else(|| format!("expected \"@node\", found \"{at}\""))?.to_owned(),
            ),
        };
        Ok(What::Drawing(ExpectedDrawing::Code { error, code: code(head)?, at }))
    };
    match word {
        "ALLOW" if rest.is_empty() => {
            Ok(What::Verdict(ExpectedVerdict { verdict: Verdict::Allowed, code: None, at: None, leg: None }))
        }
        "ANSWER" => answer(rest).map(What::Answer),
        "DENY" => verdict(Verdict::Denied),
        "LOOP" => verdict(Verdict::Loop),
        "UNKNOWN" => verdict(Verdict::Unknown),
        "OK" if rest.is_empty() => Ok(What::Drawing(ExpectedDrawing::Ok)),
        "REJECT" => drawing(true),
        "WARN" => drawing(false),
        "NO" => Ok(What::Drawing(ExpectedDrawing::Absent(code(rest)?))),
        _ => Err(format!(
            "expected ALLOW, ANSWER, DENY, LOOP, UNKNOWN, OK, REJECT, WARN or NO, found \"{text}\""
        )),
    }
}

/// `NODATA`, `NXDOMAIN`, or data with commas in between and `exactly` at the end.
fn answer(text: &str) -> Result<ExpectedAnswer, String> {
    let (text, exactly) = match text.strip_suffix(" exactly") {
        Some(text) => (text, true),
        None => (text, false),
    };
    match text {
        "" => Err("say what the answer is: ANSWER 10.0.3.10, ANSWER NODATA or ANSWER NXDOMAIN".to_owned()),
        "NODATA" | "NXDOMAIN" => Ok(ExpectedAnswer::Without(text.to_owned())),
        _ => {
            let data = text.split(',').map(|data| data.trim().to_owned()).collect();
            Ok(ExpectedAnswer::Data { data, exactly })
        }
    }
}

/// `N -> ANSWER P% [± T], …`
fn distribution(text: &str) -> Result<What, String> {
    let form = "distribution: N -> ANSWER P% [± T], …";
    let wrong = || format!("expected \"{form}\", found \"{text}\"");
    let (count, shares) = text.split_once("->").ok_or_else(wrong)?;
    let count = count.trim().parse().map_err(|_| wrong())?;
    let number = |word: &str| word.parse::<f64>().map_err(|_| wrong());
    let share = |text: &str| match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [answer, share, rest @ ..] => {
            let wanted = number(share.strip_suffix('%').ok_or_else(wrong)?)?;
            let tolerance = match rest {
                [] => 0.0,
                ["±", tolerance] => number(tolerance)?,
                _ => return Err(wrong()),
            };
            Ok(Share { answer: (*answer).to_owned(), wanted, tolerance })
        }
        _ => Err(wrong()),
    };
    let shares = shares.split(',').map(share).collect::<Result<_, _>>()?;
    Ok(What::Distribution { count, shares })
}

/// `FROM NAME TYPE [@SERVER] [cd] [do] [after N] [seed N]`
fn ask(text: &str) -> Result<Flow, String> {
    let form = "FROM NAME TYPE [@SERVER] [cd] [do] [after N] [seed N]";
    let wrong = || format!("expected \"{form}\", found \"{text}\"");
    let all: Vec<&str> = text.split_whitespace().collect();
    let [from, name, kind, options @ ..] = all.as_slice() else { return Err(wrong()) };
    let mut flow = Flow {
        id: "flow".to_owned(),
        from: (*from).to_owned(),
        protocol: "udp".to_owned(),
        port: Some(53),
        ..Flow::default()
    };
    let (mut server, mut flags) = (String::new(), String::new());
    let mut words = options.iter();
    let number = |word: Option<&&str>| word.and_then(|word| word.parse().ok()).ok_or_else(wrong);
    while let Some(word) = words.next() {
        match *word {
            "cd" | "do" => flags = format!("{flags};{word}"),
            "after" => flow.idle = Some(number(words.next())?),
            "seed" => flow.seed = Some(number(words.next())?),
            _ => server = format!("//{}/", word.strip_prefix('@').ok_or_else(wrong)?),
        }
    }
    flow.to = format!("dns:{server}{name}?type={kind}{flags}");
    Ok(flow)
}

/// `FROM -> TO PROTOCOL [PORT] [ipv4|ipv6] [from-port N] [size N] [fragment] [idle N]
/// [reply-after N] [spoofing ADDRESS] [action A] [resource R] [method M] [header NAME:VALUE] [body N]
/// [rate N] [seed N] [encrypted]`; a URL as `TO` needs no protocol.
fn flow(text: &str) -> Result<Flow, String> {
    let form = "FROM -> TO PROTOCOL [PORT] [ipv4|ipv6] [from-port N] [size N] [fragment] [idle N] \
                [reply-after N] [spoofing ADDRESS] [action A] [resource R] [method M] [header NAME:VALUE] \
                [body N] [rate N] [seed N] [encrypted]";
    let mut all: Vec<&str> = text.split_whitespace().collect();
    // A URL says protocol and port itself.
    let url = all.get(2).is_some_and(|to| to.contains("://") || to.starts_with("dns:"));
    if url && all.get(3).is_none_or(|word| !matches!(*word, "tcp" | "udp")) {
        all.insert(3, "tcp");
    }
    let [from, "->" | "→", to, protocol, options @ ..] = all.as_slice() else {
        return Err(format!("expected \"{form}\", found \"{text}\""));
    };
    let mut flow = Flow {
        id: "flow".to_owned(),
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        protocol: (*protocol).to_owned(),
        port: None,
        ..Flow::default()
    };
    let mut words = options.iter().copied();
    let number = |word: Option<&str>, after: &str| -> Result<u64, String> {
        word.and_then(|word| word.parse().ok()).ok_or_else(|| format!("a number belongs after {after}"))
    };
    let port = |n: u64| u16::try_from(n).map_err(|_| format!("{n} is no port"));
    while let Some(word) = words.next() {
        match word {
            "ipv4" | "ipv6" => flow.family = Some(word.to_owned()),
            "fragment" => flow.fragment = true,
            "encrypted" => flow.encrypted = true,
            "from-port" => flow.source_port = Some(port(number(words.next(), word)?)?),
            "size" => {
                let size = number(words.next(), word)?;
                flow.size = Some(u32::try_from(size).map_err(|_| format!("{size} is no packet size"))?);
            }
            "idle" => flow.idle = Some(number(words.next(), word)?),
            "reply-after" => flow.reply_after = Some(number(words.next(), word)?),
            "spoofing" => {
                let address = words.next().ok_or("an address belongs after spoofing")?;
                flow.spoofed_source = Some(address.to_owned());
            }
            "action" => flow.action = Some(words.next().ok_or("an action belongs after action")?.to_owned()),
            "resource" => {
                flow.resource = Some(words.next().ok_or("a resource belongs after resource")?.to_owned());
            }
            "method" => flow.method = Some(words.next().ok_or("a method belongs after method")?.to_owned()),
            "header" => {
                flow.headers.push(words.next().ok_or("NAME:VALUE belongs after header")?.to_owned());
            }
            "body" => flow.body = Some(number(words.next(), word)?),
            "rate" => flow.rate = Some(number(words.next(), word)?),
            "seed" => flow.seed = Some(number(words.next(), word)?),
            _ if flow.port.is_none() && word.chars().all(|c| c.is_ascii_digit()) => {
                flow.port = Some(port(number(Some(word), "the protocol")?)?);
            }
            _ => return Err(format!("\"{word}\" is no part of a flow; expected \"{form}\"")),
        }
    }
    if matches!(*protocol, "tcp" | "udp") && flow.port.is_none() && !url {
        return Err(format!("a {protocol} flow names a port: \"{from} -> {to} {protocol} 443\""));
    }
    Ok(flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows_read_like_sentences() {
        let flow =
            flow("cli -> 203.0.113.10 tcp 443 ipv6 from-port 51000 idle 351 spoofing 10.0.0.99 fragment")
                .unwrap();
        assert_eq!((flow.from.as_str(), flow.to.as_str()), ("cli", "203.0.113.10"));
        assert_eq!((flow.port, flow.source_port, flow.idle), (Some(443), Some(51000), Some(351)));
        assert_eq!(flow.family.as_deref(), Some("ipv6"));
        assert_eq!(flow.spoofed_source.as_deref(), Some("10.0.0.99"));
        assert!(flow.fragment);
    }

    #[test]
    fn questions_become_urls() {
        let flow = ask("op1 db.corp.test AAAA @10.0.1.60 cd after 300").unwrap();
        assert_eq!(flow.to, "dns://10.0.1.60/db.corp.test?type=AAAA;cd");
        assert_eq!((flow.from.as_str(), flow.idle), ("op1", Some(300)));
        assert_eq!(ask("app www.example.com A").unwrap().to, "dns:www.example.com?type=A");
    }

    #[test]
    fn wrong_lines_are_refused_with_a_sentence() {
        for (line, part) in [
            ("flow: cli web tcp 443", "expected \"FROM -> TO"),
            ("flow: cli -> web tcp", "names a port"),
            ("flow: cli -> web tcp 443 quickly", "no part of a flow"),
            ("flow: cli -> web tcp 70000", "no port"),
            ("ask: app db.corp.test", "expected \"FROM NAME TYPE"),
            ("ask: app db.corp.test A 10.0.0.2", "expected \"FROM NAME TYPE"),
            ("expect: ANSWER", "say what the answer is"),
            ("ttl: long", "no number of seconds"),
            ("ad: perhaps", "ad: yes"),
            ("distribution: 203.0.113.1 80%", "distribution: N ->"),
            ("distribution: 10 -> 203.0.113.1 80", "distribution: N ->"),
            ("distribution: 10 -> 203.0.113.1 80% about 2", "distribution: N ->"),
            ("expect: DENY nonsense fwd", "no reason code"),
            ("expect: MAYBE", "expected ALLOW"),
            ("expect: REJECT V_CIDR_SIZE vpc", "expected \"@node\""),
            ("next: please", "next: packet"),
            ("whatever", "keyword"),
            ("whatever: x", "is no keyword"),
            ("fact: x", "fact: NAME VALUE"),
        ] {
            let problem = parse_statement(line).unwrap_err();
            assert!(problem.contains(part), "{line}: {problem}");
        }
    }

    #[test]
    fn verdicts_name_code_component_and_leg() {
        let What::Verdict(found) =
            parse_statement("expect: DENY SUBNET_ACL_RESTRICTION @nacl(pub-a,in) ret").unwrap()
        else {
            panic!("a verdict");
        };
        assert_eq!(found.verdict, Verdict::Denied);
        assert_eq!(found.code.as_deref(), Some("SUBNET_ACL_RESTRICTION"));
        assert_eq!(found.leg, Some(LegKind::Return));
        assert_eq!(found.at, Some(Component::parse("nacl(pub-a,in)").unwrap()));
    }
}
