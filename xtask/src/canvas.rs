//! `cargo xtask bench canvas`: the page's own canvas beside those of other libraries, in one run of a
//! real browser. Knows nothing of what is measured: that is `tests/canvas/run.mjs`.

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
    let chromium = setup::browser()?;
    setup::canvas_peers()?;
    build::site(tools)?;
    let (folder, peers) = (root().join("tests/canvas"), root().join("target/canvas"));
    run(command("node").arg(folder.join("build.mjs")).arg(&peers))?;
    let mut measure = command("node");
    measure.arg(folder.join("run.mjs")).arg(&peers).arg(root().join("dist")).args(sizes);
    if let Some(chromium) = chromium {
        measure.env("CHROMIUM", chromium);
    }
    run(&mut measure)
}
