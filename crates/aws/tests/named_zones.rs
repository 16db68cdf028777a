//! Things of the domain name system in documents: their domain is no name of the node.

use hopscope_aws::Document;
use serde_json::json;

#[test]
fn a_zone_keeps_its_domain_when_a_document_is_saved_and_opened() {
    for kind in ["hosted-zone", "registered-domain"] {
        let node = json!({"id": "z", "kind": kind, "name": "shop", "domain_name": "example.com"});
        let value = json!({"hopscope": 1, "nodes": [node]});
        let opened = Document::from_value(value).unwrap();
        assert_eq!(opened.node("z").unwrap().field("domain_name"), json!("example.com"), "{kind}");
        let again = Document::from_json(opened.to_json().as_bytes()).unwrap();
        assert_eq!(again.node("z").unwrap().field("domain_name"), json!("example.com"), "{kind}");
        assert_eq!(again.node("z").unwrap().label(), "shop", "{kind}");
        assert_eq!(again.to_json(), opened.to_json(), "{kind}");
    }
}
