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
/// The same for the longest story: transit gateway, inspection, VPN, there and back.
const LONG: &str = "inspected-to-site";
/// Its time native.
const LONG_NATIVE_MS: f64 = 0.3;
/// Its time in wasm.
const LONG_WASM_MS: f64 = 1.0;
/// The whole story of a request, from the name to the answer: a starter and its flow.
const REQUEST: [&str; 2] = ["request-from-lisbon", "api"];
/// Its time native.
const REQUEST_NATIVE_MS: f64 = 0.6;
/// Its time in wasm.
const REQUEST_WASM_MS: f64 = 2.0;
/// Time to build a network of 1,000 components, native.
const BUILD_MS: f64 = 10.0;
/// How much longer a component may take in a network a hundred times as large: a sorted index
/// and memory further away, but no comparing of everything with everything.
const BUILD_GROWTH: f64 = 6.0;

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
    let in_wasm = |file: &std::path::Path, flow: &[&str]| {
        output(command("node").arg("crates/wasm/bench/trace.mjs").arg(file).args(flow))
    };
    let wasm = milliseconds(&in_wasm(&file, &[])?)?;
    let long_native = milliseconds(&output(&mut with_engine(true, &["bench", LONG]))?)?;
    let long_wasm = milliseconds(&in_wasm(&file, &[LONG])?)?;
    let [slug, flow] = REQUEST;
    let request_native = milliseconds(&output(&mut with_engine(true, &["bench-story", slug, flow]))?)?;
    let starter = root().join(format!("crates/editor/starters/{slug}.hopscope.json"));
    let request_wasm = milliseconds(&in_wasm(&starter, &[flow])?)?;
    let built = output(&mut with_engine(true, &["bench-build"]))?;
    let sizes = sizes(&built)?;
    let [first, .., last] = sizes.as_slice() else {
        return Err(format!("the benchmark of building printed `{built}`: too few sizes to compare"));
    };

    println!("\n{:<10} {:>14} {:>12} {:>10}", "trace", "median", "budget", "share");
    let mut over = Vec::new();
    for (name, time, budget) in [
        ("native", native, NATIVE_MS),
        ("wasm", wasm, WASM_MS),
        ("long, native", long_native, LONG_NATIVE_MS),
        ("long, wasm", long_wasm, LONG_WASM_MS),
        ("request, native", request_native, REQUEST_NATIVE_MS),
        ("request, wasm", request_wasm, REQUEST_WASM_MS),
        ("build 1,000", first.1, BUILD_MS),
    ] {
        println!("{name:<15} {:>9.4} ms {budget:>9} ms {:>8.0} %", time, 100.0 * time / budget);
        if time > budget {
            over.push(format!("{name}: {time:.4} ms, over the budget of {budget} ms"));
        }
    }
    println!("wasm takes {:.1} times as long as native", wasm / native);
    for (size, time) in &sizes {
        println!("building {size} components: {time:.1} ms, {:.2} µs each", 1000.0 * time / size);
    }
    let growth = (last.1 / last.0) / (first.1 / first.0);
    if growth > BUILD_GROWTH {
        over.push(format!(
            "a component takes {growth:.1} times as long in the largest network as in the smallest"
        ));
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// Each line of the benchmark of building is a number of components and a time in milliseconds.
fn sizes(printed: &str) -> Result<Vec<(f64, f64)>> {
    printed
        .lines()
        .map(|line| {
            let (size, time) = line.split_once(' ')?;
            Some((size.parse().ok()?, time.parse().ok()?))
        })
        .collect::<Option<_>>()
        .ok_or_else(|| format!("the benchmark of building printed `{printed}` instead of sizes and times"))
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

    #[test]
    fn every_size_is_read() {
        assert_eq!(sizes("1000 2.5\n100000 400\n"), Ok(vec![(1000.0, 2.5), (100_000.0, 400.0)]));
        assert!(sizes("1000 2.5\nwarning\n").is_err());
    }
}
