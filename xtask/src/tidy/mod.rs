//! House rules that the compiler does not check. Every rule is a pure function from texts to
//! problems, with fixtures that must fail in its tests.

mod arrows;
mod registry;
mod source;

use crate::shell::{Result, cargo, files, output, read, root, shown};

/// One broken rule, as a sentence that names the place.
type Problem = String;

/// Runs every check and prints every problem, not only the first.
pub fn run() -> Result<()> {
    let root = root();
    let mut problems = Vec::new();

    let metadata = output(
        cargo()
            .args(["metadata", "--locked", "--format-version", "1"])
            .args(["--filter-platform", "wasm32-unknown-unknown"]),
    )?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    problems.extend(arrows::direction(&metadata));
    problems.extend(arrows::browser_free(&metadata));

    let components: Vec<String> = files(&root.join("crates/aws/src/components"), ".rs")
        .iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("components")))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .filter(|stem| stem != "mod")
        .collect();
    problems.extend(registry::components(
        &components,
        &read(&root.join("crates/aws/src/components/mod.rs"))?,
        &read(&root.join("crates/aws/src/catalog.rs"))?,
        &read(&root.join("docs/components.md"))?,
    ));

    let sources = texts(&["crates", "web", "xtask"], ".rs")?;
    let scenarios = texts(&["tests/scenarios"], ".md")?;
    let engine: Vec<_> = sources.iter().filter(|(path, _)| declares_reasons(path)).cloned().collect();
    problems.extend(registry::reasons(&engine, &read(&root.join("docs/rules.md"))?, &scenarios));

    problems.extend(source::markers(&sources));
    problems.extend(source::markers(&texts(&["tests/e2e"], ".mjs")?));
    problems.extend(source::literals(&sources));
    problems.extend(source::lints(&texts(&["crates", "web", "xtask"], "Cargo.toml")?));
    for warning in source::long(&sources) {
        println!("note: {warning}");
    }

    println!(
        "tidy: {} components, {} source files, {} scenario files, {} problems",
        components.len(),
        sources.len(),
        scenarios.len(),
        problems.len()
    );
    for problem in &problems {
        eprintln!("tidy: {problem}");
    }
    match problems.len() {
        0 => Ok(()),
        1 => Err("one house rule is broken".to_owned()),
        many => Err(format!("{many} house rules are broken")),
    }
}

/// Reasons are declared where packets are judged, and nowhere else.
fn declares_reasons(path: &str) -> bool {
    ["crates/forward/src", "crates/names/src", "crates/aws/src"].iter().any(|engine| path.starts_with(engine))
}

/// `(path, text)` of every such file below the folders.
fn texts(folders: &[&str], ending: &str) -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for folder in folders {
        for path in files(&root().join(folder), ending) {
            all.push((shown(&path), read(&path)?));
        }
    }
    Ok(all)
}
