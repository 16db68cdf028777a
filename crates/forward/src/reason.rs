//! Why a packet was refused: a static descriptor with a stable code, plus the facts of the case.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::Id;

/// How much a reason weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// A packet dies here.
    Deny,
    /// AWS would refuse the drawing (`V_*`).
    Error,
    /// Legal, but worth telling (`I_*` and drawing warnings).
    Warning,
    /// A fact to learn from.
    Info,
}

/// A reason as declared once, beside the check that raises it. Codes never change.
#[derive(Debug)]
pub struct ReasonSpec {
    /// Stable code of `docs/rules.md` section 29 (`SUBNET_ACL_RESTRICTION`, `X_STATE_MISSING`).
    pub code: &'static str,
    /// The name AWS Reachability Analyzer gives the same cause, where it has one.
    pub aws_code: Option<&'static str>,
    /// What it weighs.
    pub severity: Severity,
    /// Rule ids of the semantics reference that define it.
    pub rules: &'static [&'static str],
    /// The AWS page or RFC behind it.
    pub docs: &'static str,
}

impl PartialEq for ReasonSpec {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for ReasonSpec {}

/// The component that decided, as `@nacl(pub-a,in)` names it: the component itself and, where
/// it acts for another thing, that owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Where {
    /// Kind slug of the component (`network-acl`).
    pub kind: &'static str,
    /// Id of the component (`acl-1`).
    pub id: Id,
    /// What it acted for: the subnet of an ACL or route table, the interface of a security group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Id>,
    /// `in` or `out` where the component has two lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<&'static str>,
}

impl Where {
    /// A component that acts for itself.
    #[must_use]
    pub fn new(kind: &'static str, id: &Id) -> Self {
        Self { kind, id: id.clone(), owner: None, direction: None }
    }

    /// The same, acting for `owner`.
    #[must_use]
    pub fn of(mut self, owner: &Id) -> Self {
        self.owner = Some(owner.clone());
        self
    }

    /// The same, in one direction (`in` or `out`).
    #[must_use]
    pub fn toward(mut self, direction: &'static str) -> Self {
        self.direction = Some(direction);
        self
    }
}

/// One refusal: which reason, where, by which rule, with which facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The declared reason.
    pub spec: &'static ReasonSpec,
    /// The component that decided.
    pub at: Where,
    /// The rule or route that decided, as the component labels it (`rule 100`, `0.0.0.0/0`).
    pub rule: Option<String>,
    /// Named values for the sentence (`destination` → `198.51.100.80`).
    pub facts: Vec<(&'static str, String)>,
}

impl Reason {
    /// A refusal without further facts.
    #[must_use]
    pub fn new(spec: &'static ReasonSpec, at: Where) -> Self {
        Self { spec, at, rule: None, facts: Vec::new() }
    }

    /// The same, naming the rule or route that decided.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = Some(rule.into());
        self
    }

    /// The same with one more named fact.
    #[must_use]
    pub fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts: std::collections::BTreeMap<_, _> = self.facts.iter().map(|(k, v)| (*k, v)).collect();
        let mut out = serializer.serialize_struct("Reason", 6)?;
        out.serialize_field("code", self.spec.code)?;
        out.serialize_field("aws_code", &self.spec.aws_code)?;
        out.serialize_field("at", &self.at)?;
        out.serialize_field("rule", &self.rule)?;
        out.serialize_field("rules", self.spec.rules)?;
        out.serialize_field("facts", &facts)?;
        out.end()
    }
}
