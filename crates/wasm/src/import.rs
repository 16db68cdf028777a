//! Dumps of the AWS CLI at the boundary.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

use crate::answer::Failure;
use crate::{give_up, object};

/// Makes a document of what `aws ec2`, `elbv2` and `directconnect describe-…` printed. Takes `[{ path, text }]`, gives
/// `{ document, unmodelled: [{ what, id, path }], notes: [{ text, path }] }`.
///
/// # Errors
/// `{ code, message }` when the files cannot be read.
#[wasm_bindgen]
pub fn import_aws(files: JsValue) -> Result<JsValue, JsValue> {
    let files: Vec<File> = serde_wasm_bindgen::from_value(files).map_err(|error| {
        let message = format!("The files are not a list of objects with path and text: {error}.");
        give_up(&Failure { code: "files", message })
    })?;
    let import =
        import(&files).map_err(|error| give_up(&Failure { code: "files", message: error.to_string() }))?;
    Ok(object(&import))
}

/// One file to import.
#[derive(Debug, Deserialize)]
struct File {
    /// Its path; tells the Region where the content does not.
    path: String,
    /// Its content.
    text: String,
}

/// A document made of files, and what to know about it.
#[derive(Debug, Serialize)]
struct Imported {
    document: Value,
    unmodelled: Vec<Unmodelled>,
    notes: Vec<Note>,
}

/// One thing that is kept but not simulated.
#[derive(Debug, Serialize)]
struct Unmodelled {
    what: String,
    id: String,
    path: String,
}

/// One remark.
#[derive(Debug, Serialize)]
struct Note {
    text: String,
    path: String,
}

fn import(files: &[File]) -> Result<Imported, hopscope_interop::ImportError> {
    let files: Vec<_> = files.iter().map(|file| (file.path.clone(), file.text.as_bytes())).collect();
    let import = hopscope_interop::import(&files)?;
    let unmodelled = import
        .unmodelled
        .into_iter()
        .map(|thing| Unmodelled { what: thing.what, id: thing.id.to_string(), path: thing.path })
        .collect();
    let notes = import.notes.into_iter().map(|note| Note { text: note.text, path: note.path }).collect();
    Ok(Imported { document: import.document.to_value(), unmodelled, notes })
}
