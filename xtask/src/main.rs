//! Everything a working copy needs: `cargo xtask serve`, `cargo xtask test`, and their parts.
//!
//! Standard library and `serde_json` only, so that the first command on a bare machine answers
//! within seconds.

mod build;
mod canvas;
mod claims;
mod engine;
mod serve;
mod setup;
mod shell;
mod size;
mod stages;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <command>

  serve [--port N]      set up what is missing, build the site, serve it, print the URL
  test [--only STAGE]   set up what is missing and run every check; --list names the stages,
       [--from STAGE]   --from starts at one of them

  setup [--browser]     install the tools only; with it, the browsers of the tests too
  build                 release build of the site into dist/
  claims [--strict]     what shows each claim of the study notes; --strict fails on open ones
  tidy                  house rules: dependency arrows, registrations, reason codes, texts
  size                  compressed sizes of the site and of the engine against their budgets
  bench                 time of one trace, native and in wasm, against its budgets
  bench page            how soon the page can be used, how it answers on a slow machine, undo, idle frames
  bench canvas [SIZE…]  what a step of pan, drag and zoom costs, beside React Flow and others, in one run
  docs [--check]        write docs/document.schema.json and docs/components.md
  picture               draw docs/hero.svg from a starter
  screenshots           photograph every screen into tests/e2e/results/
  fuzz [SECONDS]        feed mutated documents and dumps to the engine (needs nightly Rust)
  deny                  licences and advisories of every dependency (needs cargo-deny)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["serve", rest @ ..] => serve::serve(rest),
        ["test", rest @ ..] => stages::test(rest),
        ["setup"] => setup::tools().map(drop),
        ["setup", "--browser"] => setup::tools().and_then(|_| setup::browser()).map(drop),
        ["build"] => setup::tools().and_then(|tools| build::site(&tools)),
        ["claims"] => claims::run(false),
        ["claims", "--strict"] => claims::run(true),
        ["tidy"] => tidy::run(),
        ["size"] => setup::tools().and_then(|tools| {
            build::site(&tools)?;
            build::engine(&tools)?;
            size::report()
        }),
        ["bench", "page"] => setup::tools().and_then(|tools| canvas::page(&tools)),
        ["bench", "canvas", sizes @ ..] => setup::tools().and_then(|tools| canvas::bench(&tools, sizes)),
        ["bench"] => setup::tools().and_then(|tools| engine::bench(&tools)),
        ["docs"] => engine::docs(false),
        ["docs", "--check"] => engine::docs(true),
        ["picture"] => engine::picture(),
        ["inner", rest @ ..] => engine::inner(rest),
        ["screenshots"] => setup::tools().and_then(|tools| stages::screenshots(&tools)),
        ["fuzz"] => stages::fuzz("60"),
        ["fuzz", seconds] => stages::fuzz(seconds),
        ["deny"] => stages::deny(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [unknown, ..] => Err(format!("I do not know `{}`.\n\n{HELP}", unknown)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}
