//! What a visitor downloads, compressed with brotli at its best, against the budgets.

use std::path::{Path, PathBuf};

use crate::shell::{Result, command, files, output, root};

/// Engine for JavaScript callers, wasm alone. 180 kB held one VPC, 292 kB every system of layer 3; this
/// holds names, the edge and load balancers too.
const ENGINE: u64 = 540_000;
/// Everything the start page needs: page, scripts, styles, its own wasm, the starters' pictures.
const FIRST_LOAD: u64 = 550_000;
/// What opening a document loads on top: the workbench with its engine, editing, text view, sharing
/// and export. A link to a document loads this instead of the start page's program.
const WORKBENCH: u64 = 1_310_000;
/// What the first import loads on top: the worker and its wasm.
const IMPORTER: u64 = 200_000;

/// Node has brotli built in; it is asked for all files at once.
const SCRIPT: &str = "
const { brotliCompressSync, constants: c } = require('node:zlib');
const { readFileSync } = require('node:fs');
for (const file of process.argv.slice(1)) {
  const bytes = readFileSync(file);
  const params = { [c.BROTLI_PARAM_QUALITY]: 11, [c.BROTLI_PARAM_LGWIN]: 24, [c.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  console.log(bytes.length + ' ' + brotliCompressSync(bytes, { params }).length);
}";

/// One group of files and what it may weigh.
struct Budget {
    name: &'static str,
    limit: u64,
    files: Vec<PathBuf>,
}

/// Prints every file's size; fails over budget. Both artefacts must have been built.
pub fn report() -> Result<()> {
    let dist = root().join("dist");
    let (importer, rest): (Vec<PathBuf>, Vec<PathBuf>) = [".html", ".js", ".css", ".wasm", ".svg"]
        .iter()
        .flat_map(|ending| files(&dist, ending))
        .partition(|file| part_of("importer", file));
    let (workbench, first_load) = rest.into_iter().partition(|file| part_of("workbench", file));
    let budgets = [
        Budget {
            name: "engine (wasm)",
            limit: ENGINE,
            files: vec![root().join("target/engine/hopscope_bg.wasm")],
        },
        Budget { name: "first load: the start page", limit: FIRST_LOAD, files: first_load },
        Budget { name: "workbench, loaded on opening", limit: WORKBENCH, files: workbench },
        Budget { name: "importer, loaded on import", limit: IMPORTER, files: importer },
    ];
    let mut over = Vec::new();
    println!("{:<48} {:>10} {:>10} {:>10}", "bytes", "raw", "brotli", "budget");
    for budget in &budgets {
        if !budget
            .files
            .iter()
            .any(|file| file.extension().is_some_and(|ending| ending == "wasm") && file.is_file())
        {
            return Err(format!("there is nothing to measure for the {}: build first", budget.name));
        }
        let sizes = measure(&budget.files)?;
        for (file, (raw, packed)) in budget.files.iter().zip(&sizes) {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            println!("  {name:<46} {raw:>10} {packed:>10}");
        }
        let raw: u64 = sizes.iter().map(|(raw, _)| raw).sum();
        let packed: u64 = sizes.iter().map(|(_, packed)| packed).sum();
        let verdict = if packed > budget.limit { "OVER" } else { "ok" };
        println!("{:<48} {raw:>10} {packed:>10} {:>10}  {verdict}", budget.name, budget.limit);
        if packed > budget.limit {
            over.push(format!(
                "{} is {packed} bytes, {} over its budget",
                budget.name,
                packed - budget.limit
            ));
        }
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// Whether a file belongs to a program that is loaded later: `importer.js`, `workbench_bg.wasm` and so
/// on. Styles of that name are part of the page.
fn part_of(program: &str, file: &Path) -> bool {
    let style = file.extension().is_some_and(|ending| ending == "css");
    !style && file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(program))
}

fn measure(files: &[PathBuf]) -> Result<Vec<(u64, u64)>> {
    let printed = output(command("node").args(["-e", SCRIPT]).args(files))?;
    let sizes = parse(&printed)?;
    if sizes.len() == files.len() {
        Ok(sizes)
    } else {
        Err("node measured another number of files".to_owned())
    }
}

fn parse(printed: &str) -> Result<Vec<(u64, u64)>> {
    printed
        .lines()
        .map(|line| {
            let (raw, packed) = line.split_once(' ')?;
            Some((raw.parse().ok()?, packed.parse().ok()?))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| format!("node printed something unexpected: {printed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_later_is_no_part_of_the_first_load() {
        assert!(part_of("importer", Path::new("dist/importer_bg.wasm")));
        assert!(part_of("importer", Path::new("dist/importer-start.js")));
        assert!(part_of("workbench", Path::new("dist/workbench.js")));
        assert!(!part_of("workbench", Path::new("dist/workbench-5a18f93ad33d866.css")));
        assert!(!part_of("importer", Path::new("importer/home-1_bg.wasm")));
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(parse("10 4\n7 5\n"), Ok(vec![(10, 4), (7, 5)]));
        assert!(parse("10 four\n").is_err());
    }
}
