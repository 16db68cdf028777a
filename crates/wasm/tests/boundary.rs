//! The boundary as a JavaScript caller meets it. Runs in Node.
#![cfg(target_arch = "wasm32")]

use hopscope_wasm::{Network, diagnostics, import_aws, trace, version};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const PAIR: &str = r#"{ "hopscope": 1, "name": "Pair", "nodes": [
  { "id": "region", "kind": "region" },
  { "id": "vpc", "kind": "vpc", "parent": "region", "cidrs": ["10.0.0.0/16"] },
  { "id": "subnet", "kind": "subnet", "parent": "vpc", "cidr": "10.0.0.0/24" },
  { "id": "sg", "kind": "security-group", "parent": "vpc",
    "inbound": [{ "protocol": "tcp", "ports": "443", "peer": "10.0.0.0/16" }] },
  { "id": "a", "kind": "instance", "parent": "subnet" },
  { "id": "eni-a", "kind": "network-interface", "parent": "a",
    "private_ips": [{ "address": "10.0.0.10" }], "security_groups": ["sg"] },
  { "id": "b", "kind": "instance", "parent": "subnet" },
  { "id": "eni-b", "kind": "network-interface", "parent": "b",
    "private_ips": [{ "address": "10.0.0.11" }], "security_groups": ["sg"] } ],
  "flows": [
    { "id": "web", "from": "a", "to": "b", "port": 443, "expect": { "verdict": "allowed" } },
    { "id": "ssh", "from": "a", "to": "b", "port": 22, "expect": { "verdict": "denied" } } ] }"#;

fn get(object: &JsValue, path: &[&str]) -> JsValue {
    path.iter().fold(object.clone(), |object, key| {
        Reflect::get(&object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
    })
}

fn text(object: &JsValue, path: &[&str]) -> String {
    get(object, path).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn the_version_is_the_packages() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn an_allowed_flow_has_two_legs() {
    let trace =
        trace(PAIR, r#"{ "from": "a", "to": "b", "protocol": "tcp", "port": 443 }"#).expect("a trace");
    assert_eq!(text(&trace, &["verdict"]), "allowed");
    assert_eq!(text(&trace, &["forward", "verdict"]), "allowed");
    assert_eq!(text(&trace, &["return", "verdict"]), "allowed");
    assert!(get(&trace, &["forward", "hops"]).unchecked_into::<Array>().length() > 2);
    // Plain objects: what a caller prints is what JSON shows.
    assert!(get(&trace, &["forward"]).is_instance_of::<Object>());
    assert!(String::from(JSON::stringify(&trace).expect("JSON")).contains("\"security-group-in\""));
}

#[wasm_bindgen_test]
fn a_denied_flow_names_code_and_place() {
    let trace = trace(PAIR, r#"{ "from": "a", "to": "b", "protocol": "tcp", "port": 22 }"#).expect("a trace");
    assert_eq!(text(&trace, &["verdict"]), "denied");
    assert_eq!(text(&trace, &["reason", "code"]), "ENI_SG_RULES_MISMATCH");
    assert_eq!(text(&trace, &["reason", "at", "id"]), "sg");
}

#[wasm_bindgen_test]
fn one_network_answers_many_questions() {
    let network = Network::new(PAIR).expect("a network");
    let checked: Array = network.check().unchecked_into();
    assert_eq!(checked.length(), 2);
    for line in checked.iter() {
        assert_eq!(get(&line, &["met"]), JsValue::TRUE, "{line:?}");
    }
    assert!(network.diagnostics().is_instance_of::<Array>());
}

#[wasm_bindgen_test]
fn bad_input_gives_a_code_and_a_sentence() {
    let nested = "[".repeat(100_000);
    for (text_in, code) in [("", "document"), ("[]", "document"), (nested.as_str(), "document")] {
        let failure = diagnostics(text_in).expect_err("a failure");
        assert_eq!(text(&failure, &["code"]), code);
        assert!(text(&failure, &["message"]).ends_with('.'));
    }
    let failure = trace(PAIR, "{").expect_err("a failure");
    assert_eq!(text(&failure, &["code"]), "flow");
    let failure = trace(PAIR, r#"{ "from": "nobody", "to": "b" }"#).expect_err("a failure");
    assert_eq!(text(&failure, &["code"]), "end");
    let failure =
        trace(PAIR, r#"{ "from": "a", "to": "b", "protocol": "carrier-pigeon" }"#).expect_err("a failure");
    assert_eq!(text(&failure, &["code"]), "protocol");
}

fn file(path: &str, text: &str) -> JsValue {
    let file = Object::new();
    for (key, value) in [("path", path), ("text", text)] {
        Reflect::set(&file, &JsValue::from_str(key), &JsValue::from_str(value)).expect("a property");
    }
    file.into()
}

#[wasm_bindgen_test]
fn a_dump_becomes_a_document() {
    let files = Array::of2(
        &file("vpcs.json", r#"{ "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16" }] }"#),
        &file("rds.json", r#"{ "DBInstances": [{ "DBInstanceIdentifier": "orders" }] }"#),
    );
    let import = import_aws(files.into()).expect("an import");
    let document = String::from(JSON::stringify(&get(&import, &["document"])).expect("JSON"));
    assert!(Network::new(&document).is_ok());
    assert!(document.contains("vpc-1"));
    let unmodelled: Array = get(&import, &["unmodelled"]).unchecked_into();
    assert_eq!(text(&unmodelled.get(0), &["id"]), "orders");
}

#[wasm_bindgen_test]
fn a_dump_that_is_none_gives_a_code_and_a_sentence() {
    for files in [JsValue::NULL, Array::new().into(), Array::of1(&file("a.json", "[")).into()] {
        let failure = import_aws(files).expect_err("a failure");
        assert_eq!(text(&failure, &["code"]), "files");
        assert!(text(&failure, &["message"]).ends_with('.'));
    }
}
