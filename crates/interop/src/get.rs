//! Reads members of AWS objects. A wrong type is an error that names its path; `null` is absent.

use serde_json::{Map, Value};

use crate::error::ImportError;

/// An object of the dump and where it stands.
#[derive(Clone, Debug)]
pub struct Obj<'a> {
    /// Its members.
    pub map: &'a Map<String, Value>,
    /// The file it came from.
    pub file: &'a str,
    /// Path in that file.
    pub at: String,
}

/// Members of an object, each absent, present or of the wrong type.
impl<'a> Obj<'a> {
    /// The error that `problem` is, at `key`.
    pub fn wrong(&self, key: &str, problem: impl Into<String>) -> ImportError {
        let place = if key.is_empty() { self.at.clone() } else { format!("{}.{key}", self.at) };
        ImportError::Member { file: self.file.to_owned(), place, problem: problem.into() }
    }

    fn expected(&self, key: &str, what: &str, found: &Value) -> ImportError {
        self.wrong(key, format!("expected {what}, found {}", kind_of(found)))
    }

    fn member(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Text that is not empty.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, ImportError> {
        match self.member(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(other) => Err(self.expected(key, "text", other)),
        }
    }

    /// An id that must be there.
    pub fn id(&self, key: &str) -> Result<&'a str, ImportError> {
        let id = self.text(key)?.ok_or_else(|| self.wrong("", format!("it has no {key}")))?;
        if id.len() > 255 {
            return Err(self.wrong(key, "an id of more than 255 bytes cannot be right"));
        }
        Ok(id)
    }

    /// True or false; absent is `None`.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, ImportError> {
        match self.member(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.expected(key, "true or false", other)),
        }
    }

    /// A whole number, also as text.
    pub fn number(&self, key: &str) -> Result<Option<i64>, ImportError> {
        match self.member(key) {
            None => Ok(None),
            Some(Value::Number(n)) if n.is_i64() => Ok(n.as_i64()),
            Some(Value::String(text)) if text.parse::<i64>().is_ok() => Ok(text.parse().ok()),
            Some(other) => Err(self.expected(key, "a whole number", other)),
        }
    }

    /// The object under a key.
    pub fn object(&self, key: &str) -> Result<Option<Obj<'a>>, ImportError> {
        match self.member(key) {
            None => Ok(None),
            Some(Value::Object(map)) => {
                Ok(Some(Obj { map, file: self.file, at: format!("{}.{key}", self.at) }))
            }
            Some(other) => Err(self.expected(key, "an object", other)),
        }
    }

    fn items(&self, key: &str) -> Result<&'a [Value], ImportError> {
        match self.member(key) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(self.expected(key, "a list", other)),
        }
    }

    /// The objects of a list; absent is empty.
    pub fn list(&self, key: &str) -> Result<Vec<Obj<'a>>, ImportError> {
        self.items(key)?
            .iter()
            .enumerate()
            .map(|(n, item)| match item {
                Value::Object(map) => Ok(Obj { map, file: self.file, at: format!("{}.{key}[{n}]", self.at) }),
                other => Err(self.expected(&format!("{key}[{n}]"), "an object", other)),
            })
            .collect()
    }

    /// The texts of a list; absent is empty.
    pub fn texts(&self, key: &str) -> Result<Vec<&'a str>, ImportError> {
        self.items(key)?
            .iter()
            .enumerate()
            .map(|(n, item)| item.as_str().ok_or_else(|| self.expected(&format!("{key}[{n}]"), "text", item)))
            .collect()
    }

    /// The value of the Name tag.
    pub fn name_tag(&self) -> Result<Option<&'a str>, ImportError> {
        for key in ["Tags", "TagSet", "TagList"] {
            for tag in self.list(key)? {
                if tag.text("Key")? == Some("Name") {
                    return tag.text("Value");
                }
            }
        }
        Ok(None)
    }
}

/// What a value is, in words.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing (null)",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The start of a text, for messages.
pub fn clip(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if text.chars().count() > 60 {
        out.push('…');
    }
    out
}
