//! Components, hops and packets as scenarios write them: `nacl(pub-a,in)`,
//! `igw-A [src 203.0.113.10]`, `{dst 10.0.0.10 dport 443}`.

use std::net::IpAddr;

use hopscope_aws::{Document, Id};
use hopscope_forward::{Decision, Evidence, Hop, RouteLoss, StateEvent, Where};
use hopscope_net::{Packet, Transport};

/// A component as section 0.4 of the rules names it; kind and owner count, not the spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    /// `nacl(subnet)`, `nacl(subnet,in)`: by subnet or by the ACL's own id.
    Acl { of: String, direction: Option<String> },
    /// `sg(owner)`: by host, interface or group.
    Group(String),
    /// `rt(x)`: by subnet, table or VPC; with the winning route where one is written.
    Table { of: String, route: Option<Route> },
    /// `eni(host)`.
    Interface(String),
    /// `vpn(connection, tunnel)`: a VPN connection by one of its tunnels.
    Tunnel { of: String, tunnel: String },
    /// Anything else by its id; a host stands for its interfaces.
    Named(String),
}

/// The winning route of a `rt(…)` pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `rt(x: local)`
    Local,
    /// `rt(x: blackhole)`
    Blackhole,
    /// `rt(x: 0.0.0.0/0 -> nat-a)`
    To { destination: String, target: String },
}

/// Whether `thing` is `name`, belongs to the host `name`, or is an interface that `name` drew for
/// itself (`vpce/prv-a`).
fn is(document: &Document, thing: &Id, name: &str) -> bool {
    thing.as_str() == name
        || thing.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'))
        || document
            .node(thing)
            .is_some_and(|node| node.kind() == "network-interface" && node.parent.as_deref() == Some(name))
}

impl Component {
    /// Reads a component.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || format!("\"{text}\" names no component");
        let Some((kind, rest)) = text.split_once('(') else {
            return if text.is_empty() || text.contains(char::is_whitespace) {
                Err(wrong())
            } else {
                Ok(Self::Named(text.to_owned()))
            };
        };
        let inner = rest.strip_suffix(')').ok_or_else(wrong)?.trim();
        match kind {
            "nacl" => Ok(match inner.split_once(',') {
                Some((of, direction)) => {
                    let direction = direction.trim();
                    if direction != "in" && direction != "out" {
                        return Err(wrong());
                    }
                    Self::Acl { of: of.trim().to_owned(), direction: Some(direction.to_owned()) }
                }
                None => Self::Acl { of: inner.to_owned(), direction: None },
            }),
            "vpn" => {
                let (of, tunnel) = inner.split_once(',').ok_or_else(wrong)?;
                Ok(Self::Tunnel { of: of.trim().to_owned(), tunnel: tunnel.trim().to_owned() })
            }
            "sg" => Ok(Self::Group(inner.to_owned())),
            "eni" => Ok(Self::Interface(inner.to_owned())),
            "rt" => match inner.split_once(':') {
                None => Ok(Self::Table { of: inner.to_owned(), route: None }),
                Some((of, route)) => {
                    let route = match route.trim() {
                        "local" => Route::Local,
                        "blackhole" => Route::Blackhole,
                        route => {
                            let (destination, target) = route.split_once("->").ok_or_else(wrong)?;
                            Route::To {
                                destination: destination.trim().to_owned(),
                                target: target.trim().to_owned(),
                            }
                        }
                    };
                    Ok(Self::Table { of: of.trim().to_owned(), route: Some(route) })
                }
            },
            _ => Err(wrong()),
        }
    }

    /// Whether a reason's place is this component.
    pub(super) fn is_where(&self, document: &Document, at: &Where) -> bool {
        let owner = |name: &str| at.owner.as_ref().is_some_and(|owner| is(document, owner, name));
        let named = |name: &str| is(document, &at.id, name) || owner(name);
        match self {
            Self::Acl { of, direction } => {
                at.kind == "network-acl"
                    && named(of)
                    && direction.as_deref().is_none_or(|direction| at.direction == Some(direction))
            }
            Self::Group(of) => at.kind == "security-group" && named(of),
            Self::Table { of, .. } => {
                let vpc = document.node(&at.id).and_then(|table| table.parent.as_deref());
                at.kind.ends_with("route-table") && (named(of) || vpc == Some(of))
            }
            Self::Interface(of) => at.kind == "network-interface" && named(of),
            Self::Tunnel { of, .. } => at.kind == "vpn-connection" && named(of),
            Self::Named(of) => {
                !matches!(at.kind, "network-acl" | "security-group" | "route-table") && named(of)
            }
        }
    }

    /// Whether a hop is a stage of this component.
    fn is_hop(&self, document: &Document, hop: &Hop) -> bool {
        let named = |name: &str| is(document, &hop.id, name) || is(document, &hop.place, name);
        match self {
            Self::Acl { of, direction } => {
                hop.kind == "network-acl"
                    && named(of)
                    && direction
                        .as_deref()
                        .is_none_or(|direction| hop.stage.ends_with(&format!("-{direction}")))
            }
            Self::Group(of) => hop.stage.starts_with("security-group") && named(of),
            Self::Table { of, route } => {
                // Gateways and routers look routes up like tables do.
                let looked_up = || hop.evidence.iter().any(|it| matches!(it, Evidence::Routes { .. }));
                (hop.kind.ends_with("route-table") || looked_up())
                    && (named(of) || document.node(&hop.id).and_then(|t| t.parent.as_deref()) == Some(of))
                    && route.as_ref().is_none_or(|route| route.won(hop))
            }
            Self::Interface(of) => hop.kind == "network-interface" && named(of),
            Self::Tunnel { of, tunnel } => {
                let taken = |evidence: &Evidence| {
                    matches!(evidence, Evidence::Check { check: "vpn-tunnel", passed: true, value: Some(value) }
                        if value == tunnel)
                };
                hop.kind == "vpn-connection" && named(of) && hop.evidence.iter().any(taken)
            }
            Self::Named(of) => {
                !matches!(hop.kind, "network-acl" | "route-table")
                    && !hop.stage.starts_with("security-group")
                    && named(of)
            }
        }
    }
}

impl Route {
    fn won(&self, hop: &Hop) -> bool {
        let winner = hop.evidence.iter().find_map(|evidence| match evidence {
            Evidence::Routes { candidates, .. } => candidates.iter().find(|route| route.lost.is_none()),
            _ => None,
        });
        winner.is_some_and(|winner| match self {
            Self::Local => winner.target == "local",
            Self::Blackhole => winner.blackhole,
            Self::To { destination, target } => {
                winner.destination == *destination && winner.target == *target
            }
        })
    }
}

/// A route that some table considered and did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loser {
    of: String,
    destination: String,
    target: String,
    why: &'static str,
}

/// Why a route can lose, in words.
const LOSSES: &[&str] = &[
    "shorter prefix",
    "lower origin",
    "local wins",
    "lower preference",
    "longer AS_PATH",
    "higher MED",
    "equal cost",
    "withdrawn",
    "tie",
    "no match",
];

impl Loser {
    /// Reads `rt(SUBNET: DESTINATION -> TARGET) by REASON`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let form = "rt(SUBNET: DESTINATION -> TARGET) by REASON";
        let wrong = || format!("expected \"{form}\", found \"{text}\"");
        let (route, why) = text.split_once(" by ").ok_or_else(wrong)?;
        let why = LOSSES.iter().find(|loss| **loss == why.trim());
        let why = why.ok_or_else(|| format!("a route loses by {}", LOSSES.join(", ")))?;
        match Component::parse(route)? {
            Component::Table { of, route: Some(Route::To { destination, target }) } => {
                Ok(Self { of, destination, target, why })
            }
            _ => Err(wrong()),
        }
    }

    /// Whether a hop is a lookup in that table in which that route lost that way.
    pub(super) fn lost(&self, document: &Document, hop: &Hop) -> bool {
        let table = Component::Table { of: self.of.clone(), route: None };
        let why = |loss: RouteLoss| match loss {
            RouteLoss::ShorterPrefix { .. } => "shorter prefix",
            RouteLoss::LowerOrigin => "lower origin",
            RouteLoss::LocalWins => "local wins",
            RouteLoss::LowerPreference => "lower preference",
            RouteLoss::LongerAsPath => "longer AS_PATH",
            RouteLoss::HigherMed => "higher MED",
            RouteLoss::EqualCost => "equal cost",
            RouteLoss::Withdrawn => "withdrawn",
            RouteLoss::Tie => "tie",
            RouteLoss::NoMatch => "no match",
        };
        table.is_hop(document, hop)
            && hop.evidence.iter().any(|evidence| match evidence {
                Evidence::Routes { candidates, .. } => candidates.iter().any(|route| {
                    route.destination == self.destination
                        && route.target == self.target
                        && route.lost.map(why) == Some(self.why)
                }),
                _ => false,
            })
    }
}

/// Conditions on header fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PacketPattern {
    source: Option<IpAddr>,
    destination: Option<IpAddr>,
    source_port: Option<(u16, u16)>,
    destination_port: Option<(u16, u16)>,
    icmp: Option<u8>,
    size: Option<u32>,
}

impl PacketPattern {
    /// Reads `src A sport N dst B dport N type N size N`, every part optional.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.replace(['→', '='], " ");
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut pattern = Self::default();
        for pair in words.chunks(2) {
            let [key, value] = pair else {
                return Err(format!("\"{}\" has no value", pair.concat()));
            };
            let wrong = || format!("\"{value}\" does not fit {key}");
            let port = || -> Result<(u16, u16), String> {
                let (low, high) = value.split_once('-').unwrap_or((value, value));
                Ok((low.parse().map_err(|_| wrong())?, high.parse().map_err(|_| wrong())?))
            };
            match *key {
                "src" => pattern.source = Some(value.parse().map_err(|_| wrong())?),
                "dst" => pattern.destination = Some(value.parse().map_err(|_| wrong())?),
                "sport" => pattern.source_port = Some(port()?),
                "dport" => pattern.destination_port = Some(port()?),
                "type" => pattern.icmp = Some(value.parse().map_err(|_| wrong())?),
                "size" => pattern.size = Some(value.parse().map_err(|_| wrong())?),
                _ => {
                    return Err(format!(
                        "\"{key}\" is no header field; there are src, dst, sport, dport, type, size"
                    ));
                }
            }
        }
        if pattern == Self::default() { Err("no header field is named".to_owned()) } else { Ok(pattern) }
    }

    /// Whether a packet fits.
    pub(super) fn fits(&self, packet: &Packet) -> bool {
        let within = |range: Option<(u16, u16)>, port: Option<u16>| {
            range.is_none_or(|(low, high)| port.is_some_and(|port| (low..=high).contains(&port)))
        };
        let icmp = match packet.transport {
            Transport::Icmp { kind, .. } => Some(kind),
            _ => None,
        };
        self.source.is_none_or(|address| address == packet.source)
            && self.destination.is_none_or(|address| address == packet.destination)
            && within(self.source_port, packet.source_port())
            && within(self.destination_port, packet.destination_port())
            && self.icmp.is_none_or(|kind| Some(kind) == icmp)
            && self.size.is_none_or(|size| size == packet.size)
    }

    /// Whether a hop rewrote each named field to the named value.
    fn written(&self, hop: &Hop) -> bool {
        let new =
            |field: &str| hop.changes.iter().find(|change| change.field == field).map(|c| c.new.as_str());
        let address = |wanted: Option<IpAddr>, field: &str| {
            wanted.is_none_or(|wanted| new(field).and_then(|new| new.parse().ok()) == Some(wanted))
        };
        let port = |wanted: Option<(u16, u16)>, field: &str| {
            wanted.is_none_or(|(low, high)| {
                new(field)
                    .and_then(|new| new.parse().ok())
                    .is_some_and(|port: u16| (low..=high).contains(&port))
            })
        };
        address(self.source, "source address")
            && address(self.destination, "destination address")
            && port(self.source_port, "source port")
            && port(self.destination_port, "destination port")
    }
}

/// One hop of a path: component, what it did, what it met, what it rewrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HopPattern {
    /// As written.
    pub text: String,
    component: Component,
    refused: bool,
    state: Option<StateEvent>,
    met: Option<PacketPattern>,
    wrote: Option<PacketPattern>,
}

/// Reads a path, hops separated by `›`; `nothing` is the path of what is never sent.
pub(super) fn path(text: &str) -> Result<Vec<HopPattern>, String> {
    if text == "nothing" {
        return Ok(Vec::new());
    }
    text.split('›').map(HopPattern::parse).collect()
}

impl HopPattern {
    /// Reads one hop: `COMPONENT [✘] [state|new|untracked|expired|missing] [{met}] [[rewritten]]`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let mut rest = text.to_owned();
        let mut cut = |open: char, close: char| -> Option<String> {
            let start = rest.find(open)?;
            let end = rest.find(close)?;
            let inner = rest.get(start + 1..end)?.to_owned();
            rest.replace_range(start..=end, " ");
            Some(inner)
        };
        let wrote = cut('[', ']').map(|inner| PacketPattern::parse(&inner)).transpose()?;
        let met = cut('{', '}').map(|inner| PacketPattern::parse(&inner)).transpose()?;
        let mut body = rest.trim();
        let mut pattern = (false, None);
        while let Some((front, word)) = body.rsplit_once(' ') {
            match word {
                "✘" => pattern.0 = true,
                "state" => pattern.1 = Some(StateEvent::Used),
                "new" => pattern.1 = Some(StateEvent::Created),
                "untracked" => pattern.1 = Some(StateEvent::Untracked),
                "expired" => pattern.1 = Some(StateEvent::Expired),
                "missing" => pattern.1 = Some(StateEvent::Missing),
                _ => break,
            }
            body = front.trim();
        }
        let component = Component::parse(body)?;
        Ok(Self { text: text.to_owned(), component, refused: pattern.0, state: pattern.1, met, wrote })
    }

    /// Whether a hop is a stage of the same component, whatever it did.
    pub(super) fn same_component(&self, document: &Document, hop: &Hop) -> bool {
        self.component.is_hop(document, hop)
    }

    /// Whether a hop is this one.
    pub(super) fn fits(&self, document: &Document, hop: &Hop) -> bool {
        let denied = matches!(hop.decision, Decision::Denied | Decision::Unknown);
        let event = |wanted: StateEvent| {
            hop.evidence
                .iter()
                .any(|evidence| matches!(evidence, Evidence::State { event, .. } if *event == wanted))
        };
        self.component.is_hop(document, hop)
            && self.refused == denied
            && self.state.is_none_or(event)
            && self.met.as_ref().is_none_or(|met| met.fits(&hop.packet))
            && self.wrote.as_ref().is_none_or(|wrote| wrote.written(hop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hops_are_read_with_all_their_marks() {
        let hops = path(
            "cli › igw-A [dst→10.0.0.10] › nacl(pub-a,in) ✘ › sg(web) state {src 198.51.100.50 dport 443}",
        )
        .unwrap();
        assert_eq!(hops.len(), 4);
        assert_eq!(hops[1].component, Component::Named("igw-A".into()));
        assert_eq!(hops[1].wrote.as_ref().unwrap().destination, Some("10.0.0.10".parse().unwrap()));
        assert!(hops[2].refused);
        assert_eq!(hops[3].state, Some(StateEvent::Used));
        assert_eq!(hops[3].met.as_ref().unwrap().destination_port, Some((443, 443)));
    }

    #[test]
    fn routes_name_the_winner() {
        assert_eq!(
            Component::parse("rt(prv-a: ::/0 -> eigw-A)").unwrap(),
            Component::Table {
                of: "prv-a".into(),
                route: Some(Route::To { destination: "::/0".into(), target: "eigw-A".into() })
            }
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "two words", "gate(x)", "nacl(x,up)", "nacl(x", "rt(x: nowhere)"] {
            assert!(Component::parse(text).is_err(), "{text:?}");
        }
        for text in ["", "src", "src nowhere", "colour red", "dport x-y"] {
            assert!(PacketPattern::parse(text).is_err(), "{text:?}");
        }
    }
}
