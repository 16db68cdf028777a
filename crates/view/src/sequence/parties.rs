//! Which participants of two diagrams mean the same: by name, by kind, by the words that people use
//! for them.

use super::Participant;

/// What a word or a kind stands for: first of all, and in a pinch.
type Meaning = (&'static [&'static str], &'static [&'static str]);

/// Words of labels, in lower case. The longest that occur in a label count.
static WORDS: &[(&str, Meaning)] = &[
    ("on prem", (&["site"], &["person"])),
    ("on premises", (&["site"], &["person"])),
    ("data center", (&["site"], &[])),
    ("data centre", (&["site"], &[])),
    ("customer gateway", (&["site"], &[])),
    ("cgw", (&["site"], &[])),
    ("on prem router", (&["site"], &[])),
    ("on premises router", (&["site"], &[])),
    ("customer router", (&["site"], &[])),
    ("isp", (&["internet"], &[])),
    ("internet provider", (&["internet"], &[])),
    ("internet", (&["internet"], &["aws-edge"])),
    ("aws public internet", (&["aws-edge"], &[])),
    ("aws public side", (&["aws-edge"], &[])),
    ("aws edge", (&["aws-edge"], &[])),
    ("virtual private gateway", (&["vgw"], &[])),
    ("vgw", (&["vgw"], &[])),
    ("vpc", (&["vpc", "vgw"], &["instance"])),
    ("vpc subnets", (&["vpc"], &[])),
    ("subnets", (&["vpc"], &[])),
    ("vpc resource", (&["instance"], &[])),
    ("ec2", (&["instance"], &[])),
    ("lambda", (&["instance"], &[])),
    ("transit gateway", (&["tgw"], &["dxgw"])),
    ("tgw", (&["tgw"], &["dxgw"])),
    ("direct connect gateway", (&["dxgw"], &[])),
    ("dxgw", (&["dxgw"], &[])),
    ("user", (&["person"], &["instance", "vpn-client", "host"])),
    ("laptop", (&["vpn-client"], &["person", "host"])),
    ("browser", (&["person"], &["host"])),
    ("openvpn client", (&["vpn-client"], &[])),
    ("vpn client", (&["vpn-client"], &[])),
    ("client", (&["vpn-client"], &["instance", "host", "person"])),
    ("client vpn endpoint", (&["cvpn"], &[])),
    ("vpn endpoint", (&["cvpn"], &[])),
    ("endpoint", (&["cvpn"], &[])),
    ("acm", (&["acm"], &[])),
    ("certificate manager", (&["acm"], &[])),
    ("active directory", (&["directory"], &[])),
    ("identity provider", (&["idp"], &[])),
    ("dns server", (&["dns-server"], &["vpc-resolver"])),
    ("dx router", (&["dx-port"], &[])),
    ("aws dx router", (&["dx-port"], &[])),
    ("direct connect router", (&["dx-port"], &[])),
    ("direct connect", (&["dx-port"], &[])),
    ("private vif", (&["vif-private"], &[])),
    ("private virtual interface", (&["vif-private"], &[])),
    ("public vif", (&["vif-public"], &[])),
    ("public virtual interface", (&["vif-public"], &[])),
    ("transit vif", (&["vif-transit"], &[])),
    ("transit virtual interface", (&["vif-transit"], &[])),
    ("aws public services", (&["aws-services"], &[])),
    ("public services", (&["aws-services"], &[])),
    ("inbound endpoint", (&["resolver-inbound"], &[])),
    ("outbound endpoint", (&["resolver-outbound"], &[])),
    ("vpc resolver", (&["vpc-resolver"], &[])),
    (".2 resolver", (&["vpc-resolver"], &[])),
    ("route 53 resolver", (&["vpc-resolver"], &[])),
    ("resolver", (&["resolver"], &["vpc-resolver"])),
    ("recursive resolver", (&["resolver"], &["vpc-resolver"])),
    ("on prem dns", (&["site-dns"], &["dns-server"])),
    ("on premises dns", (&["site-dns"], &["dns-server"])),
    ("corporate dns", (&["site-dns"], &["dns-server"])),
    ("root", (&["root"], &[])),
    ("tld", (&["tld"], &[])),
    ("com", (&["tld"], &[])),
    ("authoritative", (&["authoritative"], &[])),
    ("hosted zone", (&["authoritative"], &[])),
    ("route 53", (&["authoritative"], &[])),
    ("web server", (&["target"], &["instance", "host"])),
    ("target", (&["target"], &["instance", "host"])),
];

/// Kinds of components and roles.
static KINDS: &[(&str, Meaning)] = &[
    ("customer-gateway", (&["site"], &[])),
    ("on-premises", (&["site"], &[])),
    ("on-premises-host", (&["host"], &["site", "site-dns"])),
    ("internet", (&["internet"], &[])),
    ("aws-edge", (&["aws-edge"], &[])),
    ("virtual-private-gateway", (&["vgw"], &[])),
    ("vpc", (&["vpc"], &[])),
    ("subnet", (&["vpc"], &[])),
    ("instance", (&["instance"], &["vpc", "target"])),
    ("transit-gateway", (&["tgw"], &["vpc"])),
    ("direct-connect-gateway", (&["dxgw"], &[])),
    ("person", (&["person"], &[])),
    ("vpn-client", (&["vpn-client"], &[])),
    ("internet-host", (&["host"], &["person", "target"])),
    ("client-vpn-endpoint", (&["cvpn"], &[])),
    ("directory", (&["directory"], &[])),
    ("identity-provider", (&["idp"], &[])),
    ("dns-server", (&["dns-server"], &["resolver", "site-dns"])),
    ("root-name-server", (&["root"], &[])),
    ("tld-name-server", (&["tld"], &[])),
    ("aws-name-server", (&["authoritative"], &[])),
    ("hosted-zone", (&["authoritative"], &[])),
    ("client", (&["host"], &["person"])),
    ("root-servers", (&["root"], &[])),
    ("registry", (&["tld"], &[])),
    ("public-resolver", (&["resolver"], &[])),
    ("resolver", (&["vpc-resolver"], &[])),
    ("direct-connect-connection", (&["dx-port"], &[])),
    ("direct-connect-lag", (&["dx-port"], &[])),
    ("aws-services", (&["aws-services"], &[])),
    ("aws-service", (&["aws-services"], &[])),
];

/// Letters and digits in lower case, a dot inside of words; everything else is a space.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || c == '.' {
            out.extend(c.to_lowercase());
        } else {
            out.push(' ');
        }
    }
    let words: Vec<&str> = out.split_whitespace().map(|word| word.trim_end_matches('.')).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn contains(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

/// What a label stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes {
    first: Vec<&'static str>,
    second: Vec<&'static str>,
}

impl Classes {
    fn add(&mut self, meaning: Meaning) {
        self.first.extend(meaning.0);
        self.second.extend(meaning.1);
    }

    /// What the words of a label stand for: the longest count, not those inside them.
    pub fn of_label(label: &str) -> Self {
        let label = plain(label);
        let found: Vec<&(&str, Meaning)> =
            WORDS.iter().filter(|(words, _)| contains(&label, words)).collect();
        let mut classes = Self::default();
        for (words, meaning) in &found {
            let inside = found.iter().any(|(other, _)| other.len() > words.len() && contains(other, words));
            if !inside {
                classes.add(*meaning);
            }
        }
        classes
    }

    /// What a participant of a model stands for: its kind, and for kinds that say little its label.
    pub fn of(participant: &Participant) -> Self {
        let mut classes = Self::default();
        match KINDS.iter().find(|(kind, _)| *kind == participant.kind) {
            Some((_, meaning)) => classes.add(*meaning),
            None => classes = Self::of_label(&participant.label),
        }
        if participant.kind == "resolver-endpoint" && classes.first.is_empty() {
            classes.add((&["resolver-inbound", "resolver-outbound"], &[]));
        }
        if participant.kind == "virtual-interface" {
            let own = Self::of_label(&participant.label);
            if !own.first.is_empty() {
                classes = own;
            }
        }
        classes
    }

    /// Whether one of these is among what the label stands for first of all.
    pub fn is(&self, any: &[&str]) -> bool {
        any.is_empty() || self.first.iter().any(|class| any.contains(class))
    }
}

/// The participants of a model that a label may mean; none where nothing fits.
pub(super) fn meant(label: &str, model: &[Participant], classes: &[Classes]) -> Vec<usize> {
    let own = plain(label);
    let pick = |fits: &dyn Fn(usize, &Participant) -> bool| -> Vec<usize> {
        model.iter().enumerate().filter(|(n, it)| fits(*n, it)).map(|(n, _)| n).collect()
    };
    // A name says who is meant, unless it is a word that people use for several things.
    let generic = WORDS.iter().any(|(words, _)| *words == own);
    let same = pick(&|_, it| plain(&it.label) == own || plain(&it.id) == own);
    if !same.is_empty() && !generic {
        return same;
    }
    let meaning = Classes::of_label(label);
    let share = |a: &[&str], b: &[&str]| a.iter().any(|class| b.contains(class));
    let class = |n: usize| classes.get(n);
    let first =
        pick(&|n, _| same.contains(&n) || class(n).is_some_and(|it| share(&it.first, &meaning.first)));
    if !first.is_empty() {
        return first;
    }
    let second = pick(&|n, _| {
        class(n).is_some_and(|it| share(&it.first, &meaning.second) || share(&it.second, &meaning.first))
    });
    if !second.is_empty() || !meaning.first.is_empty() {
        return second;
    }
    // Unknown words: all of one label's in the other.
    let within = |a: &str, b: &str| !a.is_empty() && a.split(' ').all(|word| contains(b, word));
    pick(&|_, it| within(&own, &plain(&it.label)) || within(&plain(&it.label), &own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn participants(all: &[(&'static str, &str)]) -> Vec<Participant> {
        let it = |(kind, label): &(&'static str, &str)| Participant {
            id: (*label).into(),
            kind,
            label: (*label).to_owned(),
        };
        all.iter().map(it).collect()
    }

    #[test]
    fn people_call_things_by_many_names() {
        let model = participants(&[
            ("customer-gateway", "cgw-1"),
            ("internet", "Internet provider"),
            ("aws-edge", "AWS public side"),
            ("virtual-private-gateway", "vgw-1"),
            ("vpc", "VPC1"),
        ]);
        let classes: Vec<Classes> = model.iter().map(Classes::of).collect();
        let means = |label: &str| meant(label, &model, &classes);
        assert_eq!(means("On-Premises (CGW)"), [0]);
        assert_eq!(means("ISP"), [1]);
        assert_eq!(means("AWS Public Internet"), [2]);
        assert_eq!(means("VPC"), [3, 4]);
        assert_eq!(means("vgw-1"), [3]);
        assert_eq!(means("ACM"), [0usize; 0]);
        assert_eq!(means("something else"), [0usize; 0]);
    }

    #[test]
    fn the_longest_words_count() {
        assert!(Classes::of_label("Inbound endpoint").is(&["resolver-inbound"]));
        assert!(!Classes::of_label("Inbound endpoint").is(&["cvpn"]));
        assert!(Classes::of_label("Client VPN endpoint").is(&["cvpn"]));
        assert!(!Classes::of_label("Client VPN endpoint").is(&["vpn-client"]));
    }
}
