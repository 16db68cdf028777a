//! How much text fits: estimated widths, so that nothing is clipped mid-letter.

/// Estimated width of one character of interface text at 12 px.
pub(super) const SANS_12: f32 = 7.0;
/// Estimated width of one character of a name, which is semibold.
pub(super) const BOLD_12: f32 = 7.9;
/// Width of one character of monospaced text at 11 px.
pub(super) const MONO_11: f32 = 6.7;

/// Text cut to a width, with an ellipsis where something is missing. Control characters, which
/// could hide or reverse text, are dropped.
pub(super) fn fit(text: &str, width: f32, each: f32) -> String {
    let wide = |c: char| wide(c, each);
    let clean: Vec<char> = text.chars().filter(|c| !hidden(*c)).take(200).collect();
    let total: f32 = clean.iter().map(|c| wide(*c)).sum();
    if total <= width {
        return clean.into_iter().collect();
    }
    let mut used = each;
    let mut out = String::new();
    for c in clean {
        used += wide(c);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Estimated width of a character where an ordinary one has that.
pub(super) fn wide(c: char, each: f32) -> f32 {
    if c > '\u{2e80}' { each * 1.9 } else { each }
}

/// Whether a character could hide or reverse text.
pub(super) fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Blocks in one line, as many as fit; a count stands for the rest.
pub(super) fn fit_list(parts: &[&str], width: f32, each: f32) -> String {
    let all = parts.join(" · ");
    if all.chars().count() as f32 * each <= width {
        return fit(&all, width, each);
    }
    for shown in (1..parts.len()).rev() {
        let some = format!("{} +{}", parts.get(..shown).unwrap_or_default().join(" · "), parts.len() - shown);
        if some.chars().count() as f32 * each <= width {
            return fit(&some, width, each);
        }
    }
    fit(&all, width, each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_visibly() {
        assert_eq!(fit("web-a", 100.0, 7.0), "web-a");
        assert_eq!(fit("a-very-long-name", 49.0, 7.0), "a-very…");
        assert_eq!(fit("a\u{202e}b\n", 100.0, 7.0), "ab");
        assert_eq!(fit_list(&["10.0.0.0/16", "10.1.0.0/16"], 100.0, 7.0), "10.0.0.0/16 +1");
    }
}
