//! `cargo xtask bench canvas` and `bench page`: the page's canvas beside those of other libraries, and
//! how the page answers, in a real browser. Knows nothing of what is measured: that is in `tests/canvas`.

use std::process::Command;

use crate::build;
use crate::setup::{self, Tools};
use crate::shell::{Result, command, root, run};

/// Builds the site and the peers' pages, and measures them at those sizes.
pub fn bench(tools: &Tools, sizes: &[&str]) -> Result<()> {
    if let Some(wrong) = sizes.iter().find(|size| size.parse::<u32>().is_err()) {
        return Err(format!(
            "`{wrong}` is not a number of boxes; for example: cargo xtask bench canvas 200 1000"
        ));
    }
    let peers = root().join("target/canvas");
    let mut measure = prepared(tools, "run.mjs")?;
    run(command("node").arg(root().join("tests/canvas/build.mjs")).arg(&peers))?;
    run(measure.arg(&peers).arg(root().join("dist")).args(sizes))
}

/// Builds the site and measures how it answers.
pub fn page(tools: &Tools) -> Result<()> {
    run(prepared(tools, "page.mjs")?.arg(root().join("dist")))
}

/// A script of `tests/canvas` with all it needs.
fn prepared(tools: &Tools, script: &str) -> Result<Command> {
    let chromium = setup::browser()?;
    setup::canvas_peers()?;
    build::site(tools)?;
    let mut measure = command("node");
    measure.arg(root().join("tests/canvas").join(script));
    if let Some(chromium) = chromium {
        measure.env("CHROMIUM", chromium);
    }
    Ok(measure)
}
