//! `hopscope import`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::out::{Out, Tone, safe};
use crate::{Ending, ImportArgs, files};

/// Imports and says what became of it.
pub fn run(args: &ImportArgs, out: &mut Out) -> Result<Ending, String> {
    let found = files::gather(&args.paths, |count| out.progress(&format!("Reading {count} files…")));
    out.progress("");
    let found = found?;
    if fs::canonicalize(&args.output).is_ok_and(|real| found.real.contains(&real)) {
        return Err(format!(
            "{} is one of the files to import and would be overwritten. Name another output file.",
            args.output.display()
        ));
    }
    let inputs: Vec<(String, &[u8])> =
        found.files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    let import = hopscope_interop::import(&inputs).map_err(|error| error.to_string())?;
    let mut document = import.document;
    document.name = title(&args.paths);
    let text = document.to_json();
    let to_stdout = args.output == Path::new("-");
    if to_stdout {
        out.line(text.trim_end());
    } else {
        files::write(&args.output, &text)?;
    }

    let mut lines = Vec::new();
    let mut counts: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for node in document.nodes.values() {
        let spec = node.config.spec();
        if !matches!(spec.kind, "internet" | "unmodelled") {
            counts.entry(spec.kind).or_insert((0, spec.name)).0 += 1;
        }
    }
    let place = if to_stdout { "standard output".to_owned() } else { args.output.display().to_string() };
    let total: usize = counts.values().map(|(count, _)| count).sum();
    let read = found.files.len();
    lines.push(out.tint(
        Tone::Strong,
        &format!("{total} components from {read} file{} → {place}", if read == 1 { "" } else { "s" }),
    ));
    for spec in hopscope_aws::CATALOG {
        if let Some((count, name)) = counts.get(spec.kind) {
            lines.push(format!("{count:>6}  {name}"));
        }
    }
    if !import.unmodelled.is_empty() {
        lines.push(String::new());
        lines.push(out.tint(
            Tone::Strong,
            &format!(
                "{} not modelled yet: kept as inert boxes, a packet that enters one gets \"unknown\"",
                import.unmodelled.len()
            ),
        ));
        let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for thing in &import.unmodelled {
            kinds.entry(&thing.what).or_default().push(&thing.id);
        }
        for (what, ids) in kinds {
            lines.push(format!("{:>6}  {}", ids.len(), safe(what)));
            for id in ids {
                let name = document.node(id).map(|node| node.name.as_str()).filter(|name| !name.is_empty());
                let name =
                    name.map(|name| format!("  {}", out.tint(Tone::Dim, &safe(name)))).unwrap_or_default();
                lines.push(format!("        {}{name}", safe(id)));
            }
        }
    }
    for line in lines {
        if to_stdout { out.aside(&line) } else { out.line(&line) }
    }
    for path in &found.documents {
        out.aside(&format!("note: {path}: It is a Hopscope document and was passed over."));
    }
    for note in &import.notes {
        let place = if note.path.is_empty() { String::new() } else { format!("{}: ", safe(&note.path)) };
        out.aside(&format!("note: {place}{}", safe(&note.text)));
    }
    Ok(Ending::Good)
}

/// A title from the last named folder or file.
fn title(paths: &[std::path::PathBuf]) -> String {
    let first = paths.first().and_then(|path| fs::canonicalize(path).ok());
    let stem = first.as_deref().and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.is_empty()).unwrap_or_else(|| "AWS import".to_owned())
}
