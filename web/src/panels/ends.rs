//! What a flow may start and end at, as choices of a form. Pure.

use hopscope_aws::Document;
use hopscope_editor::flows;
use hopscope_view::form::Choice;

/// Everything packets can start and end at.
#[must_use]
pub fn choices(document: &Document) -> Vec<Choice> {
    let label = |end: &flows::End| match end.detail.as_str() {
        "" => end.label.clone(),
        detail => format!("{} · {detail}", end.label),
    };
    flows::ends(document).into_iter().map(|end| Choice { label: label(&end), value: end.value }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_offered_with_its_address_and_the_internet_comes_last() {
        let json = r#"{"hopscope":1,"nodes":[
            {"id":"v","kind":"vpc","cidrs":["10.0.0.0/16"]},
            {"id":"s","kind":"subnet","parent":"v","cidr":"10.0.0.0/24"},
            {"id":"i","kind":"instance","name":"web-a","parent":"s"},
            {"id":"e","kind":"network-interface","parent":"i","private_ips":[{"address":"10.0.0.10"}]}]}"#;
        let document = Document::from_json(json.as_bytes()).expect("a valid document");
        let all = choices(&document);
        assert_eq!(all.first().map(|c| c.label.as_str()), Some("web-a · 10.0.0.10"));
        assert_eq!(all.last().map(|c| c.value.as_str()), Some("internet"));
        assert_eq!(all.len(), 2, "the interface of a single-homed instance is not offered apart");
    }
}
