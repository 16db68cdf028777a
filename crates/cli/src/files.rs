//! Reading and writing files, bounded and atomic. Every failure is one sentence.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use hopscope_aws::Document;
use hopscope_aws::document::LoadError;
use hopscope_editor::picture::{self, MAX_PICTURE, Source};
use hopscope_interop::{ImportError, MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES};

/// Folders are searched this deep.
const MAX_DEPTH: usize = 16;

/// The document in a file, or in a picture that carries one.
pub fn document(path: &Path) -> Result<Document, String> {
    let shown = path.display();
    if path.is_dir() {
        return Err(format!(
            "{shown} is a folder, not a document. Run `hopscope import {shown} -o FILE.hopscope.json` first and use that file."
        ));
    }
    let bytes = read(path, MAX_PICTURE)?;
    let bytes = match picture::read(&bytes) {
        Some(Source::Text(text)) => text.into_bytes(),
        Some(Source::None) => {
            return Err(format!(
                "{shown} is a picture without a document in it. Use one that was exported with its document, or a .hopscope.json file."
            ));
        }
        None => bytes,
    };
    Document::from_json(&bytes).map_err(|error| match error {
        LoadError::WrongKind { problem, .. } => format!(
            "{shown} is not a Hopscope document: {problem}. If the AWS CLI printed it, run `hopscope import {shown} -o FILE.hopscope.json` first and use that file."
        ),
        LoadError::TooLarge { limit, .. } => {
            format!("{shown} is larger than {limit} MB, the most that a document may be. Remove what you do not need.")
        }
        other => format!("{shown}: {other}"),
    })
}

/// A text file of at most `limit` bytes and one more.
pub fn text(path: &Path, limit: usize) -> Result<String, String> {
    let bytes = read(path, limit)?;
    String::from_utf8(bytes).map_err(|_| format!("{} is not a text file. Name one in UTF-8.", path.display()))
}

/// The bytes of a file, at most one more than `limit`.
fn read(path: &Path, limit: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(|error| {
        format!("{} cannot be read: {}. Check the path and its permissions.", path.display(), reason(&error))
    })?;
    Ok(bytes)
}

/// Files to import.
#[derive(Debug, Default)]
pub struct Found {
    /// Path as shown, and content.
    pub files: Vec<(String, Vec<u8>)>,
    /// Where they really are.
    pub real: BTreeSet<PathBuf>,
    /// Hopscope documents that stood in a folder.
    pub documents: Vec<String>,
}

/// The files at some paths; folders are searched for `.json` files.
pub fn gather(paths: &[PathBuf], mut seen: impl FnMut(usize)) -> Result<Found, String> {
    let mut found = Found::default();
    let mut total = 0usize;
    for path in paths {
        let mut list = Vec::new();
        if path.is_dir() {
            walk(path, 0, &mut list, &mut found.documents)?;
            if list.is_empty() {
                return Err(format!(
                    "There are no .json files in {}. Choose the folder that holds what the describe commands of `aws ec2`, `aws elbv2` and `aws directconnect` printed.",
                    path.display()
                ));
            }
        } else {
            list.push(path.clone());
        }
        for file in list {
            // The same file by two paths would be described twice.
            if let Ok(real) = fs::canonicalize(&file)
                && !found.real.insert(real)
            {
                continue;
            }
            let bytes = read(&file, MAX_FILE_BYTES)?;
            if bytes.len() > MAX_FILE_BYTES {
                let size =
                    fs::metadata(&file).map_or(0, |data| usize::try_from(data.len()).unwrap_or(usize::MAX));
                let error = ImportError::FileTooLarge {
                    file: file.display().to_string(),
                    found: size.max(bytes.len()).div_ceil(1024 * 1024),
                    limit: MAX_FILE_BYTES / (1024 * 1024),
                };
                return Err(error.to_string());
            }
            total = total.saturating_add(bytes.len());
            if total > MAX_TOTAL_BYTES {
                let limit = MAX_TOTAL_BYTES / (1024 * 1024);
                return Err(
                    ImportError::TotalTooLarge { found: total.div_ceil(1024 * 1024), limit }.to_string()
                );
            }
            found.files.push((named(&file), bytes));
            if found.files.len() > MAX_FILES {
                return Err(
                    ImportError::TooManyFiles { found: found.files.len(), limit: MAX_FILES }.to_string()
                );
            }
            seen(found.files.len());
        }
    }
    Ok(found)
}

/// The path as typed, or the whole one where only that tells more (`.` inside `us-west-2`).
fn named(path: &Path) -> String {
    let typed = path.display().to_string();
    match fs::canonicalize(path) {
        Ok(real) if typed.starts_with('.') => real.display().to_string(),
        Ok(real) if path.components().count() == 1 => real.display().to_string(),
        _ => typed,
    }
}

fn walk(
    folder: &Path,
    depth: usize,
    list: &mut Vec<PathBuf>,
    documents: &mut Vec<String>,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let fail = |error: std::io::Error| {
        format!(
            "{} cannot be read: {}. Check the path and its permissions.",
            folder.display(),
            reason(&error)
        )
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        entries.push(entry.map_err(fail)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') {
                walk(&path, depth + 1, list, documents)?;
            }
        } else if name.ends_with(".hopscope.json") {
            documents.push(path.display().to_string());
        } else if name.ends_with(".json") && !name.starts_with('.') {
            list.push(path);
        }
    }
    Ok(())
}

/// Writes the whole file or leaves what was there.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    let fail = |error: std::io::Error| {
        format!("{} cannot be written: {}. Choose another place.", path.display(), reason(&error))
    };
    let name =
        path.file_name().ok_or_else(|| format!("{} is not a file name. Name a file.", path.display()))?;
    if path.is_dir() {
        return Err(format!("{} is a folder. Name a file in it.", path.display()));
    }
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    let written = File::create_new(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(fail)
}

/// What the system says, without its error number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or("unknown").to_lowercase()
}
