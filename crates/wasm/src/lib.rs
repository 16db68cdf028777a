//! The engine for JavaScript callers: documents and flows in as JSON text, answers out as plain
//! objects, failures as `{ code, message }`.
//!
//! The page itself does not come this way: it links the Rust crates directly.

use hopscope_aws::{Document, Flow};
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

mod answer;
#[cfg(feature = "import")]
mod import;

#[cfg(feature = "import")]
pub use import::import_aws;

use answer::Failure;

/// Version of the engine.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Traces one flow of a document: verdict, reason, blockers, forward and return legs.
///
/// # Errors
/// `{ code, message }` when the document or the flow cannot be read.
#[wasm_bindgen]
pub fn trace(document: &str, flow: &str) -> Result<JsValue, JsValue> {
    Network::new(document)?.trace(flow)
}

/// What is wrong or worth telling about a document.
///
/// # Errors
/// `{ code, message }` when the document cannot be read.
#[wasm_bindgen]
pub fn diagnostics(document: &str) -> Result<JsValue, JsValue> {
    Ok(Network::new(document)?.diagnostics())
}

/// A document, resolved once for many questions.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Network {
    document: Document,
    network: hopscope_aws::Network,
}

#[wasm_bindgen]
impl Network {
    /// Resolves a document.
    ///
    /// # Errors
    /// `{ code, message }` when the text is not a document.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Self, JsValue> {
        let document = Document::from_json(document.as_bytes()).map_err(|error| give_up(&error.into()))?;
        let network = hopscope_aws::Network::build(&document);
        Ok(Self { document, network })
    }

    /// Traces one flow, given as JSON text.
    ///
    /// # Errors
    /// `{ code, message }` when the flow cannot be read or names nothing.
    pub fn trace(&self, flow: &str) -> Result<JsValue, JsValue> {
        let flow: Flow = answer::read_flow(flow).map_err(|failure| give_up(&failure))?;
        let trace = hopscope_aws::trace(&self.network, &flow).map_err(|error| give_up(&error.into()))?;
        Ok(object(&trace))
    }

    /// The document's own flows with what is expected of each and what happens:
    /// `[{ id, expected, verdict, code, met }]`.
    #[must_use]
    pub fn check(&self) -> JsValue {
        object(&answer::check(&self.document, &self.network))
    }

    /// What is wrong or worth telling about the document.
    #[must_use]
    pub fn diagnostics(&self) -> JsValue {
        object(self.network.diagnostics())
    }
}

/// Plain objects and arrays. By way of text: the code that writes documents is there already, and
/// the browser's own parser is fast.
fn object<T: Serialize + ?Sized>(value: &T) -> JsValue {
    let text = serde_json::to_string(value).unwrap_or_default();
    js_sys::JSON::parse(&text).unwrap_or(JsValue::NULL)
}

fn give_up(failure: &Failure) -> JsValue {
    object(failure)
}
