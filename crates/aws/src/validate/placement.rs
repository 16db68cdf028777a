//! Components where AWS has no place for them, and references to nothing.

use serde_json::Value;

use super::{Check, codes};
use crate::component::FieldKind;
use crate::diagnostic::Diagnostic;
use crate::document::Node;

pub(super) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        parent(check, node);
        references(check, node);
    }
}

fn parent(check: &mut Check<'_>, node: &Node) {
    let spec = node.config.spec();
    let found = match node.parent.as_deref() {
        None if spec.parents.is_empty() || tolerated_at_top(spec.kind) => return,
        None => "nothing".to_owned(),
        Some(parent) => match check.kind_of(parent) {
            Some(_) if encloses_itself(check, node) => "itself".to_owned(),
            Some(kind) if spec.parents.contains(&kind) => return,
            Some(kind) => crate::catalog::spec(kind).map_or(kind, |spec| spec.name).to_owned(),
            None => format!("\"{parent}\", which does not exist"),
        },
    };
    let wanted: Vec<_> =
        spec.parents.iter().filter_map(|kind| crate::catalog::spec(kind)).map(|spec| spec.name).collect();
    let wanted = if wanted.is_empty() { "nothing".to_owned() } else { wanted.join(" or ") };
    check.report(
        Diagnostic::new(&codes::PLACEMENT, &node.id)
            .field("parent")
            .fact("component", spec.name)
            .fact("found", found)
            .fact("wanted", wanted),
    );
}

/// Kinds that a drawing may leave outside every Region without loss of meaning.
fn tolerated_at_top(kind: &str) -> bool {
    matches!(
        kind,
        "vpc"
            | "prefix-list"
            | "elastic-ip"
            | "unmodelled"
            | "internet-gateway"
            | "egress-only-internet-gateway"
    )
}

fn encloses_itself(check: &Check<'_>, node: &Node) -> bool {
    let mut at = node.parent.as_deref();
    // Real nesting is six deep at most; a longer chain is a circle further up.
    for _ in 0..16 {
        match at {
            None => return false,
            Some(id) if id == node.id.as_str() => return true,
            Some(id) => at = check.document.nodes.get(id).and_then(|parent| parent.parent.as_deref()),
        }
    }
    true
}

fn references(check: &mut Check<'_>, node: &Node) {
    for field in node.config.spec().fields {
        let (kinds, many): (&[&str], bool) = match &field.kind {
            FieldKind::Ref(kinds) => (kinds, false),
            FieldKind::RefList(kind) => (std::slice::from_ref(kind), true),
            _ => continue,
        };
        let value = node.field(field.key);
        let ids: Vec<(String, String)> = match (value, many) {
            (Value::String(id), false) => vec![(field.key.to_owned(), id)],
            (Value::Array(ids), true) => ids
                .into_iter()
                .enumerate()
                .filter_map(|(n, id)| Some((format!("{}/{n}", field.key), id.as_str()?.to_owned())))
                .collect(),
            _ => continue,
        };
        for (path, id) in ids {
            let fits = check.kind_of(&id).is_some_and(|kind| kinds.contains(&kind));
            // A deleted gateway leaves its edge association and address behind; said, not refused.
            if !fits {
                let found = check
                    .kind_of(&id)
                    .map_or("nothing", |kind| crate::catalog::spec(kind).map_or(kind, |spec| spec.name));
                check.report(
                    Diagnostic::new(&codes::REFERENCE, &node.id)
                        .field(path)
                        .fact("field", field.label)
                        .fact("reference", &id)
                        .fact("found", found),
                );
            }
        }
    }
}
