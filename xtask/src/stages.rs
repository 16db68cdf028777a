//! `cargo xtask test`: every check, in order, cheapest first; stops at the first that fails.

use std::time::{Duration, Instant};

use crate::setup::{self, Tools};
use crate::shell::{Result, cargo, command, duration, lasted, root, run, which};
use crate::{build, claims, engine, size, tidy};

/// Crates that only make sense in a browser, and so are not built for the host.
const BROWSER_ONLY: &[&str] = &["hopscope-web"];

struct Stage {
    name: &'static str,
    what: &'static str,
    run: fn(&Tools) -> Result<()>,
}

const STAGES: &[Stage] = &[
    Stage { name: "format", what: "rustfmt", run: |_| run(cargo().args(["fmt", "--all", "--check"])) },
    Stage { name: "tidy", what: "house rules", run: |_| tidy::run() },
    Stage { name: "claims", what: "what shows each claim of the study notes", run: |_| claims::run(false) },
    Stage { name: "clippy", what: "lints, host and wasm32, warnings denied", run: clippy },
    Stage { name: "unit", what: "unit, scenario, differential and property tests", run: unit },
    Stage { name: "docs", what: "rustdoc, and the generated documents are current", run: docs },
    Stage { name: "wasm", what: "the JavaScript boundary, in Node", run: wasm },
    Stage { name: "site", what: "release build of the site and of the engine", run: site },
    Stage { name: "size", what: "compressed sizes against their budgets", run: |_| size::report() },
    Stage {
        name: "e2e",
        what: "the site in real browsers: Chromium, and a journey in Firefox and WebKitGTK",
        run: e2e,
    },
];

/// Runs all stages, or those asked for.
pub fn test(arguments: &[&str]) -> Result<()> {
    let stages = choose(arguments)?;
    let Some(stages) = stages else {
        for stage in STAGES {
            println!("{:<8} {}", stage.name, stage.what);
        }
        return Ok(());
    };
    let begun = Instant::now();
    let tools = setup::tools()?;
    let mut done: Vec<(&str, Duration)> = Vec::new();
    for (position, stage) in stages.iter().enumerate() {
        println!("\n==> [{}/{}] {}: {}", position + 1, stages.len(), stage.name, stage.what);
        let since = Instant::now();
        let outcome = (stage.run)(&tools);
        let (word, problem) = match outcome {
            Ok(()) => ("ok", None),
            Err(problem) => ("FAILED", Some(problem)),
        };
        println!("==> {} {word} ({})", stage.name, lasted(since));
        if let Some(problem) = problem {
            summary(&done, begun);
            println!("  {:<8} FAILED  {}", stage.name, lasted(since));
            for stage in &stages[position + 1..] {
                println!("  {:<8} not run", stage.name);
            }
            return Err(format!(
                "{problem}\nTo run that stage alone: cargo xtask test --only {}",
                stage.name
            ));
        }
        done.push((stage.name, since.elapsed()));
    }
    summary(&done, begun);
    Ok(())
}

fn choose(arguments: &[&str]) -> Result<Option<Vec<&'static Stage>>> {
    let position = |name: &str| {
        STAGES.iter().position(|stage| stage.name == name).ok_or_else(|| {
            let known: Vec<_> = STAGES.iter().map(|stage| stage.name).collect();
            format!("there is no stage `{name}`; the stages are {}", known.join(", "))
        })
    };
    match arguments {
        [] => Ok(Some(STAGES.iter().collect())),
        ["--list"] => Ok(None),
        ["--only", name] => Ok(Some(vec![&STAGES[position(name)?]])),
        ["--from", name] => Ok(Some(STAGES[position(name)?..].iter().collect())),
        _ => Err("usage: cargo xtask test [--list | --only STAGE | --from STAGE]".to_owned()),
    }
}

fn summary(done: &[(&str, Duration)], begun: Instant) {
    println!("\n==> summary after {}", lasted(begun));
    for (name, time) in done {
        println!("  {name:<8} ok      {}", duration(*time));
    }
}

/// Adds `--exclude` for the crates that are not built for the host.
fn host(command: &mut std::process::Command) -> &mut std::process::Command {
    for name in BROWSER_ONLY {
        if root().join("web/Cargo.toml").is_file() {
            command.args(["--exclude", name]);
        }
    }
    command
}

fn clippy(_: &Tools) -> Result<()> {
    let deny = ["--", "--deny", "warnings"];
    run(host(cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--all-features"]))
        .args(deny))?;
    let mut browser = cargo();
    browser.args(["clippy", "--locked", "--target", "wasm32-unknown-unknown", "--all-targets"]);
    browser.args(["--package", "hopscope-wasm", "--package", "hopscope-importer"]);
    if root().join("web/Cargo.toml").is_file() {
        browser.args(["--package", "hopscope-web"]);
    }
    run(browser.args(deny))
}

fn unit(_: &Tools) -> Result<()> {
    run(host(cargo().args(["test", "--locked", "--workspace", "--all-features"])))
}

fn docs(_: &Tools) -> Result<()> {
    run(host(cargo().args(["doc", "--locked", "--workspace", "--no-deps", "--quiet"]))
        .env("RUSTDOCFLAGS", "--deny warnings"))?;
    engine::docs(true)
}

fn wasm(tools: &Tools) -> Result<()> {
    let runner = tools.wasm_bindgen.join("wasm-bindgen-test-runner");
    run(cargo()
        .args(["test", "--locked", "--package", "hopscope-wasm", "--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("PATH", tools.path()?))
}

fn site(tools: &Tools) -> Result<()> {
    build::site(tools)?;
    build::engine(tools)
}

fn e2e(tools: &Tools) -> Result<()> {
    if root().join("dist/index.html").is_file() {
        println!("testing dist/ as it is; `cargo xtask build` makes it anew");
    } else {
        build::site(tools)?;
    }
    run(&mut browser_command("test")?)
}

/// Photographs every screen.
pub fn screenshots(tools: &Tools) -> Result<()> {
    build::site(tools)?;
    run(&mut browser_command("screenshots")?)
}

fn browser_command(script: &str) -> Result<std::process::Command> {
    let chromium = setup::browser()?;
    let mut npm = command("npm");
    npm.current_dir(root().join("tests/e2e")).args(["run", "--silent", script]);
    if let Some(chromium) = chromium {
        npm.env("CHROMIUM", chromium);
    }
    Ok(npm)
}

/// Runs each fuzz target for a while. Seeds are the documents and dumps of our own tests.
pub fn fuzz(seconds: &str) -> Result<()> {
    let seconds: u32 = seconds.parse().map_err(|_| format!("`{seconds}` is not a number of seconds"))?;
    let cargo_fuzz = setup::cargo_fuzz()?;
    let targets =
        [("document", "fuzz/seeds/document"), ("import", "fuzz/seeds/import"), ("link", "fuzz/seeds/link")];
    for (target, seeds) in targets {
        let found = root().join("fuzz/corpus").join(target);
        std::fs::create_dir_all(&found)
            .map_err(|error| format!("cannot make {}: {error}", found.display()))?;
        println!("==> fuzzing {target} for {seconds} s");
        run(command(&cargo_fuzz)
            .args(["fuzz", "run", target])
            .arg(&found)
            .arg(root().join(seeds))
            .args(["--", &format!("-max_total_time={seconds}"), "-max_len=65536"])
            .env("RUSTUP_TOOLCHAIN", "nightly"))?;
    }
    Ok(())
}

/// Licences, sources and advisories, as `deny.toml` says.
pub fn deny() -> Result<()> {
    if which("cargo-deny").is_none() {
        return Err(
            "cargo-deny is missing; install it with `cargo install cargo-deny --locked` (about 5 minutes)"
                .to_owned(),
        );
    }
    run(cargo().args(["deny", "check"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Option<Vec<&'static str>> {
        choose(arguments).ok().flatten().map(|stages| stages.iter().map(|stage| stage.name).collect())
    }

    #[test]
    fn stages_can_be_chosen() {
        assert_eq!(names(&[]).map(|all| all.len()), Some(STAGES.len()));
        assert_eq!(names(&["--only", "tidy"]), Some(vec!["tidy"]));
        assert_eq!(names(&["--from", "size"]), Some(vec!["size", "e2e"]));
        assert_eq!(names(&["--only", "nothing"]), None);
    }
}
