//! Random flows among the parts of a random network.

use std::sync::Arc;

use hopscope_aws::{Config, Document, Flow};

use super::random::Random;

/// One interface as flows see it.
struct Card {
    id: String,
    instance: String,
    vpc: String,
    subnet: String,
    v4: Vec<String>,
    v6: Vec<String>,
    public: Vec<String>,
    /// The first card of its instance, whom the instance's name stands for.
    first: bool,
    /// It forwards packets of others.
    appliance: bool,
}

fn cards(document: &Document) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for node in document.nodes.values() {
        let Config::NetworkInterface(config) = &node.config else { continue };
        let Some(instance) = node.parent.as_deref() else { continue };
        let subnet = config.subnet.as_deref().unwrap_or_default();
        let elastic = document.nodes.values().filter_map(|eip| match &eip.config {
            Config::ElasticIp(eip) if eip.target.as_deref() == Some(&node.id) => Some(eip.address.clone()),
            _ => None,
        });
        let assigned = config.private_ips.iter().filter_map(|row| row.public_ip.clone());
        cards.push(Card {
            id: node.id.to_string(),
            instance: instance.to_owned(),
            vpc: document
                .node(subnet)
                .and_then(|s| s.parent.clone())
                .map(|p| p.to_string())
                .unwrap_or_default(),
            subnet: subnet.to_owned(),
            v4: config.private_ips.iter().map(|row| row.address.clone()).collect(),
            v6: config.ipv6.clone(),
            public: elastic.chain(assigned).collect(),
            appliance: document
                .node(instance)
                .is_some_and(|i| matches!(&i.config, Config::Instance(config) if config.role != "host")),
            first: !cards.iter().any(|card| card.instance == instance),
        });
    }
    cards
}

/// Public addresses of NAT gateways, and private ones.
fn nat_addresses(document: &Document) -> Vec<String> {
    let mut found = Vec::new();
    for node in document.nodes.values() {
        match &node.config {
            Config::ElasticIp(eip) if eip.target.as_deref().is_some_and(|t| t.starts_with("nat")) => {
                found.push(eip.address.clone());
            }
            Config::NatGateway(nat) => found.extend(nat.private_ip.clone()),
            _ => {}
        }
    }
    found
}

pub(super) fn add(random: &mut Random, document: &mut Document) {
    let cards = cards(document);
    let nats = nat_addresses(document);
    for number in 0..3 + random.below(3) {
        let mut flow = if random.chance(70) || cards.is_empty() {
            from_card(random, &cards, &nats)
        } else {
            from_internet(random, &cards, &nats)
        };
        flow.id = format!("flow-{number}");
        document.flows.push(Arc::new(flow));
    }
}

/// Fills in what is sent, for the family of the addresses.
fn traffic(random: &mut Random, flow: &mut Flow, six: bool) {
    flow.port = None;
    flow.source_port = None;
    match random.below(20) {
        0..=11 => {
            flow.protocol = "tcp".to_owned();
            flow.port = random.pick(&[443, 443, 443, 443, 80, 22, 5432, 2222]).copied();
        }
        12..=14 => {
            flow.protocol = "udp".to_owned();
            flow.port = random.pick(&[53, 123, 4500]).copied();
            flow.reply_after = random.pick(&[10, 29, 31, 60]).copied().filter(|_| random.chance(15));
        }
        15..=17 => flow.protocol = if six { "icmpv6" } else { "icmp" }.to_owned(),
        18 => {
            flow.protocol = "gre".to_owned();
            flow.reply_after = random.pick(&[400, 601, 700]).copied().filter(|_| random.chance(30));
        }
        _ => flow.protocol = random.word(&["esp", "sctp", "89"]).to_owned(),
    }
    if flow.port.is_some() {
        flow.source_port = random.pick(&[40_000, 51_000, 62_000, 1_030]).copied();
    }
    flow.fragment = random.chance(3);
    if flow.protocol == "tcp" && random.chance(4) {
        flow.idle = random.pick(&[100, 351, 400]).copied();
    }
}

fn spoof(random: &mut Random, flow: &mut Flow, card: &Card, six: bool) {
    if !six && random.chance(5) {
        let inside =
            card.v4.first().and_then(|a| a.rsplit_once('.')).map(|(prefix, _)| format!("{prefix}.99"));
        flow.spoofed_source = if random.chance(50) { inside } else { Some("8.8.8.8".to_owned()) };
    }
}

fn from_card(random: &mut Random, cards: &[Card], nats: &[String]) -> Flow {
    let mut flow = Flow::default();
    let Some(card) = random.pick(cards) else { return flow };
    let six = card.v4.is_empty() || (!card.v6.is_empty() && random.chance(35));
    traffic(random, &mut flow, six);
    flow.family = Some(if six { "ipv6" } else { "ipv4" }.to_owned());
    let own = if six { &card.v6 } else { &card.v4 };
    flow.from = match random.below(4) {
        0 if card.first => card.instance.clone(),
        1 => random.pick(own).cloned().unwrap_or_else(|| card.id.clone()),
        _ => card.id.clone(),
    };
    let others: Vec<&Card> = cards.iter().filter(|other| other.instance != card.instance).collect();
    let near: Vec<&Card> = others.iter().copied().filter(|other| other.vpc == card.vpc).collect();
    let addresses = |card: &Card| if six { card.v6.clone() } else { card.v4.clone() };
    // Without ports a request to an appliance cannot be told from a reply to what it translated.
    let reachable = |other: &&&Card| flow.port.is_some() || !other.appliance;
    let far_public: Vec<String> = if six {
        others.iter().filter(|o| o.vpc != card.vpc).flat_map(|o| o.v6.clone()).collect()
    } else {
        others.iter().filter(reachable).flat_map(|o| o.public.clone()).collect()
    };
    let host = if six { "2001:db8:ffff::80" } else { "198.51.100.80" };
    let choice = random.below(100);
    let local = random.pick(&near).map(|other| {
        let list = addresses(other);
        let named = if other.first { other.instance.clone() } else { other.id.clone() };
        if list.is_empty() {
            None
        } else if random.chance(40) {
            Some(named)
        } else {
            random.pick(&list).cloned()
        }
    });
    flow.to = match choice {
        0..=34 => local.flatten().unwrap_or_else(|| "srv".to_owned()),
        35..=69 => if random.chance(50) { "srv" } else { host }.to_owned(),
        70..=79 => random.pick(&far_public).cloned().unwrap_or_else(|| "srv".to_owned()),
        80..=82 if !six => random.pick(nats).cloned().unwrap_or_else(|| "srv".to_owned()),
        // The other family, which the sender may not have (V6-12).
        98 if !six => "2001:db8:ffff::80".to_owned(),
        98 => "198.51.100.80".to_owned(),
        83..=84 => special(random, card, six),
        85..=86 => if six { "2001:db8:eeee::1" } else { random.word(&["8.8.8.8", "192.0.2.9"]) }.to_owned(),
        87..=96 if six => {
            let own_v4: Vec<&String> = near
                .iter()
                .filter(|other| other.subnet != card.subnet && other.first)
                .flat_map(|other| other.v4.first())
                .collect();
            match random.pick(&own_v4) {
                Some(inner) if random.chance(40) => format!("64:ff9b::{inner}"),
                _ => "64:ff9b::198.51.100.80".to_owned(),
            }
        }
        _ => "srv".to_owned(),
    };
    spoof(random, &mut flow, card, six);
    flow.size = random.pick(&[1_500, 8_000, 9_000]).copied().filter(|_| random.chance(6));
    flow
}

/// Addresses with a meaning of their own.
fn special(random: &mut Random, card: &Card, six: bool) -> String {
    let prefix = card.v4.first().and_then(|a| a.rsplit_once('.')).map_or("10.0.0", |(prefix, _)| prefix);
    let vpc = prefix.rsplit_once('.').map_or("10.0", |(vpc, _)| vpc);
    if six {
        return random.word(&["fd00:ec2::253", "fd00:ec2::254"]).to_owned();
    }
    match random.below(9) {
        0 => "169.254.169.254".to_owned(),
        1 => "169.254.169.253".to_owned(),
        2 => format!("{vpc}.0.2"),
        3 => format!("{prefix}.1"),
        4 => format!("{prefix}.255"),
        5 => format!("{prefix}.77"),
        6 => format!("{vpc}.3.77"),
        7 => "192.168.1.10".to_owned(),
        _ => "100.100.1.1".to_owned(),
    }
}

fn from_internet(random: &mut Random, cards: &[Card], nats: &[String]) -> Flow {
    let mut flow = Flow::default();
    let six_cards: Vec<&Card> = cards.iter().filter(|card| !card.v6.is_empty()).collect();
    let six = !six_cards.is_empty() && random.chance(35);
    traffic(random, &mut flow, six);
    flow.family = Some(if six { "ipv6" } else { "ipv4" }.to_owned());
    flow.from = match random.below(12) {
        0..=5 => "cli".to_owned(),
        6..=8 => "internet".to_owned(),
        9 if !six => format!("internet:{}", random.word(&["10.99.0.1", "100.64.200.1", "192.168.7.7"])),
        _ => format!("internet:{}", if six { "2001:db8:dddd::7" } else { "198.51.100.77" }),
    };
    if six {
        let card = random.pick(&six_cards);
        flow.to = match card {
            Some(card) if card.first && random.chance(40) => card.instance.clone(),
            Some(card) => random.pick(&card.v6).cloned().unwrap_or_default(),
            None => String::new(),
        };
        if random.chance(3) {
            flow.to = "2001:db8:0:77::1".to_owned();
        }
        return flow;
    }
    let public: Vec<&Card> = cards.iter().filter(|card| !card.public.is_empty()).collect();
    flow.to = match (random.below(20), random.pick(&public)) {
        (0..=6, Some(card)) if card.first => card.instance.clone(),
        (0..=15, Some(card)) => random.pick(&card.public).cloned().unwrap_or_default(),
        (16..=17, _) if !nats.is_empty() => random.pick(nats).cloned().unwrap_or_default(),
        (18, _) => random.word(&["203.0.113.250", "203.0.113.251"]).to_owned(),
        _ => match random.pick(cards) {
            Some(card) if card.first => card.instance.clone(),
            _ => "203.0.113.251".to_owned(),
        },
    };
    flow
}
