//! Rules about source text.

use super::Problem;

/// Longest file without a remark.
const LONG: usize = 700;

/// Words that say "not finished". Split so that this file does not contain them.
const MARKERS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// Nothing is left as a note to be done later.
pub fn markers(sources: &[(String, String)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in sources {
        for (number, line) in text.lines().enumerate() {
            let words = || line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if let Some(marker) = MARKERS.iter().find(|marker| words().any(|word| word == **marker)) {
                problems.push(format!("{path}:{}: {marker} is not finished work", number + 1));
            }
        }
    }
    problems
}

/// Files that want to be split.
pub fn long(sources: &[(String, String)]) -> Vec<String> {
    sources
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONG)
        .map(|(path, lines)| format!("{path} has {lines} lines; {LONG} is a lot"))
        .collect()
}

/// Attributes whose value people read or hear.
const SPOKEN: &[&str] =
    &["aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt"];

/// The words of the page live in `hopscope_view::text`: no sentence is written inside markup.
/// Rough on purpose: it finds literal text nodes that start with a capital, and spoken
/// attributes with literal words.
pub fn literals(sources: &[(String, String)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in sources.iter().filter(|(path, _)| path.starts_with("web/src")) {
        let text = text.split("\n#[cfg(test)]").next().unwrap_or(text);
        for (number, line) in text.lines().enumerate() {
            // What is printed on a key is not a word of any language.
            if line.trim_start().starts_with("//") || line.contains("<kbd") {
                continue;
            }
            if let Some(found) = text_node(line).or_else(|| spoken(line)) {
                problems.push(format!(
                    "{path}:{}: the words \"{found}\" belong in hopscope_view::text",
                    number + 1
                ));
            }
        }
    }
    problems
}

/// `{"Some words"}` or `{ "Some words" }`.
fn text_node(line: &str) -> Option<&str> {
    line.match_indices('{').find_map(|(at, _)| {
        let rest = line.get(at + 1..)?.trim_start().strip_prefix('"')?;
        let (words, after) = rest.split_once('"')?;
        let node = after.trim_start().starts_with('}');
        (node && words.starts_with(|c: char| c.is_ascii_uppercase()) && reads(words)).then_some(words)
    })
}

/// Whether a text has a word in it, unlike the path of an icon.
fn reads(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_lowercase))
}

/// `aria-label="some words"`.
fn spoken(line: &str) -> Option<&str> {
    SPOKEN.iter().find_map(|name| {
        let (before, rest) = line.split_once(&format!("{name}=\""))?;
        let words = rest.split('"').next()?;
        let whole = before.is_empty() || before.ends_with(char::is_whitespace);
        (whole && words.contains(|c: char| c.is_alphabetic())).then_some(words)
    })
}

/// Every crate takes the workspace's lints, or names its own.
pub fn lints(manifests: &[(String, String)]) -> Vec<Problem> {
    manifests
        .iter()
        .filter(|(_, text)| !text.contains("[lints"))
        .map(|(path, _)| format!("{path} takes no lints: add `[lints] workspace = true`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str, text: &str) -> Vec<(String, String)> {
        vec![(path.to_owned(), text.to_owned())]
    }

    #[test]
    fn unfinished_work_is_found() {
        let text = format!("// {}: later\nlet x = {}_LIST;", MARKERS[0], MARKERS[0]);
        assert_eq!(markers(&one("a.rs", &text)).len(), 1);
        assert_eq!(markers(&one("a.rs", "fn todo_list() {}")).len(), 0);
    }

    #[test]
    fn long_files_are_noted() {
        assert_eq!(long(&one("a.rs", &"x\n".repeat(LONG))).len(), 0);
        assert_eq!(long(&one("a.rs", &"x\n".repeat(LONG + 1))).len(), 1);
    }

    #[test]
    fn words_in_markup_are_found() {
        for bad in [
            "<p>{ \"Save the file\" }</p>",
            "{\"Hello\"}",
            "<button aria-label=\"close\">",
            "  title=\"Close\"",
        ] {
            assert_eq!(literals(&one("web/src/a.rs", bad)).len(), 1, "{bad}");
        }
        for good in [
            "<p>{ text::ui::SAVE }</p>",
            "class={if on { \"on\" } else { \"\" }}",
            "<button aria-label={text::ui::CLOSE}>",
            "data-title=\"x\"",
            "// { \"Save\" }",
            "<kbd>{ \"Ctrl K\" }</kbd>",
            "d={if on { \"M5 3h4v14H5z\" } else { \"M6 3l11 7z\" }}",
            "match key { \"Enter\" => {} }",
        ] {
            assert_eq!(literals(&one("web/src/a.rs", good)).len(), 0, "{good}");
        }
        assert_eq!(literals(&one("crates/view/src/text.rs", "{ \"Save\" }")).len(), 0);
    }

    #[test]
    fn a_manifest_without_lints_is_found() {
        assert_eq!(lints(&one("Cargo.toml", "[package]")).len(), 1);
        assert_eq!(lints(&one("Cargo.toml", "[package]\n[lints]\nworkspace = true")).len(), 0);
    }
}
