//! Fixtures of the import tests.

use std::path::{Path, PathBuf};

/// The files of a fixture by path, as a folder drop gives them.
pub fn fixture(name: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let mut files = Vec::new();
    walk(&root, &root, &mut files);
    assert!(!files.is_empty(), "no fixture {name}");
    files
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

/// The shape that `import` takes.
pub fn borrowed(files: &[(String, Vec<u8>)]) -> Vec<(String, &[u8])> {
    files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect()
}
