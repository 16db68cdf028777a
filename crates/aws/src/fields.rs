//! Reads JSON objects whose every field has a default, and says which field is wrong.
//!
//! The error is found by reading the fields one at a time, which only happens once something is
//! wrong: the path costs nothing in the good case, neither time nor code.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Why the fields of an object could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldsError {
    /// No component has that kind.
    UnknownKind,
    /// A field has the wrong type.
    Field {
        /// Path of the field inside the object (`routes[2].target`).
        path: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads an object of type `T`, whose fields must all have defaults.
pub(crate) fn read<T: DeserializeOwned>(fields: &Value) -> Result<T, FieldsError> {
    T::deserialize(fields).map_err(|error| {
        let probe = |value: &Value| T::deserialize(value).err().map(|error| error.to_string());
        locate(fields, &probe)
            .unwrap_or_else(|| FieldsError::Field { path: String::new(), problem: error.to_string() })
    })
}

/// The first member that cannot be read by itself, down to the cell of a table.
fn locate(fields: &Value, probe: &dyn Fn(&Value) -> Option<String>) -> Option<FieldsError> {
    let Value::Object(members) = fields else { return None };
    for (key, value) in members {
        let alone = |value: Value| probe(&object(key, value));
        let Some(problem) = alone(value.clone()) else { continue };
        let Value::Array(items) = value else {
            return Some(FieldsError::Field { path: key.clone(), problem });
        };
        let item = items
            .iter()
            .enumerate()
            .find_map(|(n, item)| Some((n, item, alone(Value::Array(vec![item.clone()]))?)));
        let Some((n, item, problem)) = item else {
            return Some(FieldsError::Field { path: key.clone(), problem });
        };
        let cell = item.as_object().and_then(|cells| {
            cells
                .iter()
                .find_map(|(name, cell)| Some((name, alone(Value::Array(vec![object(name, cell.clone())]))?)))
        });
        return Some(match cell {
            Some((name, problem)) => FieldsError::Field { path: format!("{key}[{n}].{name}"), problem },
            None => FieldsError::Field { path: format!("{key}[{n}]"), problem },
        });
    }
    None
}

fn object(key: &str, value: Value) -> Value {
    let mut members = Map::new();
    members.insert(key.to_owned(), value);
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{route_table, vpc};
    use serde_json::json;

    fn path<T: DeserializeOwned>(fields: Value) -> Option<String> {
        match read::<T>(&fields) {
            Err(FieldsError::Field { path, .. }) => Some(path),
            Err(FieldsError::UnknownKind) | Ok(_) => None,
        }
    }

    #[test]
    fn the_wrong_cell_is_named() {
        assert_eq!(path::<vpc::Config>(json!({"cidrs": ["10.0.0.0/16"]})), None);
        assert_eq!(path::<vpc::Config>(json!({"cidrs": 5})).as_deref(), Some("cidrs"));
        assert_eq!(path::<vpc::Config>(json!({"cidrs": ["10.0.0.0/16", 5]})).as_deref(), Some("cidrs[1]"));
        let routes = json!({"routes": [{}, {"destination": "::/0", "target": true}]});
        assert_eq!(path::<route_table::Config>(routes).as_deref(), Some("routes[1].target"));
        assert_eq!(path::<vpc::Config>(json!([1])).as_deref(), Some(""));
    }
}
