//! All documents of a browser as one file, and back. Documents travel as they are stored.

use hopscope_aws::Document;
use hopscope_aws::document::read_json;
use serde_json::{Map, Value, json};

/// The member that says what the file is, with the version of its format.
pub const MARK: &str = "hopscope_documents";
/// Largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most documents in a file.
pub const MAX_DOCUMENTS: usize = 2_000;
/// The name of the file.
pub const FILE_NAME: &str = "hopscope-documents.json";

/// Why a file that says it is one of these cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is of a later version.
    Version,
    /// There are no documents in it.
    Empty,
    /// There are so many in it.
    TooMany(usize),
}

/// One document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its id in addresses.
    pub id: String,
    /// When it was last saved, milliseconds since 1970.
    pub saved: f64,
    /// The document.
    pub document: Document,
}

/// Writes the file: each document with its id and when it was saved. A text that is no JSON is left
/// out, and counted.
#[must_use]
pub fn write<'a>(documents: impl IntoIterator<Item = (&'a str, f64, &'a str)>) -> (String, usize) {
    let mut lost = 0;
    let mut out = Vec::new();
    for (id, saved, text) in documents {
        match serde_json::from_str::<Value>(text) {
            Ok(document) => out.push(json!({ "id": id, "saved": saved, "document": document })),
            Err(_) => lost += 1,
        }
    }
    (json!({ MARK: 1, "documents": out }).to_string(), lost)
}

/// Reads a file; none if it is something else. Documents that cannot be read are left out, and counted.
///
/// # Errors
/// The file says that it is one of these, and cannot be read.
pub fn read(bytes: &[u8]) -> Option<Result<(Vec<Kept>, usize), Refusal>> {
    let Ok(Value::Object(mut file)) = read_json(bytes, MAX_BYTES) else { return None };
    let version = file.get(MARK)?.as_u64();
    Some(if version == Some(1) { documents(&mut file) } else { Err(Refusal::Version) })
}

fn documents(file: &mut Map<String, Value>) -> Result<(Vec<Kept>, usize), Refusal> {
    let Some(Value::Array(all)) = file.remove("documents") else {
        return Err(Refusal::Empty);
    };
    if all.len() > MAX_DOCUMENTS {
        return Err(Refusal::TooMany(all.len()));
    }
    let count = all.len();
    let read = |mut one: Value| {
        let id = one.get("id")?.as_str().filter(|id| is_id(id))?.to_owned();
        let saved = one.get("saved").and_then(Value::as_f64).filter(|at| at.is_finite()).unwrap_or(0.0);
        let document = Document::from_value(one.get_mut("document")?.take()).ok()?;
        Some(Kept { id, saved, document })
    };
    let whole: Vec<Kept> = all.into_iter().filter_map(read).collect();
    let lost = count - whole.len();
    Ok((whole, lost))
}

/// Ids are parts of addresses: letters, digits and hyphens.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Document {
        Document { name: name.to_owned(), ..Document::default() }
    }

    #[test]
    fn what_was_written_is_read() {
        let (a, b) = (named("a").to_json(), named("b").to_json());
        let (file, lost) = write([("1", 5.0, a.as_str()), ("2-x", 7.5, b.as_str()), ("3", 0.0, "{broken")]);
        assert_eq!(lost, 1);
        let (documents, lost) = read(file.as_bytes()).expect("a bundle").expect("a good one");
        assert_eq!(lost, 0);
        let found: Vec<_> = documents
            .iter()
            .map(|kept| (kept.id.as_str(), kept.saved, kept.document.name.as_str()))
            .collect();
        assert_eq!(found, [("1", 5.0, "a"), ("2-x", 7.5, "b")]);
    }

    #[test]
    fn other_files_are_none_and_hostile_ones_are_told() {
        assert_eq!(read(b"{\"hopscope\":1}"), None);
        assert_eq!(read(b"[]"), None);
        assert_eq!(read(b"nonsense"), None);
        assert!(read(b"{\"hopscope_documents\":2,\"documents\":[]}").is_some_and(|found| found.is_err()));
        assert!(read(b"{\"hopscope_documents\":1}").is_some_and(|found| found.is_err()));
        let file = br#"{"hopscope_documents":1,"documents":[3,{"id":"<b>","document":{}},{"id":"ok","document":7}]}"#;
        assert_eq!(read(file), Some(Ok((Vec::new(), 3))));
        let many = json!({ MARK: 1, "documents": vec![Value::Null; MAX_DOCUMENTS + 1] }).to_string();
        assert!(read(many.as_bytes()).is_some_and(|found| found.is_err()));
    }
}
