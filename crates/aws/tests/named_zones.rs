//! Things of the domain name system in documents: their name is their domain's.

use hopscope_aws::Document;
use serde_json::json;

#[test]
fn a_zone_keeps_its_domain_when_a_document_is_saved_and_opened() {
    for kind in ["hosted-zone", "registered-domain"] {
        let value = json!({"hopscope": 1, "nodes": [{"id": "z", "kind": kind, "name": "example.com"}]});
        let opened = Document::from_value(value).unwrap();
        assert_eq!(opened.node("z").unwrap().field("name"), json!("example.com"), "{kind}");
        let again = Document::from_json(opened.to_json().as_bytes()).unwrap();
        assert_eq!(again.node("z").unwrap().field("name"), json!("example.com"), "{kind}");
        assert_eq!(again.to_json(), opened.to_json(), "{kind}");
    }
}
