//! Components and reason codes: everything declared is registered, documented and exercised.

use std::collections::BTreeMap;

use super::Problem;

/// Every component file has its `mod` line, its catalogue line and its entry in the docs.
pub fn components(files: &[String], modules: &str, catalog: &str, docs: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if files.is_empty() {
        problems.push("there is no component file at all: the check looks in the wrong folder".to_owned());
    }
    let catalog = catalog.split_once("catalog! {").map_or("", |(_, lines)| lines);
    for file in files {
        let module = format!("mod {file};");
        if !modules
            .lines()
            .any(|line| line.trim().trim_start_matches("pub ").trim_start_matches("pub(crate) ") == module)
        {
            problems.push(format!("crates/aws/src/components/{file}.rs has no `{module}` line in mod.rs"));
        }
        let line = format!("=> {file},");
        // A component that moves packets by itself also names its arena: `=> file { arena: Type },`.
        let with_arena = format!("=> {file} {{");
        let listed = |found: &str| found.trim().ends_with(&line) || found.contains(&with_arena);
        if !catalog.lines().any(listed) {
            problems.push(format!("crates/aws/src/components/{file}.rs has no `{line}` line in catalog.rs"));
        }
        let slug = file.replace('_', "-");
        if !docs.contains(&format!("`{slug}`")) {
            problems.push(format!(
                "the component `{slug}` is missing in docs/components.md: run `cargo xtask docs`"
            ));
        }
    }
    problems
}

/// Every declared reason code is declared once, explained in section 29 of the rules, and named
/// by a scenario. (That the engine really raises it there is the scenario run's own check.)
pub fn reasons(sources: &[(String, String)], rules: &str, scenarios: &[(String, String)]) -> Vec<Problem> {
    let section = rules.split_once("\n## 29 ").map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let mut declared: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, text) in sources {
        for code in codes(text) {
            declared.entry(code).or_default().push(path);
        }
    }
    let mut problems = Vec::new();
    if declared.is_empty() {
        problems.push("no reason code is declared anywhere: the check no longer recognises them".to_owned());
    }
    for (code, places) in &declared {
        if places.len() > 1 {
            problems
                .push(format!("the reason code {code} is declared more than once: {}", places.join(", ")));
        }
        let place = places.first().copied().unwrap_or_default();
        if !section.contains(&format!("`{code}`")) {
            problems.push(format!(
                "{place}: the reason code {code} is not explained in docs/rules.md, section 29"
            ));
        }
        if !scenarios.iter().any(|(_, text)| has_word(text, code)) {
            problems
                .push(format!("{place}: no scenario under tests/scenarios raises the reason code {code}"));
        }
    }
    problems
}

/// Codes declared in a source text: `code: "CODE"` of a descriptor, or a declaring macro,
/// `reason!(NAME, "CODE", …)`. Test modules do not count.
fn codes(text: &str) -> Vec<String> {
    let text = text.split("\n#[cfg(test)]").next().unwrap_or(text);
    let text: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let text = text.join("\n");
    let plain = text.match_indices("code: \"").filter_map(|(at, start)| text.get(at + start.len()..));
    let by_macro = text.match_indices("!(").filter_map(|(at, start)| {
        let (name, rest) = text.get(at + start.len()..)?.split_once(',')?;
        let name = name.trim();
        let constant = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        rest.trim_start().strip_prefix('"').filter(|_| constant)
    });
    plain
        .chain(by_macro)
        .filter_map(|rest| rest.split('"').next())
        .filter(|code| {
            !code.is_empty() && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = "catalog! {\n    Vpc => vpc,\n    NatGateway => nat_gateway,\n}";
    const MODULES: &str = "pub mod vpc;\npub(crate) mod nat_gateway;\n";
    const DOCS: &str = "| `vpc` |\n| `nat-gateway` |";

    fn files(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn registered_components_pass() {
        assert_eq!(components(&files(&["vpc", "nat_gateway"]), MODULES, CATALOG, DOCS), Vec::<String>::new());
    }

    #[test]
    fn an_unregistered_component_fails_three_times() {
        assert_eq!(components(&files(&["vpc", "peering"]), MODULES, CATALOG, DOCS).len(), 3);
        assert_eq!(components(&[], MODULES, CATALOG, DOCS).len(), 1);
    }

    #[test]
    fn a_similar_name_does_not_count() {
        let problems = components(&files(&["gateway"]), "mod nat_gateway;", CATALOG, "`nat-gateway`");
        assert_eq!(problems.len(), 3, "{problems:?}");
    }

    fn source(text: &str) -> Vec<(String, String)> {
        vec![("crates/aws/src/x.rs".to_owned(), text.to_owned())]
    }

    const RULES: &str = "# Rules\n## 29 Reason codes\n| `X_DOWN` | down |\n## 30 Cases\n`X_ELSEWHERE`";

    #[test]
    fn documented_and_raised_passes() {
        let scenarios = source("code: X_DOWN");
        assert_eq!(reasons(&source("code: \"X_DOWN\","), RULES, &scenarios), Vec::<String>::new());
    }

    #[test]
    fn undocumented_unraised_or_doubled_fails() {
        let scenarios = source("code: X_DOWN_TWICE\nX_ELSEWHERE");
        let of = |text: &str| reasons(&source(text), RULES, &scenarios).len();
        assert_eq!(of("code: \"X_DOWN\""), 1, "raised only as part of another word");
        assert_eq!(of("code: \"X_ELSEWHERE\""), 1, "documented outside section 29");
        assert_eq!(of("code: \"X_NOWHERE\""), 2);
        assert_eq!(of("code: \"X_DOWN\" code: \"X_DOWN\""), 2);
        assert_eq!(
            of("reason!(\n    /// Nowhere.\n    NOWHERE, \"X_NOWHERE\", None);"),
            2,
            "declared by a macro"
        );
        assert_eq!(of("format!(NAME, \"some words\") assert!(x, \"X_DOWN\")"), 1, "declares nothing");
        assert_eq!(of("nothing"), 1);
        assert_eq!(of("code: \"X_ELSEWHERE\"\n#[cfg(test)]\ncode: \"X_TEST\""), 1);
    }
}
