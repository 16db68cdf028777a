//! Sentences with `{facts}`. A part in `[brackets]` disappears when a fact in it is missing;
//! `{none}` is always empty and marks text that stays when its neighbour disappears.

/// Fills a sentence. A missing fact outside brackets becomes "it".
pub(super) fn fill(sentence: &str, fact: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = sentence;
    while let Some(open) = rest.find('[') {
        let (before, after) = rest.split_at(open);
        plain(before, fact, &mut out);
        let inside = after.get(1..).unwrap_or_default();
        let Some(close) = inside.find(']') else {
            rest = inside;
            continue;
        };
        let (part, tail) = inside.split_at(close);
        optional(part, fact, &mut out);
        rest = tail.get(1..).unwrap_or_default();
    }
    plain(rest, fact, &mut out);
    tidy(&out)
}

fn optional(part: &str, fact: &dyn Fn(&str) -> Option<String>, out: &mut String) {
    let mut whole = String::new();
    if expand(part, fact, &mut whole) {
        out.push_str(&whole);
    }
}

fn plain(part: &str, fact: &dyn Fn(&str) -> Option<String>, out: &mut String) {
    expand(part, fact, out);
}

/// Returns whether every fact was known.
fn expand(part: &str, fact: &dyn Fn(&str) -> Option<String>, out: &mut String) -> bool {
    let mut known = true;
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            out.push_str(after);
            return known;
        };
        let name = after.get(1..close).unwrap_or_default();
        match fact(name).filter(|value| !value.is_empty()) {
            Some(value) => out.push_str(&value),
            None if name == "none" => {}
            None => {
                known = false;
                out.push_str("it");
            }
        }
        rest = after.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    known
}

/// One space between words, none before punctuation that a missing part left behind.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let stuck = word.chars().all(|c| matches!(c, '.' | ',' | ':' | ';'));
        if !out.is_empty() && !stuck {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<String> {
        (name == "acl").then(|| "acl-1".to_owned())
    }

    #[test]
    fn missing_facts_leave_a_sentence_standing() {
        let sentence = "Network ACL {acl} refuses it at {subnet}[: rule {number}, {rule}].";
        assert_eq!(fill(sentence, &known), "Network ACL acl-1 refuses it at it.");
        assert_eq!(fill("A[ ({acl})] b[ of {x}].", &known), "A (acl-1) b.");
        assert_eq!(fill("Odd {acl [ and ] {", &known), "Odd {acl and {");
    }

    #[test]
    fn values_are_not_expanded_again() {
        let fact = |_: &str| Some("{acl} [x]".to_owned());
        assert_eq!(fill("A {b}.", &fact), "A {acl} [x].");
        assert_eq!(fill("To {b}.", &|_| Some("::/0".to_owned())), "To ::/0.");
    }
}
