//! Which crate may use which.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Problem;

/// The house, bottom to top. A crate uses crates of lower rank only.
const RANKS: &[(&str, u8)] = &[
    ("hopscope-net", 0),
    ("hopscope-forward", 1),
    ("hopscope-names", 2),
    ("hopscope-aws", 3),
    ("hopscope-layout", 4),
    ("hopscope-interop", 4),
    ("hopscope-view", 5),
    ("hopscope-editor", 6),
    ("hopscope-wasm", 7),
    ("hopscope-importer", 7),
    ("hopscope-web", 8),
    ("hopscope-cli", 8),
];

/// Used by tests only: dev-dependencies of everything but each other.
const TEST_ONLY: &[&str] = &["hopscope-reference", "hopscope-testkit"];

/// Stands outside the house and may look at all of it.
const OUTSIDE: &[&str] = &["xtask"];

/// Crates that must run without a browser, a clock or a random source.
const BROWSER_FREE: &[&str] = &[
    "hopscope-net",
    "hopscope-forward",
    "hopscope-names",
    "hopscope-aws",
    "hopscope-layout",
    "hopscope-interop",
    "hopscope-view",
    "hopscope-editor",
    "hopscope-cli",
];

/// Names, and starts of names, that mean a browser.
const BROWSER: &[&str] = &["wasm-bindgen", "web-sys", "js-sys", "gloo", "yew", "web-time"];

fn rank(name: &str) -> Option<u8> {
    RANKS.iter().find(|(known, _)| *known == name).map(|(_, rank)| *rank)
}

/// Every dependency between our crates points down the house.
pub fn direction(metadata: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    let ours: BTreeSet<&str> = packages
        .iter()
        .filter(|package| package["source"].is_null())
        .filter_map(|p| p["name"].as_str())
        .collect();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        let Some(name) = package["name"].as_str() else { continue };
        let test_only = TEST_ONLY.contains(&name);
        if OUTSIDE.contains(&name) {
            continue;
        }
        if rank(name).is_none() && !test_only {
            problems.push(format!("the crate {name} has no place in the house: give it a rank in xtask/src/tidy/arrows.rs and ARCHITECTURE.md"));
            continue;
        }
        for dependency in package["dependencies"].as_array().map_or(&[][..], Vec::as_slice) {
            let Some(used) = dependency["name"].as_str() else { continue };
            if !ours.contains(used) || used == name {
                continue;
            }
            let dev = dependency["kind"] == "dev";
            let allowed = if OUTSIDE.contains(&used) {
                false
            } else if TEST_ONLY.contains(&used) {
                dev || test_only
            } else if test_only || dev {
                // Tests may look up the house only as far as test crates themselves do.
                rank(used).is_some_and(|used| used < 6)
            } else {
                matches!((rank(used), rank(name)), (Some(used), Some(own)) if used < own)
            };
            if !allowed {
                let kind = if dev { "dev-dependency" } else { "dependency" };
                problems.push(format!("{name} has the {kind} {used}, which points the wrong way"));
            }
        }
    }
    problems
}

/// Nothing that a browser-free crate uses, directly or not, belongs to a browser.
pub fn browser_free(metadata: &Value) -> Vec<Problem> {
    let mut names = BTreeMap::new();
    for package in metadata["packages"].as_array().map_or(&[][..], Vec::as_slice) {
        if let (Some(id), Some(name)) = (package["id"].as_str(), package["name"].as_str()) {
            names.insert(id, name);
        }
    }
    let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().map_or(&[][..], Vec::as_slice) {
        let Some(id) = node["id"].as_str() else { continue };
        for dependency in node["deps"].as_array().map_or(&[][..], Vec::as_slice) {
            let kinds = dependency["dep_kinds"].as_array().map_or(&[][..], Vec::as_slice);
            if let (Some(used), true) =
                (dependency["pkg"].as_str(), kinds.iter().any(|kind| kind["kind"] != "dev"))
            {
                uses.entry(id).or_default().push(used);
            }
        }
    }
    let mut problems = Vec::new();
    for (id, name) in &names {
        if !BROWSER_FREE.contains(name) {
            continue;
        }
        let mut reached_by: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = vec![*id];
        while let Some(here) = open.pop() {
            for used in uses.get(here).map_or(&[][..], Vec::as_slice) {
                if *used != *id && !reached_by.contains_key(used) {
                    reached_by.insert(used, here);
                    open.push(used);
                }
            }
        }
        for (reached, through) in &reached_by {
            let (Some(reached), Some(through)) = (names.get(reached), names.get(through)) else { continue };
            if BROWSER.iter().any(|start| reached.starts_with(start)) {
                problems.push(format!("{name} reaches the browser crate {reached} through {through}"));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let dependencies: Vec<_> =
            dependencies.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
        json!({ "id": name, "name": name, "source": null, "dependencies": dependencies })
    }

    fn house(packages: &[Value]) -> Value {
        let nodes: Vec<_> = packages
            .iter()
            .map(|package| {
                let deps: Vec<_> = package["dependencies"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|d| json!({ "pkg": d["name"], "dep_kinds": [{ "kind": d["kind"] }] }))
                    .collect();
                json!({ "id": package["id"], "deps": deps })
            })
            .collect();
        json!({ "packages": packages, "resolve": { "nodes": nodes } })
    }

    #[test]
    fn down_is_fine() {
        let house = house(&[
            package("hopscope-net", &[]),
            package("hopscope-aws", &[("hopscope-net", None), ("hopscope-testkit", Some("dev"))]),
            package("hopscope-testkit", &[("hopscope-aws", None), ("hopscope-reference", None)]),
            package("hopscope-reference", &[("hopscope-net", None)]),
            package("xtask", &[("hopscope-aws", None)]),
        ]);
        assert_eq!(direction(&house), Vec::<String>::new());
    }

    #[test]
    fn up_and_sideways_are_not() {
        for (own, used, kind) in [
            ("hopscope-net", "hopscope-aws", None),
            ("hopscope-layout", "hopscope-interop", None),
            ("hopscope-cli", "hopscope-web", None),
            ("hopscope-aws", "hopscope-reference", None),
            ("hopscope-aws", "hopscope-testkit", Some("build")),
            ("hopscope-testkit", "hopscope-web", None),
            ("hopscope-aws", "hopscope-wasm", Some("dev")),
            ("hopscope-view", "xtask", Some("dev")),
        ] {
            let house = house(&[package(own, &[(used, kind)]), package(used, &[])]);
            assert_eq!(direction(&house).len(), 1, "{own} -> {used}");
        }
    }

    #[test]
    fn a_stranger_must_be_given_a_place() {
        assert_eq!(direction(&house(&[package("hopscope-attic", &[])])).len(), 1);
    }

    #[test]
    fn a_browser_crate_is_found_however_deep() {
        let far = [
            package("hopscope-aws", &[("indexmap", None)]),
            package("indexmap", &[("js-sys", None)]),
            package("js-sys", &[]),
        ];
        let problems = browser_free(&house(&far));
        assert_eq!(problems, ["hopscope-aws reaches the browser crate js-sys through indexmap"]);
    }

    #[test]
    fn a_browser_crate_in_tests_or_in_web_is_fine() {
        let fine = [
            package("hopscope-aws", &[("wasm-bindgen-test", Some("dev"))]),
            package("hopscope-web", &[("yew", None)]),
            package("wasm-bindgen-test", &[]),
            package("yew", &[]),
        ];
        assert_eq!(browser_free(&house(&fine)), Vec::<String>::new());
    }
}
