//! Commands that run the engine itself: benchmark, generated documents, picture.
//!
//! The plain `xtask` does not link the engine, so that `serve` and `test` start at once; these
//! commands build it with the feature `engine` and call it again as `inner`.

use crate::build;
use crate::setup::Tools;
use crate::shell::{Result, cargo, command, output, root, run, write};

#[cfg(feature = "engine")]
mod inner;

/// Time of one trace, native.
const NATIVE_MS: f64 = 0.1;
/// Time of one trace in wasm.
const WASM_MS: f64 = 0.3;

/// Runs what needs the engine, inside the second process.
#[cfg(feature = "engine")]
pub fn inner(arguments: &[&str]) -> Result<()> {
    inner::run(arguments)
}

/// Without the engine there is nothing to run.
#[cfg(not(feature = "engine"))]
pub fn inner(_: &[&str]) -> Result<()> {
    Err("`inner` needs the feature `engine`; it is called by other commands".to_owned())
}

fn with_engine(release: bool, arguments: &[&str]) -> std::process::Command {
    let mut command = cargo();
    command.args(["run", "--locked", "--package", "xtask", "--features", "engine"]);
    if release {
        command.arg("--release");
    }
    command.args(["--", "inner"]).args(arguments);
    command
}

/// Writes the generated documents, or checks that they are current.
pub fn docs(check: bool) -> Result<()> {
    run(&mut with_engine(false, if check { &["docs", "--check"] } else { &["docs"] }))
}

/// Draws the picture of the README.
pub fn picture() -> Result<()> {
    run(&mut with_engine(false, &["picture"]))
}

/// Times whole traces (both legs) on an 80-node network, native and in wasm.
pub fn bench(tools: &Tools) -> Result<()> {
    println!("==> building the engine twice, for this machine and for wasm");
    let network = output(&mut with_engine(true, &["bench-network"]))?;
    let file = root().join("target/bench/network.json");
    write(&file, &network)?;
    build::engine(tools)?;
    let native = milliseconds(&output(&mut with_engine(true, &["bench"]))?)?;
    let wasm = milliseconds(&output(command("node").arg("crates/wasm/bench/trace.mjs").arg(&file))?)?;

    println!("\n{:<10} {:>14} {:>12} {:>10}", "trace", "median", "budget", "share");
    let mut over = Vec::new();
    for (name, time, budget) in [("native", native, NATIVE_MS), ("wasm", wasm, WASM_MS)] {
        println!("{name:<10} {:>11.4} ms {budget:>9} ms {:>8.0} %", time, 100.0 * time / budget);
        if time > budget {
            over.push(format!("a trace takes {time:.4} ms {name}, over the budget of {budget} ms"));
        }
    }
    println!("wasm takes {:.1} times as long as native", wasm / native);
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// The last line of what a benchmark prints is the median in milliseconds.
fn milliseconds(printed: &str) -> Result<f64> {
    let last = printed.lines().last().unwrap_or_default();
    last.trim().parse().map_err(|_| format!("the benchmark printed `{last}` instead of a time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_the_time() {
        assert_eq!(milliseconds("noise\n0.25\n"), Ok(0.25));
        assert!(milliseconds("").is_err());
    }
}
