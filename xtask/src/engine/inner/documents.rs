//! Documents written from the code: the schema of the file format, the list of components, the
//! pictures of the starters.

use std::fmt::Write;

use hopscope_aws::document::VERSION;
use hopscope_aws::{CATALOG, Config, Flow, Frame, Note};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::shell::{Result, root, write};

/// Writes the documents, or says which ones are not current.
pub fn generate(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    let mut documents = vec![
        ("docs/document.schema.json".to_owned(), schema()?),
        ("docs/components.md".to_owned(), components()),
    ];
    for starter in hopscope_editor::starters() {
        documents.push((
            format!("crates/editor/starters/{}.svg", starter.slug),
            super::picture::starter(&starter)?,
        ));
    }
    for (name, text) in documents {
        let path = root().join(&name);
        if std::fs::read_to_string(&path).is_ok_and(|found| found == text) {
            continue;
        }
        if check {
            stale.push(name);
        } else {
            write(&path, &text)?;
            println!("wrote {name}");
        }
    }
    match stale.as_slice() {
        [] => Ok(()),
        names => Err(format!("{} is not current: run `cargo xtask docs`", names.join(" and "))),
    }
}

/// The JSON schema of a document. The outer shape is `Document::from_value`'s; fields come from
/// the components themselves.
fn schema() -> Result<String> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let config = generator.subschema_for::<Config>();
    let flow = generator.subschema_for::<Flow>();
    let frame = generator.subschema_for::<Frame>();
    let note = generator.subschema_for::<Note>();
    let definitions = name_by_kind(Value::Object(generator.take_definitions(true)));
    let own = json!({
        "type": "object",
        "properties": {
            "id": { "type": "string", "minLength": 1, "description": "Stable id, unique in the document." },
            "name": { "type": "string", "description": "The author's name for it." },
            "parent": { "type": ["string", "null"], "description": "Id of what contains it." },
        },
        "required": ["id", "kind"],
    });
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hopscope document",
        "type": "object",
        "required": ["hopscope"],
        "properties": {
            "hopscope": { "const": VERSION, "description": "Version of the format." },
            "name": { "type": "string", "description": "Title." },
            "description": { "type": "string", "description": "What it shows, in a paragraph." },
            "nodes": {
                "type": "array",
                "description": "Components in the author's order.",
                "items": { "allOf": [own, config] },
            },
            "flows": { "type": "array", "description": "Flows in the author's order.", "items": flow },
            "frames": {
                "type": "object",
                "description": "Frames of things placed or resized by hand, by id.",
                "additionalProperties": frame,
            },
            "notes": {
                "type": "array",
                "description": "What the author remarks on the drawing; never part of the simulation.",
                "items": note,
            },
        },
        "$defs": definitions,
    });
    let mut text = serde_json::to_string_pretty(&sorted(whole)).map_err(|error| error.to_string())?;
    text.push('\n');
    Ok(text)
}

/// Calls the definition of each component's fields by the component's kind, instead of `Config7`,
/// and describes it in the component's own words.
fn name_by_kind(mut definitions: Value) -> Value {
    let mut names: Vec<(String, &str)> = Vec::new();
    for variant in definitions["Config"]["oneOf"].as_array_mut().into_iter().flatten() {
        let kind = variant["properties"]["kind"]["const"].as_str().unwrap_or_default();
        let Some(spec) = hopscope_aws::spec(kind) else { continue };
        variant["description"] = json!(spec.summary);
        if let Some(name) = variant["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            names.push((name.to_owned(), spec.kind));
        }
    }
    renamed(definitions, &names)
}

fn renamed(value: Value, names: &[(String, &str)]) -> Value {
    let new = |old: &str| names.iter().find(|(name, _)| name == old).map(|(_, new)| (*new).to_owned());
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| {
                let reference = value.as_str().and_then(|path| path.strip_prefix("#/$defs/")).and_then(new);
                match reference {
                    Some(name) if key == "$ref" => (key, json!(format!("#/$defs/{name}"))),
                    _ => (new(&key).unwrap_or(key), renamed(value, names)),
                }
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(|item| renamed(item, names)).collect(),
        other => other,
    }
}

/// Members in alphabetical order, so that the file does not depend on how the tool was built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// Every component with its fields, as Markdown.
fn components() -> String {
    let mut text = String::from(
        "# Components\n\nWritten by `cargo xtask docs` from the components' own descriptions; do not edit.\n",
    );
    for spec in CATALOG {
        let _ = write!(text, "\n## {}\n\n`{}`: {}\n\n", spec.name, spec.kind, spec.summary);
        if let Some(aws_type) = spec.aws_type {
            let _ = writeln!(text, "- In AWS: `{aws_type}`");
        }
        let inside = match spec.parents {
            [] => "the top level".to_owned(),
            parents => parents.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" or "),
        };
        let _ = writeln!(text, "- Placed in: {inside}");
        let target = match spec.route_target {
            (true, true) => Some("IPv4 and IPv6"),
            (true, false) => Some("IPv4"),
            (false, true) => Some("IPv6"),
            (false, false) => None,
        };
        if let Some(families) = target {
            let _ = writeln!(text, "- Target of routes for {families}");
        }
        if spec.endpoint {
            text.push_str("- Sends and receives packets\n");
        }
        if !spec.docs.is_empty() {
            let _ = writeln!(text, "- More: <{}>", spec.docs);
        }
        if !spec.fields.is_empty() {
            text.push_str("\n| field | meaning | |\n| --- | --- | --- |\n");
            for field in spec.fields {
                let _ = writeln!(text, "| `{}` | {} | {} |", field.key, field.label, field.help);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_knows_every_kind() {
        let schema = schema().expect("a schema");
        for spec in CATALOG {
            assert!(schema.contains(&format!("\"{}\"", spec.kind)), "{}", spec.kind);
        }
    }
}
