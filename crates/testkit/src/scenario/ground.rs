//! What a packet crosses and how it is wrapped there: `crosses:`, read and checked.

use hopscope_aws::Document;
use hopscope_forward::Leg;
use hopscope_view::ground::{Crossing, Ground, Wrap, crossings};

/// One piece of ground as a scenario writes it: `fibre (vlan 101, macsec)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroundPattern {
    ground: Ground,
    wraps: Vec<WrapPattern>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum WrapPattern {
    Ipsec(Option<(String, String)>),
    Tls,
    Vlan(u32),
    Macsec,
    Clear,
}

const GROUNDS: [Ground; 5] = [Ground::Zones, Ground::Backbone, Ground::Edge, Ground::Internet, Ground::Fibre];

/// Reads pieces in their order, separated by `›`; `nothing` is none at all.
pub(super) fn parse(text: &str) -> Result<Vec<GroundPattern>, String> {
    if text.trim() == "nothing" {
        return Ok(Vec::new());
    }
    text.split('›').map(one).collect()
}

fn one(text: &str) -> Result<GroundPattern, String> {
    let text = text.trim();
    let (word, wraps) = match text.split_once('(') {
        Some((word, rest)) => {
            let rest = rest.strip_suffix(')').ok_or_else(|| format!("\"{text}\" has no closing bracket"))?;
            (word.trim(), rest.split(',').map(wrap).collect::<Result<_, _>>()?)
        }
        None => (text, Vec::new()),
    };
    let ground = GROUNDS.into_iter().find(|ground| ground.word() == word);
    let ground = ground.ok_or_else(|| {
        format!("\"{word}\" is no ground; there are {}", GROUNDS.map(Ground::word).join(", "))
    })?;
    Ok(GroundPattern { ground, wraps })
}

fn wrap(text: &str) -> Result<WrapPattern, String> {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["ipsec"] => Ok(WrapPattern::Ipsec(None)),
        ["ipsec", from, "->" | "→", to] => {
            Ok(WrapPattern::Ipsec(Some(((*from).to_owned(), (*to).to_owned()))))
        }
        ["tls"] => Ok(WrapPattern::Tls),
        ["macsec"] => Ok(WrapPattern::Macsec),
        ["clear"] => Ok(WrapPattern::Clear),
        ["vlan", vlan] => vlan.parse().map(WrapPattern::Vlan).map_err(|_| format!("\"{vlan}\" is no VLAN")),
        _ => {
            Err(format!("\"{text}\" is no wrap; there are ipsec [FROM -> TO], tls, vlan N, macsec and clear"))
        }
    }
}

impl GroundPattern {
    fn fits(&self, crossing: &Crossing) -> bool {
        crossing.ground == self.ground && self.wraps.iter().all(|wrap| wrap.fits(crossing))
    }
}

impl WrapPattern {
    fn fits(&self, crossing: &Crossing) -> bool {
        let any = |test: &dyn Fn(&Wrap) -> bool| crossing.wraps.iter().any(test);
        match self {
            Self::Ipsec(None) => any(&|wrap| matches!(wrap, Wrap::Ipsec { .. })),
            Self::Ipsec(Some((a, b))) => {
                any(&|wrap| matches!(wrap, Wrap::Ipsec { from, to } if from == a && to == b))
            }
            Self::Tls => any(&|wrap| *wrap == Wrap::Tls),
            Self::Vlan(vlan) => any(&|wrap| *wrap == Wrap::Vlan(*vlan)),
            Self::Macsec => crossing.extra_bytes() == 32,
            Self::Clear => crossing.readable(),
        }
    }
}

/// What really was crossed on a leg.
fn real(document: &Document, leg: &Leg) -> Vec<Crossing> {
    if leg.counterfactual {
        return Vec::new();
    }
    let hops = leg.hops.iter().zip(crossings(document, leg));
    hops.filter(|(hop, _)| !hop.counterfactual).flat_map(|(_, crossed)| crossed).collect()
}

/// Every piece in this order, others in between; none at all where none is named.
pub(super) fn check(document: &Document, patterns: &[GroundPattern], leg: &Leg) -> Result<(), String> {
    let found = real(document, leg);
    let mut rest = found.iter();
    let sound = if patterns.is_empty() {
        found.is_empty()
    } else {
        patterns.iter().all(|pattern| rest.any(|crossing| pattern.fits(crossing)))
    };
    if sound { Ok(()) } else { Err(said(&found)) }
}

/// No such piece on that leg.
pub(super) fn absent(document: &Document, pattern: &GroundPattern, leg: &Leg) -> Result<(), String> {
    let found = real(document, leg);
    if found.iter().any(|crossing| pattern.fits(crossing)) { Err(said(&found)) } else { Ok(()) }
}

fn said(found: &[Crossing]) -> String {
    let all: Vec<String> =
        found.iter().map(|crossing| format!("{} {:?}", crossing.ground.word(), crossing.wraps)).collect();
    if all.is_empty() { "nothing is crossed".to_owned() } else { format!("it crosses {}", all.join(", ")) }
}
