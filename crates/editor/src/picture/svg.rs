//! The source in an SVG: text in a `metadata` element.

/// How the element begins.
const BEGIN: &str = "<metadata id=\"hopscope\">";
const END: &str = "</metadata>";

/// The picture with a text after its description; as it was where it has none.
#[must_use]
pub fn svg_with_source(svg: &str, text: &str) -> String {
    // Titles and descriptions are escaped, so the first end of one is the root's own.
    let Some((before, after)) = svg.split_once("</desc>") else { return svg.to_owned() };
    format!("{before}</desc>{BEGIN}{}{END}{after}", escape(text))
}

/// The text in a picture; none where it carries none. Programs that write it anew may change the
/// element's other attributes.
#[must_use]
pub fn svg_source(svg: &str) -> Option<String> {
    for (at, _) in svg.match_indices("<metadata") {
        let rest = svg.get(at..)?;
        let (tag, rest) = rest.split_once('>')?;
        if tag.contains("id=\"hopscope\"") || tag.contains("id='hopscope'") {
            let (text, _) = rest.split_once(END)?;
            return Some(unescape(text.trim()));
        }
    }
    None
}

/// JSON inside XML: what XML has no room for is written as JSON writes it.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // JSON texts hold such characters inside strings only, where this means the same.
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known =
            [("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\''), ("#39;", '\''), ("amp;", '&')];
        match known.iter().find_map(|(name, c)| Some((after.strip_prefix(name)?, *c))) {
            Some((after, c)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back() {
        let svg = "<svg><title>a</title><desc>b</desc><g/></svg>";
        for text in [r#"{"name":"<&>\"]]></metadata><script>"}"#, "{\"name\":\"&amp;lt; 'x'\"}", "{}"] {
            let with = svg_with_source(svg, text);
            assert_eq!(svg_source(&with).as_deref(), Some(text));
            assert_eq!(with.matches("</metadata>").count(), 1);
            assert!(!with.contains("<script"));
        }
        assert_eq!(svg_source(svg), None);
        assert_eq!(svg_with_source("<svg/>", "{}"), "<svg/>");
    }

    #[test]
    fn what_xml_has_no_room_for_is_still_there() {
        let text = "{\"name\":\"a\u{85}b\u{2028}\"}";
        let back = svg_source(&svg_with_source("<desc></desc>", text)).unwrap();
        let values = [text, &back].map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        assert_eq!(values[0], values[1]);
        assert!(!back.contains('\u{85}'));
    }
}
