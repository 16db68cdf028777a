//! What routers tell each other, in words: one line for each step of an exchange, what stops it,
//! and what packets follow once the link fails. Knows no screen.

use hopscope_aws::advertisements::{Exchange, Installed, Path, Step, Told, TunnelState, Weighed, What};
use hopscope_aws::{Document, Id, Network, advertisements};

use super::route_loss;

/// One link with everything that is said over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Talk {
    /// The VPN connection or virtual interface.
    pub link: Id,
    /// Its name and its ends.
    pub title: String,
    /// It works now.
    pub up: bool,
    /// In the order in which they happen.
    pub steps: Vec<Line>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What happens.
    pub text: String,
    /// Prefix by prefix.
    pub more: Vec<String>,
    /// What keeps it from happening now.
    pub stopped: Option<String>,
}

/// Kinds whose exchanges are shown with them.
#[must_use]
pub fn talks(kind: &str) -> bool {
    matches!(
        kind,
        "vpn-connection"
            | "virtual-interface"
            | "customer-gateway"
            | "virtual-private-gateway"
            | "transit-gateway"
            | "direct-connect-gateway"
    )
}

/// What is told over the links that a component is, or ends.
#[must_use]
pub fn told_at(document: &Document, network: &Network, id: &str) -> Vec<Talk> {
    let teller = Teller(document);
    let about = |exchange: &Exchange| {
        let steps = exchange.steps.iter().any(|step| *step.from == *id || *step.to == *id);
        *exchange.link == *id || *exchange.router == *id || *exchange.gateway == *id || steps
    };
    advertisements(network)
        .iter()
        .filter(|exchange| about(exchange))
        .map(|exchange| teller.talk(exchange))
        .collect()
}

struct Teller<'a>(&'a Document);

impl Teller<'_> {
    fn called(&self, id: &str) -> String {
        let owner = id.split('/').next().unwrap_or(id);
        self.0.node(id).or_else(|| self.0.node(owner)).map_or(id, |node| node.label()).to_owned()
    }

    fn talk(&self, exchange: &Exchange) -> Talk {
        let ends = [&exchange.link, &exchange.router, &exchange.gateway].map(|id| self.called(id));
        let [link, router, gateway] = ends;
        Talk {
            link: exchange.link.clone(),
            title: format!("{link}: {router} and {gateway}"),
            up: exchange.up,
            steps: exchange.steps.iter().map(|step| self.line(step)).collect(),
        }
    }

    fn line(&self, step: &Step) -> Line {
        let (from, to) = (self.called(&step.from), self.called(&step.to));
        let (text, more) = match &step.what {
            What::LinkUp { tunnels } if tunnels.is_empty() => ("The link comes up.".to_owned(), Vec::new()),
            What::LinkUp { tunnels } => {
                let tunnel = |it: &TunnelState| {
                    let state = if it.up { "up" } else { "down" };
                    let soon = if it.maintenance { ", about to be replaced" } else { "" };
                    format!("{}: {state}{soon}", it.name)
                };
                ("The tunnels come up.".to_owned(), tunnels.iter().map(tunnel).collect())
            }
            What::Session { site_asn, aws_asn, addresses } => (
                format!("{from} (ASN {site_asn}) and {to} (ASN {aws_asn}) speak BGP."),
                addresses.iter().map(|it| format!("{}: {} and {}", it.name, it.site, it.aws)).collect(),
            ),
            What::SiteAnnounces { prefixes } => {
                // What AWS prefers it by is a level that a community asks for (DX-20).
                let level = |it: &Told| match it.local_preference {
                    1 => ", low local preference",
                    3 => ", high local preference",
                    _ => "",
                };
                let line = |it: &Told| told(it) + level(it);
                (format!("{from} announces to {to}:"), or_none(prefixes.iter().map(line).collect()))
            }
            What::AwsAnnounces { prefixes } => {
                let line = |it: &Told| format!("{}, local preference {}", told(it), it.local_preference);
                (format!("{from} announces to {to}:"), or_none(prefixes.iter().map(line).collect()))
            }
            What::GatewaySelects { prefixes } => {
                (format!("{to} weighs them:"), or_none(prefixes.iter().map(|it| self.weighed(it)).collect()))
            }
            What::SiteSelects { prefixes } => (
                format!("{from} weighs them:"),
                or_none(prefixes.iter().map(|it| self.weighed(it)).collect()),
            ),
            What::Installs { tables } => {
                let line = |it: &Installed| format!("{}: {}", self.called(&it.table), list(&it.prefixes));
                ("They become routes of tables:".to_owned(), or_none(tables.iter().map(line).collect()))
            }
            What::SiteInstalls { prefixes } => (format!("They become routes of {to}:"), vec![list(prefixes)]),
            What::Traffic { to_site, from_site } => (
                "Packets follow:".to_owned(),
                or_none(to_site.iter().chain(from_site).map(|it| self.path(it)).collect()),
            ),
        };
        let stopped = step.stopped_by.as_deref().map(|id| format!("stopped: {} is down", self.called(id)));
        Line { text, more, stopped }
    }

    fn weighed(&self, it: &Weighed) -> String {
        match (&it.by, it.lost) {
            (_, None) => format!("{}: chosen", it.prefix),
            (Some(by), Some(lost)) => {
                format!("{}: {}; {} carries it", it.prefix, route_loss(lost), self.called(by))
            }
            (None, Some(lost)) => format!("{}: {}; nothing carries it", it.prefix, route_loss(lost)),
        }
    }

    fn path(&self, it: &Path) -> String {
        let by = |id: &Option<Id>| id.as_deref().map_or_else(|| "nothing".to_owned(), |id| self.called(id));
        let at = self.called(&it.at);
        format!("{} from {at}: over {}; once this link fails, over {}", it.prefix, by(&it.now), by(&it.then))
    }
}

fn told(it: &Told) -> String {
    let path: Vec<String> = it.as_path.iter().map(ToString::to_string).collect();
    let med = it.med.map_or_else(String::new, |med| format!(", MED {med}"));
    format!("{}: AS_PATH {}{med}", it.prefix, path.join(" "))
}

fn list(prefixes: &[impl ToString]) -> String {
    let all: Vec<String> = prefixes.iter().map(ToString::to_string).collect();
    if all.is_empty() { "none now".to_owned() } else { all.join(", ") }
}

fn or_none(mut lines: Vec<String>) -> Vec<String> {
    if lines.is_empty() {
        lines.push("none now".to_owned());
    }
    lines
}
