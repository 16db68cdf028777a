//! Installs what is missing, once per machine and user: tools live in a cache folder keyed by
//! tool and version, so neither a second run nor a fresh clone builds them again.
//!
//! A tool is made in a temporary folder next to its place and renamed when it is whole; an
//! interrupted installation leaves nothing that looks like a tool.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::shell::{Result, cargo, command, lasted, output, quiet, read, root, run, shown, which};

/// Must equal the `wasm-bindgen` crate in `Cargo.lock` and the version in `Trunk.toml`.
pub const WASM_BINDGEN: &str = "0.2.130";
/// Trunk, the bundler.
pub const TRUNK: &str = "0.21.14";
/// The npm package that carries `wasm-opt`.
pub const BINARYEN: &str = "123";

/// The fuzzer's driver.
const CARGO_FUZZ: &str = "0.13.2";

/// Where the tools are.
pub struct Tools {
    /// Holds `trunk`.
    pub trunk: PathBuf,
    /// Holds `wasm-bindgen` and its test runner.
    pub wasm_bindgen: PathBuf,
    /// Holds `wasm-opt`.
    pub binaryen: PathBuf,
}

impl Tools {
    /// The search path with our tools in front.
    pub fn path(&self) -> Result<OsString> {
        let own = [&self.trunk, &self.wasm_bindgen, &self.binaryen].map(PathBuf::clone);
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(own.into_iter().chain(std::env::split_paths(&inherited)))
            .map_err(|error| format!("cannot extend PATH: {error}"))
    }
}

/// Installs whatever the build needs and is not there yet.
pub fn tools() -> Result<Tools> {
    let cache = cache()?;
    for program in ["node", "npm"] {
        if which(program).is_none() {
            return Err(format!(
                "{program} is missing. Install Node 20 or newer (https://nodejs.org), then run this again."
            ));
        }
    }
    wasm_target()?;
    let trunk =
        tool(&cache, &format!("trunk-{TRUNK}"), "trunk, the bundler; about 4 minutes, once", |folder| {
            let options = ["--locked", "--no-default-features", "--features", "rustls"];
            // Nothing here needs a fast bundler: built plainly it is there sooner.
            let plainly = [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")];
            cargo_install(folder, "trunk", TRUNK, &options, &plainly)
        })?;
    // Without --locked: the lock file inside that release names a crate version the registry lacks.
    let wasm_bindgen = tool(
        &cache,
        &format!("wasm-bindgen-{WASM_BINDGEN}"),
        "wasm-bindgen; about 2 minutes, once",
        |folder| cargo_install(folder, "wasm-bindgen-cli", WASM_BINDGEN, &[], &[]),
    )?;
    let binaryen =
        tool(&cache, &format!("binaryen-{BINARYEN}"), "wasm-opt; about 10 seconds, once", |folder| {
            npm(folder, &["install", "--prefix", ".", "--no-save", &format!("binaryen@{BINARYEN}")])
        })?;
    Ok(Tools {
        trunk: trunk.join("bin"),
        wasm_bindgen: wasm_bindgen.join("bin"),
        binaryen: binaryen.join("node_modules/.bin"),
    })
}

/// Installs cargo-fuzz if it is not there; returns its path.
pub fn cargo_fuzz() -> Result<PathBuf> {
    let folder = tool(
        &cache()?,
        &format!("cargo-fuzz-{CARGO_FUZZ}"),
        "cargo-fuzz; about 3 minutes, once",
        |folder| cargo_install(folder, "cargo-fuzz", CARGO_FUZZ, &["--locked"], &[]),
    )?;
    Ok(folder.join("bin/cargo-fuzz"))
}

/// Installs what the canvas benchmark compares with; the packages' folder is linked beside it.
pub fn canvas_peers() -> Result<()> {
    packages("tests/canvas", "canvas", "React Flow, Cytoscape.js and maxGraph; about 15 seconds, once")
}

/// Installs the packages of a folder's lock file into the cache and links them beside it.
fn packages(folder: &str, name: &str, what: &str) -> Result<()> {
    let place = root().join(folder);
    let lock = read(&place.join("package-lock.json"))?;
    let name = format!("{name}-{:016x}", fingerprint(&lock));
    let packages = tool(&cache()?, &name, what, |draft| {
        for file in ["package.json", "package-lock.json"] {
            std::fs::copy(place.join(file), draft.join(file))
                .map_err(|error| format!("cannot copy {file}: {error}"))?;
        }
        npm(draft, &["ci"])
    })?;
    link(&packages.join("node_modules"), &place.join("node_modules"))
}

/// Installs the browser tests' packages and finds or installs the browsers: Chromium, which every
/// test needs, and Firefox and WebKitGTK, which one journey needs besides. Returns Chromium's path,
/// or nothing when the test driver is to use the one it downloaded itself.
pub fn browser() -> Result<Option<PathBuf>> {
    let tests = root().join("tests/e2e");
    packages("tests/e2e", "e2e", "playwright-core, puppeteer-core and axe-core; about 20 seconds, once")?;
    other_engines();
    if let Some(chromium) = find_chromium() {
        return Ok(Some(chromium));
    }
    if which("apt-get").is_some() {
        match (apt("Chromium", "1 minute", &["chromium"]), find_chromium()) {
            (Ok(()), Some(chromium)) => return Ok(Some(chromium)),
            (Err(problem), _) => say(&format!("that did not work: {problem}")),
            (Ok(()), None) => say("apt-get succeeded but there is still no `chromium` on the path"),
        }
    }
    say("asking Playwright for its own Chromium; about 2 minutes, once");
    run(command("node").arg(tests.join("node_modules/playwright-core/cli.js")).args(["install", "chromium"]))
        .map_err(|problem| format!("{problem}. Install a Chromium by hand and set CHROMIUM to its path."))?;
    Ok(None)
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(path.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(which)
}

/// An engine that only the journey through all browsers needs.
struct Engine {
    name: &'static str,
    packages: &'static [&'static str],
    lasts: &'static str,
    is_there: fn() -> bool,
}

const OTHER_ENGINES: &[Engine] = &[
    Engine {
        name: "Firefox",
        packages: &["firefox-esr"],
        lasts: "1 minute",
        is_there: || {
            std::env::var_os("FIREFOX").is_some()
                || ["firefox-esr", "firefox"].into_iter().any(|name| which(name).is_some())
        },
    },
    Engine {
        name: "WebKitGTK and a virtual screen",
        packages: &["webkit2gtk-driver", "xvfb"],
        lasts: "1 minute",
        is_there: || ["WebKitWebDriver", "Xvfb"].into_iter().all(|name| which(name).is_some()),
    },
];

/// Installs Firefox and WebKitGTK where they are missing. Where that cannot be, it is said, and the
/// journey through them is skipped: everything else is tested in Chromium.
fn other_engines() {
    for engine in OTHER_ENGINES {
        if (engine.is_there)() {
            continue;
        }
        let outcome = match which("apt-get") {
            Some(_) => apt(engine.name, engine.lasts, engine.packages),
            None => Err("there is no apt-get on this machine".to_owned()),
        };
        match outcome {
            Ok(()) if (engine.is_there)() => {}
            Ok(()) => say(&format!(
                "apt-get succeeded but {} is not on the path: its journey is skipped",
                engine.name
            )),
            Err(problem) => say(&format!(
                "{} is missing and cannot be installed ({problem}): its journey is skipped. By hand: {}",
                engine.name,
                engine.packages.join(", ")
            )),
        }
    }
}

/// Installs Debian packages, as root or with sudo.
fn apt(name: &str, lasts: &str, packages: &[&str]) -> Result<()> {
    say(&format!("{name} is missing: installing Debian's; about {lasts}, once"));
    let since = Instant::now();
    let root_user = quiet("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let attempt = |arguments: &[&str]| {
        let mut install = if root_user { command("apt-get") } else { command("sudo") };
        if !root_user {
            install.arg("apt-get");
        }
        run(install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    attempt(&["update"])?;
    attempt(&[&["install", "-y", "--no-install-recommends"], packages].concat())?;
    say(&format!("{name} is ready ({})", lasted(since)));
    Ok(())
}

/// `$XDG_CACHE_HOME/hopscope`, else `~/.cache/hopscope`.
fn cache() -> Result<PathBuf> {
    let folder = std::env::var_os("XDG_CACHE_HOME")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("neither XDG_CACHE_HOME nor HOME is set, so there is no place to keep tools")?
        .join("hopscope");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    Ok(folder)
}

fn wasm_target() -> Result<()> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        return Ok(());
    }
    say("Rust's wasm32 target is missing: adding it with rustup; about 20 seconds, once");
    run(command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}

/// The folder `name` of the cache; made by `install` if it is not there.
fn tool(cache: &Path, name: &str, what: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let place = cache.join(name);
    if place.is_dir() {
        return Ok(place);
    }
    say(&format!("installing {name}: {what}"));
    let since = Instant::now();
    let draft = cache.join(format!(".{name}.{}", std::process::id()));
    let cannot = |error: std::io::Error| format!("cannot install into {}: {error}", place.display());
    std::fs::create_dir_all(&draft).map_err(cannot)?;
    let installed = install(&draft).and_then(|()| match std::fs::rename(&draft, &place) {
        // Somebody else finished the same tool first: theirs is as good.
        Err(_) if place.is_dir() => Ok(()),
        other => other.map_err(cannot),
    });
    if draft.is_dir() {
        std::fs::remove_dir_all(&draft).map_err(cannot)?;
    }
    installed?;
    say(&format!("{name} is ready ({})", lasted(since)));
    Ok(place)
}

fn cargo_install(
    folder: &Path,
    package: &str,
    version: &str,
    more: &[&str],
    profile: &[(&str, &str)],
) -> Result<()> {
    let mut install: Command = cargo();
    for (setting, value) in profile {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    install.current_dir(folder).env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
    run(install.args(["install", package, "--version", version, "--root", "."]).args(more))
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    run(command("npm").current_dir(folder).args(arguments).args([
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))
}

/// Makes `link` point to `target`, replacing an older link.
fn link(target: &Path, link: &Path) -> Result<()> {
    if std::fs::read_link(link).is_ok_and(|old| old == target) {
        return Ok(());
    }
    let cannot = |error: std::io::Error| format!("cannot link {}: {error}", shown(link));
    match std::fs::symlink_metadata(link) {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(link).map_err(cannot)?,
        Ok(_) => std::fs::remove_file(link).map_err(cannot)?,
        Err(_) => {}
    }
    std::os::unix::fs::symlink(target, link).map_err(cannot)
}

/// FNV-1a: names a lock file, guards against nothing.
fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn say(text: &str) {
    println!("==> {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("hopscope-setup-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        folder
    }

    #[test]
    fn a_failed_installation_leaves_nothing() {
        let cache = scratch("failed");
        let outcome = tool(&cache, "thing-1", "a thing", |folder| {
            std::fs::write(folder.join("half"), "half").map_err(|error| error.to_string())?;
            Err("the network went away".to_owned())
        });
        assert_eq!(outcome, Err("the network went away".to_owned()));
        assert_eq!(std::fs::read_dir(&cache).expect("the cache").count(), 0);
        std::fs::remove_dir_all(cache).expect("clean up");
    }

    #[test]
    fn a_tool_is_installed_once() {
        let cache = scratch("once");
        let mut installed = 0;
        for _ in 0..2 {
            let place = tool(&cache, "thing-1", "a thing", |folder| {
                installed += 1;
                std::fs::write(folder.join("thing"), "").map_err(|error| error.to_string())
            });
            assert!(place.is_ok_and(|place| place.join("thing").is_file()));
        }
        assert_eq!(installed, 1);
        std::fs::remove_dir_all(cache).expect("clean up");
    }

    #[test]
    fn the_pinned_tools_match_the_lock_file() {
        let lock = read(&root().join("Cargo.lock")).expect("Cargo.lock");
        assert!(
            lock.contains(&format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\"")),
            "the wasm-bindgen crate and its command line tool must have the same version"
        );
    }
}
