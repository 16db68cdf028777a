//! Which rules exist, which are proven, and which are declared gaps that expire by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use hopscope_aws::{CATALOG, spec};

use super::markdown::is_rule_id;
use super::{Case, Place, Problem, Scenario};

/// Rule families whose components exist; of the worked cases (`W`), `is_worked_case` tells which count.
pub const IN_SCOPE: &[&str] = &[
    "PIPE", "ADDR", "PL", "RT", "SG", "NACL", "IGW", "EIGW", "NAT", "V6", "W", //
    "PCX", "BPA", "GWE", "IFE", "GWLB", "NFW", "TGW", "VPN", "CVPN", "DX", "HYB", "DNS", "R53", "DSEC", "LB",
    "EDGE", "PRC",
];

/// Whether it is a worked case of section 30; higher numbers are none yet.
fn is_worked_case(id: &str) -> bool {
    let number: Option<u32> = id.strip_prefix("W-").and_then(|number| number.parse().ok());
    number.is_some_and(|number| number <= 154)
}

/// What a gap waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GapNeed {
    /// A component: any of these kind slugs or CloudFormation types.
    Component(Vec<String>),
    /// A field of a component.
    Field {
        /// Kind of the component.
        kind: String,
        /// Name of the field.
        key: String,
    },
    /// A whole family of rules: the sources of the engine or of the cost model cite one of it
    /// (`PRC-01`).
    Rules(String),
}

impl GapNeed {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(family) = text.strip_prefix("rules ") {
            return if is_rule_id(&format!("{family}-01")) {
                Ok(Self::Rules(family.to_owned()))
            } else {
                Err(format!("\"{family}\" is no family of rules, such as \"PRC\""))
            };
        }
        if let Some((kind, key)) = text.split_once('.') {
            return if spec(kind).is_some() && !key.is_empty() && !key.contains(' ') {
                Ok(Self::Field { kind: kind.to_owned(), key: key.to_owned() })
            } else {
                Err(format!("\"{text}\" is no field of a component, such as \"subnet.dns64\""))
            };
        }
        let names: Vec<String> = text.split(" or ").map(|name| name.trim().to_owned()).collect();
        if names.iter().any(|name| name.is_empty() || name.contains(' ')) {
            return Err(format!(
                "\"{text}\" is no list of kinds, such as \"transit-gateway or AWS::EC2::TransitGateway\""
            ));
        }
        if names.iter().all(|name| !name.starts_with("AWS::")) {
            return Err(format!(
                "\"{text}\" names no CloudFormation type; the kind alone may be spelt otherwise"
            ));
        }
        Ok(Self::Component(names))
    }

    /// Whether what the gap waits for is there now.
    #[must_use]
    pub fn arrived(&self) -> bool {
        match self {
            Self::Component(names) => CATALOG.iter().any(|spec| {
                names.iter().any(|name| spec.kind == name || spec.aws_type == Some(name.as_str()))
            }),
            Self::Field { kind, key } => {
                spec(kind).is_some_and(|spec| spec.fields.iter().any(|field| field.key == key))
            }
            Self::Rules(family) => {
                let here = Path::new(env!("CARGO_MANIFEST_DIR"));
                let sources = ["../aws/src", "../view/src"].map(|sources| here.join(sources));
                sources.iter().any(|sources| cites(sources, &format!("{family}-")))
            }
        }
    }
}

impl fmt::Display for GapNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Component(names) => f.write_str(&names.join(" or ")),
            Self::Field { kind, key } => write!(f, "the field {key} of a {kind}"),
            Self::Rules(family) => write!(f, "rules of the family {family} in the engine"),
        }
    }
}

/// Whether a source file under `directory` names a rule that starts with `family`.
fn cites(directory: &Path, family: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(directory) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return cites(&path, family);
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let numbered = |at: usize| {
            let number = text.get(at + family.len()..at + family.len() + 2).unwrap_or_default();
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            number.len() == 2
                && number.chars().all(|c| c.is_ascii_digit())
                && !before.is_some_and(char::is_alphanumeric)
        };
        text.match_indices(family).any(|(at, _)| numbered(at))
    })
}

/// A rule that cannot be proven yet, why, and what ends that.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// The heading.
    pub place: Place,
    /// Rules.
    pub ids: Vec<String>,
    /// Why.
    pub reason: String,
    /// What it waits for; every one of them is missing today.
    pub needs: Vec<GapNeed>,
    /// Blocks that must fail today; the gap is over when one of them passes.
    pub cases: Vec<Case>,
}

impl Gap {
    /// Reads a gap.
    pub(super) fn from_scenario(scenario: Scenario) -> Result<Self, Problem> {
        let problem = |place: &Place, text: String| Problem { place: place.clone(), text };
        let mut needs = Vec::new();
        for (place, text) in &scenario.needs {
            needs.push(GapNeed::parse(text).map_err(|text| problem(place, text))?);
        }
        if scenario.prose.is_empty() {
            return Err(problem(&scenario.place, "a gap says why it is one".to_owned()));
        }
        if needs.is_empty() && scenario.cases.is_empty() {
            let text = "a gap must end by itself: add a \"needs:\" line, or a block that fails today";
            return Err(problem(&scenario.place, text.to_owned()));
        }
        Ok(Self {
            place: scenario.place,
            ids: scenario.ids,
            reason: scenario.prose,
            needs,
            cases: scenario.cases,
        })
    }
}

/// Rule ids that the reference defines in the families in scope: paragraphs that start with the
/// id in bold, and first cells of the worked cases and of the pricing catalogue.
#[must_use]
pub fn rule_ids(reference: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for line in reference.lines() {
        let bold = line.trim_start().strip_prefix("- **").and_then(|rest| rest.split("**").next());
        let cell = line.strip_prefix("| ").and_then(|rest| rest.split(" |").next());
        for id in [bold, cell].into_iter().flatten() {
            let family = id.split('-').next().unwrap_or_default();
            let counts = is_rule_id(id) && IN_SCOPE.contains(&family);
            let tabled = matches!(family, "W" | "PRC");
            if counts && (bold.is_some() != tabled) && (family != "W" || is_worked_case(id)) {
                out.insert(id.to_owned());
            }
        }
    }
    out
}

/// Reason codes that section 29 of the reference explains.
#[must_use]
pub fn codes_documented(reference: &str) -> BTreeSet<String> {
    let section = reference.split("\n## 29 ").nth(1).and_then(|rest| rest.split("\n## 30 ").next());
    let code = |word: &&str| {
        word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    section.unwrap_or_default().split('`').filter(code).map(str::to_owned).collect()
}

/// The state of the rules after a run.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Rules that the reference defines.
    pub rules: BTreeSet<String>,
    /// Rules cited by a passing scenario.
    pub proven: BTreeSet<String>,
    /// Rules that wait for something, by gap.
    pub gaps: BTreeMap<String, Place>,
}

impl Coverage {
    /// Rules that are neither proven nor declared as gaps.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let known = |id: &&String| !self.proven.contains(*id) && !self.gaps.contains_key(*id);
        self.rules.iter().filter(known).map(String::as_str).collect()
    }

    /// Counts for one family: all, proven, gaps only.
    #[must_use]
    pub fn count(&self, family: &str) -> (usize, usize, usize) {
        let of = |id: &&String| id.split('-').next() == Some(family);
        let all = self.rules.iter().filter(of).count();
        let proven = self.rules.iter().filter(of).filter(|id| self.proven.contains(*id)).count();
        let waiting = |id: &&String| !self.proven.contains(*id) && self.gaps.contains_key(*id);
        (all, proven, self.rules.iter().filter(of).filter(waiting).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_from_definitions_not_from_mentions() {
        let text = "- **RT-13** Longest prefix, see RT-12.\n| W-01 | none | x |\n| W-999 | later | x |\n\
                    | SG-01 | in a table |\n| PRC-01 | IGW | free |\n- **ZZZ-01** later.\n";
        assert_eq!(rule_ids(text).into_iter().collect::<Vec<_>>(), ["PRC-01", "RT-13", "W-01"]);
    }

    #[test]
    fn codes_come_from_section_29_only() {
        let text = "`X_BEFORE_IT`\n## 29 Reason codes\n| `X_ONE` | `V_TWO` RT-01 · `I_THREE` |\n## 30 Cases\n`X_AFTER_IT`";
        assert_eq!(codes_documented(text).into_iter().collect::<Vec<_>>(), ["I_THREE", "V_TWO", "X_ONE"]);
    }

    #[test]
    fn a_gap_ends_when_its_component_or_field_arrives() {
        let need = |text: &str| GapNeed::parse(text).unwrap();
        assert!(need("nat or AWS::EC2::NatGateway").arrived());
        assert!(!need("x or AWS::Not::Existing").arrived());
        assert!(need("subnet.cidr").arrived());
        assert!(!need("subnet.flavour").arrived());
        assert!(need("rules RT").arrived());
        assert!(!need("rules ZZZ").arrived());
        for text in ["rules x", "subnet", "gizmo.cidr", "a b or AWS::X", ""] {
            assert!(GapNeed::parse(text).is_err(), "{text:?}");
        }
    }
}
