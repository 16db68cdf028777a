//! Chips of everything beyond a VPC's own parts: one table of likely next acts, each made of placing
//! and connecting as a person would do it.

use hopscope_aws::{Config, Document, Id, Node};
use serde_json::{Value, json};

use crate::build;
use crate::command::Draft;
use crate::connect::{connect, offers};
use crate::equip::set;
use crate::place::{Chip, placement};
use crate::rows::rows_of;

/// What a chip does.
enum Act {
    /// Place a component inside this one, or where it belongs beside it.
    Place(&'static str),
    /// Connect with every component of those kinds that it can be connected with.
    Connect(&'static [&'static str]),
    /// The same with the first of them.
    ConnectFirst(&'static [&'static str]),
    /// Place a component and connect it with this one.
    Beside(&'static str),
    /// Place a component that names this one in a field.
    Naming(&'static str, &'static str),
    /// Let a private hosted zone answer in every VPC.
    Answer,
    /// A record of the hosted zone that leads to the first of what an alias can lead to.
    Alias,
}

struct Offer {
    kinds: &'static [&'static str],
    key: &'static str,
    label: &'static str,
    help: &'static str,
    /// What it is called in the history; `{}` is the component.
    done: &'static str,
    act: Act,
}

/// What an alias record leads to, most likely first.
const ALIASES: &[&str] = &[
    "cloudfront-distribution",
    "global-accelerator",
    "application-load-balancer",
    "network-load-balancer",
    "api-gateway",
];

const BALANCERS: &[&str] = &["application-load-balancer", "network-load-balancer"];

static OFFERS: &[Offer] = &[
    Offer {
        kinds: &["transit-gateway"],
        key: "attach-vpcs",
        label: "Attach every VPC",
        help: "An attachment for each VPC of its Region, with a subnet in each zone",
        done: "Attach every VPC to {}",
        act: Act::Connect(&["vpc"]),
    },
    Offer {
        kinds: &["transit-gateway", "virtual-private-gateway"],
        key: "vpn",
        label: "VPN to the sites",
        help: "A Site-to-Site VPN connection from each router drawn",
        done: "Connect the sites with {} by VPN",
        act: Act::Connect(&["customer-gateway"]),
    },
    Offer {
        kinds: &["customer-gateway"],
        key: "vpn-up",
        label: "VPN to AWS",
        help: "A Site-to-Site VPN connection to the first gateway that takes one",
        done: "Connect {} with AWS by VPN",
        act: Act::ConnectFirst(&["transit-gateway", "virtual-private-gateway"]),
    },
    Offer {
        kinds: &["on-premises"],
        key: "add-router",
        label: "Add router",
        help: "A customer gateway with an address and an ASN of its own",
        done: "Add a router to {}",
        act: Act::Place("customer-gateway"),
    },
    Offer {
        kinds: &["on-premises"],
        key: "add-host",
        label: "Add host",
        help: "A host with the next free address of the site",
        done: "Add a host to {}",
        act: Act::Place("on-premises-host"),
    },
    Offer {
        kinds: &["direct-connect-location"],
        key: "add-dx",
        label: "Add connection",
        help: "A Direct Connect connection at this location",
        done: "Add a connection at {}",
        act: Act::Place("direct-connect-connection"),
    },
    Offer {
        kinds: &["direct-connect-connection", "direct-connect-lag"],
        key: "add-vif",
        label: "Add virtual interface",
        help: "With the next free VLAN",
        done: "Add a virtual interface on {}",
        act: Act::Place("virtual-interface"),
    },
    Offer {
        kinds: &["direct-connect-gateway"],
        key: "associate",
        label: "Associate gateways",
        help: "With every virtual private gateway, or every transit gateway",
        done: "Associate gateways with {}",
        act: Act::Connect(&["virtual-private-gateway", "transit-gateway"]),
    },
    Offer {
        kinds: &["client-vpn-endpoint"],
        key: "add-client",
        label: "Add client",
        help: "A computer on the internet that can connect to this endpoint",
        done: "Add a client for {}",
        act: Act::Beside("vpn-client"),
    },
    Offer {
        kinds: BALANCERS,
        key: "register",
        label: "Register instances",
        help: "Every instance it can reach becomes a target",
        done: "Register instances with {}",
        act: Act::Connect(&["instance"]),
    },
    Offer {
        kinds: &["gateway-load-balancer"],
        key: "register",
        label: "Register appliances",
        help: "Every appliance of its VPC becomes a target",
        done: "Register appliances with {}",
        act: Act::Connect(&["instance"]),
    },
    Offer {
        kinds: &["cloudfront-distribution"],
        key: "origins",
        label: "Add origins",
        help: "Every load balancer it can reach becomes an origin",
        done: "Add origins to {}",
        act: Act::Connect(BALANCERS),
    },
    Offer {
        kinds: &["global-accelerator"],
        key: "endpoints",
        label: "Add endpoints",
        help: "Every load balancer becomes an endpoint",
        done: "Add endpoints to {}",
        act: Act::Connect(BALANCERS),
    },
    Offer {
        kinds: &["api-gateway"],
        key: "integrate",
        label: "Integrate load balancer",
        help: "Requests are handed to the first load balancer",
        done: "Let {} hand requests to a load balancer",
        act: Act::ConnectFirst(BALANCERS),
    },
    Offer {
        kinds: &["application-load-balancer", "api-gateway"],
        key: "web-acl",
        label: "Add web ACL",
        help: "An AWS WAF web ACL in front of it",
        done: "Protect {} with a web ACL",
        act: Act::Beside("web-acl"),
    },
    Offer {
        kinds: &["hosted-zone"],
        key: "serve-vpcs",
        label: "Associate every VPC",
        help: "As a private zone, answered in every VPC drawn",
        done: "Associate every VPC with {}",
        act: Act::Answer,
    },
    Offer {
        kinds: &["hosted-zone"],
        key: "alias",
        label: "Alias to load balancer",
        help: "A record that leads to the first distribution, accelerator or load balancer",
        done: "Add an alias to {}",
        act: Act::Alias,
    },
    Offer {
        kinds: &["resolver-endpoint"],
        key: "add-rule",
        label: "Add rule",
        help: "A Resolver rule that forwards a domain through this endpoint",
        done: "Add a rule for {}",
        act: Act::Naming("resolver-rule", "resolver_endpoint"),
    },
    Offer {
        kinds: &["network-firewall"],
        key: "add-endpoint",
        label: "Add endpoint",
        help: "A firewall endpoint in a subnet of its VPC",
        done: "Add an endpoint for {}",
        act: Act::Beside("network-firewall-endpoint"),
    },
];

/// Where a companion goes: into the component, or into the nearest container that may hold it.
fn room(document: &Document, node: &Node, kind: &str) -> Option<Option<Id>> {
    let accepts = |id: &Id| placement(document, kind, Some(id)).is_ok_and(|found| found.missing.is_empty());
    if hopscope_aws::spec(kind).is_some_and(|spec| spec.parents.is_empty()) {
        return Some(None);
    }
    let mut at = Some(node.id.clone());
    for _ in 0..16 {
        let here = at?;
        if accepts(&here) {
            return placement(document, kind, Some(&here)).ok().map(|found| found.parent);
        }
        at = document.node(&here)?.parent.clone();
    }
    None
}

/// Components it can be connected with.
fn partners<'a>(document: &'a Document, id: &'a Id, kinds: &'a [&str]) -> impl Iterator<Item = Id> + 'a {
    kinds.iter().flat_map(move |kind| {
        let fits = move |node: &&std::sync::Arc<Node>| {
            node.kind() == *kind && node.id != *id && offers(document, id, &node.id).is_ok()
        };
        document.nodes.values().filter(fits).map(|node| node.id.clone())
    })
}

/// VPCs in which a hosted zone does not answer yet; none for one that answers everybody.
fn unanswered<'a>(document: &'a Document, zone: &'a Node) -> impl Iterator<Item = &'a Id> {
    let Config::HostedZone(config) = &zone.config else { return None.into_iter().flatten() };
    // Records for everybody are not hidden by a click.
    let open = !config.private_zone && !config.records.is_empty();
    let rest = document
        .nodes
        .values()
        .filter(|node| node.kind() == "vpc" && !config.vpcs.contains(&node.id))
        .map(|node| &node.id);
    (!open).then_some(rest).into_iter().flatten()
}

/// What the first alias of a hosted zone would lead to.
fn aliased<'a>(document: &'a Document, zone: &Node) -> Option<&'a Id> {
    let records = rows_of(zone, "records");
    let led =
        |id: &Id| records.iter().any(|row| row.get("alias").and_then(Value::as_str) == Some(id.as_str()));
    ALIASES.iter().find_map(|kind| {
        document.nodes.values().find(|node| node.kind() == *kind && !led(&node.id)).map(|node| &node.id)
    })
}

fn possible(document: &Document, node: &Node, act: &Act) -> bool {
    match act {
        Act::Place(kind) => placement(document, kind, Some(&node.id)).is_ok(),
        Act::Beside(kind) | Act::Naming(kind, _) => room(document, node, kind).is_some(),
        Act::Answer => unanswered(document, node).next().is_some(),
        Act::Alias => aliased(document, node).is_some(),
        Act::Connect(kinds) | Act::ConnectFirst(kinds) => {
            partners(document, &node.id, kinds).next().is_some()
        }
    }
}

/// The chips of a component.
pub(crate) fn chips(document: &Document, node: &Node) -> Vec<Chip> {
    OFFERS
        .iter()
        .filter(|offer| offer.kinds.contains(&node.kind()) && possible(document, node, &offer.act))
        .map(|offer| Chip { node: node.id.clone(), key: offer.key, label: offer.label, help: offer.help })
        .collect()
}

/// Does what a chip promises. Returns a label and what was made, if that is to be selected.
pub(crate) fn act(draft: &mut Draft, id: &Id, key: &str) -> Result<(String, Option<Id>), String> {
    let node =
        draft.document().node(id).cloned().ok_or_else(|| format!("There is no component \"{id}\"."))?;
    let offer = OFFERS
        .iter()
        .find(|offer| offer.key == key && offer.kinds.contains(&node.kind()))
        .ok_or_else(|| format!("{} has no such next act.", node.label()))?;
    let label = offer.done.replace("{}", node.label());
    match &offer.act {
        Act::Place(kind) => {
            let made = build::make(draft, kind, Some(id), None)?;
            Ok((label, Some(made)))
        }
        Act::Beside(kind) => {
            let parent = room(draft.document(), &node, kind)
                .ok_or_else(|| format!("There is no room for {} here.", crate::names::a(kind)))?;
            let made = build::make(draft, kind, parent.as_ref(), None)?;
            // What finds its partner by itself is connected already.
            if offers(draft.document(), id, &made).is_ok() {
                connect(draft, id, &made, None)?;
            }
            Ok((label, Some(made)))
        }
        Act::Naming(kind, field) => {
            let parent = room(draft.document(), &node, kind)
                .ok_or_else(|| format!("There is no room for {} here.", crate::names::a(kind)))?;
            let made = build::make(draft, kind, parent.as_ref(), None)?;
            set(draft, &made, field, id.as_str().into());
            Ok((label, Some(made)))
        }
        Act::Answer => {
            let new: Vec<Id> = unanswered(draft.document(), &node).cloned().collect();
            let all: Value = match &node.config {
                Config::HostedZone(zone) => {
                    zone.vpcs.iter().chain(&new).map(|id| Value::from(id.as_str())).collect()
                }
                _ => return Err(format!("{} is no hosted zone.", node.label())),
            };
            set(draft, id, "private_zone", true.into());
            set(draft, id, "vpcs", all);
            Ok((label, None))
        }
        Act::Alias => {
            let to = aliased(draft.document(), &node).cloned();
            let to = to.ok_or_else(|| format!("There is nothing that {} could lead to.", node.label()))?;
            let domain = node.field("domain_name").as_str().unwrap_or_default().to_owned();
            let mut rows = rows_of(&node, "records");
            let taken =
                |name: &str| rows.iter().any(|row| row.get("name").and_then(Value::as_str) == Some(name));
            let mut names =
                ["www", "app", "api", "static"].into_iter().map(|first| format!("{first}.{domain}"));
            let name = names.find(|name| !taken(name)).unwrap_or_else(|| domain.clone());
            rows.push(json!({"name": name, "record_type": "A", "alias": to.as_str()}));
            set(draft, id, "records", rows.into());
            Ok((label, None))
        }
        Act::Connect(kinds) => {
            let all: Vec<Id> = partners(draft.document(), id, kinds).collect();
            for other in all {
                // One may make the next impossible: a gateway takes either of two kinds.
                if offers(draft.document(), id, &other).is_ok() {
                    connect(draft, id, &other, None)?;
                }
            }
            Ok((label, None))
        }
        Act::ConnectFirst(kinds) => {
            let first = partners(draft.document(), id, kinds).next();
            let other = first.ok_or_else(|| format!("There is nothing to connect {} with.", node.label()))?;
            connect(draft, id, &other, None)?;
            Ok((label, None))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Intent, Session, starters};

    #[test]
    fn the_table_names_kinds_of_the_catalogue_and_three_acts_for_each_at_most() {
        for offer in OFFERS {
            for kind in offer.kinds {
                assert!(hopscope_aws::spec(kind).is_some(), "{kind}");
                let of_kind = OFFERS.iter().filter(|other| other.kinds.contains(kind));
                assert!(of_kind.clone().count() <= 3, "{kind}");
                assert_eq!(of_kind.filter(|other| other.key == offer.key).count(), 1, "{kind} {}", offer.key);
            }
        }
    }

    #[test]
    fn every_chip_that_is_offered_does_something_in_one_step() {
        let mut seen = std::collections::BTreeSet::new();
        for starter in starters() {
            let document = starter.document().expect("a starter");
            for kind in OFFERS.iter().flat_map(|offer| offer.kinds) {
                // Where the starter has none, one is placed.
                let mut session = Session::new(document.clone());
                if !document.nodes.values().any(|node| node.kind() == *kind) {
                    let into = crate::place::legal_parents(&document, kind).into_iter().flatten().last();
                    session.update(Intent::Place {
                        kind: (*kind).into(),
                        parent: into,
                        zone: None,
                        at: None,
                    });
                }
                let Some(node) = session.document().nodes.values().find(|n| n.kind() == *kind).cloned()
                else {
                    continue;
                };
                for chip in chips(session.document(), &node) {
                    let mut session = session.clone();
                    let before = session.document().clone();
                    let intent = Intent::Chip { node: node.id.clone(), chip: chip.key.to_owned() };
                    let effects = session.update(intent);
                    let refused = effects.iter().any(|effect| matches!(effect, Effect::Alert(_)));
                    assert!(!refused, "{} of {kind}: {effects:?}", chip.key);
                    assert_ne!(&before, session.document(), "{} of {kind}", chip.key);
                    seen.insert((*kind, chip.key));
                }
            }
        }
        for offer in OFFERS {
            for kind in offer.kinds {
                assert!(seen.contains(&(*kind, offer.key)), "{} of {kind} is never offered", offer.key);
            }
        }
    }
}
