//! Reads JSON objects whose every field has a default, and says which field is wrong.
//!
//! The error is found by reading the fields one at a time, which only happens once something is
//! wrong: the path costs nothing in the good case, neither time nor code.

use hopscope_forward::Id;
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

/// One value of a configuration: how it is read from JSON and written back.
pub(crate) trait Cell {
    /// Takes the value over, or says what was expected.
    fn take(&mut self, value: &Value) -> Result<(), FieldsError>;
    /// The value as JSON, also where it is empty.
    fn give(&self) -> Value;
    /// The same as documents keep it.
    fn save(&self) -> Value {
        self.give()
    }
    /// Empty, off, or absent: not worth writing.
    fn is_empty(&self) -> bool;
}

/// A configuration or a row of one, as [`record!`] declares it: fields by name, each with a default.
pub(crate) trait Record: Default + Clone {
    /// Fields whose default documents leave out though it is not empty.
    const UNWRITTEN: &'static [&'static str];
    /// Its fields in order.
    fn cells(&mut self) -> Vec<(&'static str, &mut dyn Cell)>;
}

/// Reads an object into the cells of a record that holds its defaults; unknown members are left.
pub(crate) fn take_cells(
    cells: Vec<(&'static str, &mut dyn Cell)>,
    value: &Value,
) -> Result<(), FieldsError> {
    let Value::Object(members) = value else { return Err(expected("an object", value)) };
    for (name, cell) in cells {
        let Some(value) = members.get(name) else { continue };
        cell.take(value).map_err(|error| error.inside(name))?;
    }
    Ok(())
}

/// What cells are written for.
enum Purpose<'a> {
    /// To be looked at.
    Show,
    /// To be kept in a document, without these where they are as by default.
    Save(&'a [&'a str]),
}

/// Writes cells as an object; what is empty by default and still is, is left out.
fn give_cells(
    cells: Vec<(&'static str, &mut dyn Cell)>,
    defaults: Vec<(&'static str, &mut dyn Cell)>,
    purpose: &Purpose<'_>,
) -> Value {
    let mut members = Map::new();
    for ((name, cell), (_, default)) in cells.into_iter().zip(defaults) {
        if cell.is_empty() && default.is_empty() {
            continue;
        }
        let value = match purpose {
            Purpose::Show => cell.give(),
            Purpose::Save(unwritten) if unwritten.contains(&name) && cell.give() == default.give() => {
                continue;
            }
            Purpose::Save(_) => cell.save(),
        };
        members.insert(name.to_owned(), value);
    }
    Value::Object(members)
}

/// Reads a record.
pub(crate) fn take_record<R: Record>(value: &Value) -> Result<R, FieldsError> {
    let mut record = R::default();
    take_cells(record.cells(), value)?;
    Ok(record)
}

/// A record as an object.
pub(crate) fn give_record<R: Record>(record: &R) -> Value {
    give_cells(record.clone().cells(), R::default().cells(), &Purpose::Show)
}

/// A record as documents keep it.
pub(crate) fn save_record<R: Record>(record: &R) -> Value {
    give_cells(record.clone().cells(), R::default().cells(), &Purpose::Save(R::UNWRITTEN))
}

impl FieldsError {
    /// The same error, seen from one level further out.
    fn inside(self, name: &str) -> Self {
        match self {
            Self::UnknownKind => Self::UnknownKind,
            Self::Field { path, problem } => {
                let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
                Self::Field { path: format!("{name}{dot}{path}"), problem }
            }
        }
    }
}

fn expected(what: &str, found: &Value) -> FieldsError {
    let found = match found {
        Value::Null => "nothing (null)".to_owned(),
        Value::Bool(_) | Value::Number(_) => found.to_string(),
        Value::String(text) => format!("\"{}\"", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    FieldsError::Field { path: String::new(), problem: format!("expected {what}, found {found}") }
}

impl Cell for String {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = value.as_str().ok_or_else(|| expected("text", value))?.to_owned();
        Ok(())
    }
    fn give(&self) -> Value {
        Value::from(self.as_str())
    }
    fn is_empty(&self) -> bool {
        String::is_empty(self)
    }
}

impl Cell for bool {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = value.as_bool().ok_or_else(|| expected("true or false", value))?;
        Ok(())
    }
    fn give(&self) -> Value {
        Value::from(*self)
    }
    fn is_empty(&self) -> bool {
        !*self
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl Cell for $number {
            fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
                let number = value.as_u64().and_then(|number| Self::try_from(number).ok());
                let what = || expected(&format!("a whole number up to {}", Self::MAX), value);
                *self = number.ok_or_else(what)?;
                Ok(())
            }
            fn give(&self) -> Value {
                Value::from(*self)
            }
            fn is_empty(&self) -> bool {
                *self == 0
            }
        }
    )+};
}
whole_numbers!(u16, u32);

impl<T: Cell + Default> Cell for Option<T> {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = match value {
            Value::Null => None,
            value => {
                let mut inner = T::default();
                inner.take(value)?;
                Some(inner)
            }
        };
        Ok(())
    }
    fn give(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::give)
    }
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

/// Kept as it came.
impl Cell for Value {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = value.clone();
        Ok(())
    }
    fn give(&self) -> Value {
        self.clone()
    }
    fn is_empty(&self) -> bool {
        self.is_null()
    }
}

impl Cell for Option<Id> {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = match value {
            Value::Null => None,
            Value::String(text) => Some(Id::from(text.as_str())),
            _ => return Err(expected("text", value)),
        };
        Ok(())
    }
    fn give(&self) -> Value {
        self.as_deref().map_or(Value::Null, Value::from)
    }
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl Cell for Vec<Id> {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = texts(value)?.into_iter().map(Id::from).collect();
        Ok(())
    }
    fn give(&self) -> Value {
        self.iter().map(|id| Value::from(id.as_str())).collect()
    }
    fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

impl Cell for Vec<String> {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        *self = texts(value)?.into_iter().map(str::to_owned).collect();
        Ok(())
    }
    fn give(&self) -> Value {
        self.iter().map(|text| Value::from(text.as_str())).collect()
    }
    fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

fn texts(value: &Value) -> Result<Vec<&str>, FieldsError> {
    let items = value.as_array().ok_or_else(|| expected("a list", value))?;
    let text =
        |n: usize, item| Value::as_str(item).ok_or_else(|| expected("text", item).inside(&format!("[{n}]")));
    items.iter().enumerate().map(|(n, item)| text(n, item)).collect()
}

impl<R: Record> Cell for Vec<R> {
    fn take(&mut self, value: &Value) -> Result<(), FieldsError> {
        let items = value.as_array().ok_or_else(|| expected("a list", value))?;
        self.clear();
        for (n, item) in items.iter().enumerate() {
            self.push(take_record(item).map_err(|error| error.inside(&format!("[{n}]")))?);
        }
        Ok(())
    }
    fn give(&self) -> Value {
        self.iter().map(give_record).collect()
    }
    fn save(&self) -> Value {
        self.iter().map(save_record).collect()
    }
    fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

/// Declares a configuration, or a row of one: public fields, each with its default (the type's
/// own where none is written), readable from JSON and writable to it without a derive for each.
///
/// `= DEFAULT` is always saved. `=> DEFAULT` is saved only where it was changed: for fields that came to a
/// kind after its first release, lest documents of before change when they are saved.
macro_rules! record {
    (@default) => { Default::default() };
    (@default $value:expr) => { $value.into() };
    (@unwritten $field:ident $late:expr) => { stringify!($field) };
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$doc:meta])* pub $field:ident: $type:ty $(= $default:expr)? $(=> $late:expr)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(default))]
        pub struct $name {
            $($(#[$doc])* pub $field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: record!(@default $($default)? $($late)?),)* }
            }
        }

        impl $crate::fields::Record for $name {
            const UNWRITTEN: &'static [&'static str] = &[$($(record!(@unwritten $field $late),)?)*];

            fn cells(&mut self) -> Vec<(&'static str, &mut dyn $crate::fields::Cell)> {
                vec![$((stringify!($field), &mut self.$field),)*]
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::{route_table, vpc};
    use serde_json::json;

    fn path<T: Record>(fields: Value) -> Option<String> {
        match take_record::<T>(&fields) {
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

    #[test]
    fn what_is_off_against_its_default_is_written() {
        use crate::components::network_interface::Config;
        let off = Config { source_dest_check: false, ..Config::default() };
        assert_eq!(give_record(&off), json!({"source_dest_check": false}));
        assert_eq!(take_record::<Config>(&give_record(&off)).unwrap(), off);
    }

    #[test]
    fn a_default_that_came_later_is_saved_only_where_it_was_changed() {
        assert_eq!(save_record(&vpc::Config::default()), json!({}));
        let off = vpc::Config { enable_dns_support: false, ..vpc::Config::default() };
        assert_eq!(save_record(&off), json!({"enable_dns_support": false}));
        assert_eq!(take_record::<vpc::Config>(&save_record(&off)).unwrap(), off);
        // Forms show it all the same.
        let shown = json!({"enable_dns_support": true, "autodefined_reverse": true});
        assert_eq!(give_record(&vpc::Config::default()), shown);
        assert_eq!(take_record::<vpc::Config>(&json!({})).unwrap(), vpc::Config::default());
    }
}
