//! From bytes to JSON values, and what a file is that is no dump.

use serde_json::{Map, Value};

use crate::error::ImportError;
use crate::get::{clip, kind_of};

/// What to do when a file is something else.
pub const WAY_OUT: &str = "Use what `aws ec2 describe-vpcs`, `aws elbv2 describe-load-balancers`, `aws directconnect describe-connections` and the other describe commands of these three print with --output json.";

/// Why a file without any resource is no dump.
pub fn not_aws(path: &str, value: Option<&Value>) -> ImportError {
    let (problem, way_out) = match value {
        None => ("it is empty".to_owned(), WAY_OUT),
        Some(Value::Object(map)) if map.contains_key("terraform_version") => {
            ("it is Terraform state or a plan, which is not read yet".to_owned(), WAY_OUT)
        }
        Some(Value::Object(map)) if template(map) => {
            ("it is a CloudFormation template, which is not read yet".to_owned(), WAY_OUT)
        }
        Some(Value::Object(map)) => match map.keys().next() {
            Some(key) => (
                format!(
                    "it starts with \"{}\" and not with a key such as \"Vpcs\" or \"Subnets\"",
                    clip(key)
                ),
                WAY_OUT,
            ),
            None => ("it is an empty object".to_owned(), WAY_OUT),
        },
        Some(Value::Array(items)) if items.is_empty() => ("it is an empty list".to_owned(), WAY_OUT),
        Some(other) => (format!("it is {} without any resource in it", kind_of(other)), WAY_OUT),
    };
    ImportError::NotAws { file: path.to_owned(), problem, way_out }
}

/// One or several JSON texts after each other.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Vec<Value>, ImportError> {
    let file = || path.to_owned();
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ImportError::NotText { file: file(), at: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = Vec::new();
    // serde_json refuses nesting beyond 128 levels instead of overflowing the stack.
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        values.push(value.map_err(|error| {
            let full = error.to_string();
            let said = full.split(" at line ").next().unwrap_or("unreadable");
            let (problem, way_out) = if said.contains("recursion limit") {
                (
                    "it is nested more than 127 levels deep".to_owned(),
                    "AWS never nests that deep: check where the file comes from.",
                )
            } else if error.is_eof() {
                (said.to_owned(), "The file was cut short: describe it again.")
            } else {
                (
                    said.to_owned(),
                    "Use --output json, and check whether something else was written into the file.",
                )
            };
            ImportError::NotJson {
                file: file(),
                problem,
                line: error.line(),
                column: error.column(),
                way_out,
            }
        })?);
    }
    if values.is_empty() {
        return Err(ImportError::NotJson {
            file: file(),
            problem: "it is empty".to_owned(),
            line: 1,
            column: 1,
            way_out: "The command printed nothing: check its error message and describe it again.",
        });
    }
    Ok(values)
}

/// A CloudFormation template.
pub fn template(map: &Map<String, Value>) -> bool {
    let typed = |value: &Value| value.get("Type").is_some_and(Value::is_string);
    map.contains_key("AWSTemplateFormatVersion")
        || map.get("Resources").and_then(Value::as_object).is_some_and(|things| things.values().any(typed))
}
