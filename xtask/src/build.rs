//! Release builds: the site in `dist/`, the engine alone in `target/engine/`.

use std::path::Path;

use crate::setup::Tools;
use crate::shell::{Result, cargo, command, root, run};

/// What rustc 1.95 may emit for wasm32 and every current browser runs.
const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds the site with profile `web` into `dist/`.
pub fn site(tools: &Tools) -> Result<()> {
    run(trunk(tools)?.args(["build", "--release", "--locked"]))
}

/// Trunk, with our tools on its path so that it downloads nothing.
pub fn trunk(tools: &Tools) -> Result<std::process::Command> {
    let mut trunk = command(tools.trunk.join("trunk"));
    // Trunk takes NO_COLOR for a flag of its own and stumbles over the usual value 1.
    trunk.env("PATH", tools.path()?).env_remove("NO_COLOR");
    Ok(trunk)
}

/// Builds the engine for JavaScript callers into `target/engine/`: documents and traces, as an
/// embedded picture needs them, without the import of dumps.
pub fn engine(tools: &Tools) -> Result<()> {
    run(cargo().args([
        "rustc",
        "--locked",
        "--package",
        "hopscope-wasm",
        "--lib",
        // As a library for Rust besides, cargo would build it without optimising across crates.
        "--crate-type",
        "cdylib",
        "--no-default-features",
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        "web",
    ]))?;
    let folder = root().join("target/engine");
    let module = target().join("wasm32-unknown-unknown/web/hopscope_wasm.wasm");
    run(command(tools.wasm_bindgen.join("wasm-bindgen"))
        .args(["--target", "web", "--out-name", "hopscope", "--out-dir"])
        .arg(&folder)
        .arg(module))?;
    let wasm = folder.join("hopscope_bg.wasm");
    run(command(tools.binaryen.join("wasm-opt"))
        .arg("-Oz")
        .args(WASM_FEATURES)
        .arg(&wasm)
        .arg("-o")
        .arg(&wasm))
}

/// The folder cargo builds into.
fn target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(Path::new(&folder)))
}
