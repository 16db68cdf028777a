//! The import as a Web Worker. A program of its own, because most visits import nothing.
//!
//! In: `[id, [[path, Uint8Array], …]]`. Out: first the text `ready`, then `[id, text]` for each
//! request. The text is JSON: `{ document, unmodelled: [text], notes: [text] }`, or `{ problem }`
//! with one sentence. `web/src/importer.rs` is the other side.

use js_sys::{Array, Uint8Array};
use serde_json::json;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let to = scope.clone();
    let onmessage = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let request = Array::from(&event.data());
        let answer = Array::of2(&request.get(0), &answer(&received(&request.get(1))).into());
        // Texts can always be sent.
        let _ = to.post_message(&answer);
    });
    scope.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
    onmessage.forget();
    // What the page sends before this is lost, so it waits.
    let _ = scope.post_message(&"ready".into());
}

/// The files of a request.
fn received(files: &JsValue) -> Vec<(String, Vec<u8>)> {
    Array::from(files)
        .iter()
        .map(|file| {
            let file = Array::from(&file);
            (file.get(0).as_string().unwrap_or_default(), Uint8Array::new(&file.get(1)).to_vec())
        })
        .collect()
}

/// Imports and puts what came of it into JSON.
fn answer(files: &[(String, Vec<u8>)]) -> String {
    let files: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    let answer = match hopscope_interop::import(&files) {
        Ok(import) => {
            let unmodelled = import.unmodelled.iter().map(|thing| format!("{} {}", thing.what, thing.id));
            json!({
                "document": import.document.to_value(),
                "unmodelled": unmodelled.collect::<Vec<_>>(),
                "notes": import.notes.into_iter().map(|note| note.text).collect::<Vec<_>>(),
            })
        }
        Err(error) => json!({ "problem": error.to_string() }),
    };
    answer.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn told(path: &str, content: &str) -> Value {
        serde_json::from_str(&answer(&[(path.to_owned(), content.into())])).unwrap_or_default()
    }

    #[test]
    fn an_import_is_a_document_with_remarks() {
        let told = told(
            "eu-west-1/all.json",
            r#"{ "Vpcs": [{ "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16" }],
                 "CarrierGateways": [{ "CarrierGatewayId": "cagw-1" }] }"#,
        );
        let nodes = told["document"]["nodes"].as_array().map_or(0, Vec::len);
        assert!(nodes >= 2, "{told}");
        assert_eq!(told["unmodelled"], json!(["Carrier gateway cagw-1"]));
        assert!(told["notes"].is_array());
        assert!(told.get("problem").is_none());
    }

    #[test]
    fn a_refusal_is_a_sentence() {
        let told = told("broken.json", "[1, 2");
        let problem = told["problem"].as_str().unwrap_or_default();
        assert!(problem.contains("broken.json"), "{told}");
        assert!(told.get("document").is_none());
    }
}
