//! The import, which runs in a Web Worker that is loaded when it is first asked for.
//! `crates/importer` is the other side and says what the messages are.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_channel::oneshot;
use gloo::events::EventListener;
use hopscope_aws::Document;
use hopscope_view::text::ui_shell as words;
use js_sys::{Array, Uint8Array};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Worker};

/// Most bytes that one import reads.
pub const MAX_TOTAL_BYTES: usize = 64 * 1024 * 1024;
/// Most files that one import reads.
pub const MAX_FILES: usize = 10_000;

/// What an import gives.
pub struct Imported {
    /// Everything that was described.
    pub document: Document,
    /// What is kept as an inert box, one line each.
    pub unmodelled: Vec<String>,
    /// Whole sentences about the rest.
    pub notes: Vec<String>,
}

/// Relative to the page, wherever the site lies.
const SCRIPT: &str = "importer-start.js";

/// The answer's JSON, or the sentence that there will be none.
type Answer = Result<String, &'static str>;

thread_local! {
    static IMPORTER: RefCell<Option<Importer>> = const { RefCell::new(None) };
}

/// A worker that was started.
struct Importer {
    worker: Worker,
    /// Requests from before it listens; none once it does.
    early: Option<Vec<Array>>,
    /// Who waits for which answer.
    waiting: BTreeMap<u32, oneshot::Sender<Answer>>,
    last: u32,
    _listeners: [EventListener; 2],
}

impl Importer {
    fn start() -> Option<Self> {
        let worker = Worker::new(SCRIPT).ok()?;
        let listeners = [
            EventListener::new(&worker, "message", |event| {
                if let Some(event) = event.dyn_ref::<MessageEvent>() {
                    heard(&event.data());
                }
            }),
            EventListener::new(&worker, "error", |_| stop()),
        ];
        Some(Self {
            worker,
            early: Some(Vec::new()),
            waiting: BTreeMap::new(),
            last: 0,
            _listeners: listeners,
        })
    }

    fn ask(&mut self, files: &Array) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        self.last = self.last.wrapping_add(1);
        self.waiting.insert(self.last, sender);
        let request = Array::of2(&self.last.into(), files);
        match &mut self.early {
            Some(early) => early.push(request),
            None => self.send(&request),
        }
        receiver
    }

    fn send(&mut self, request: &Array) {
        // The contents move over; nothing here needs them any more.
        let buffers: Array = Array::from(&request.get(1))
            .iter()
            .filter_map(|file| Array::from(&file).get(1).dyn_into::<Uint8Array>().ok())
            .map(|bytes| JsValue::from(bytes.buffer()))
            .collect();
        if self.worker.post_message_with_transfer(request, &buffers).is_err() {
            self.answer(&request.get(0), Err(words::IMPORT_STOPPED));
        }
    }

    fn answer(&mut self, id: &JsValue, answer: Answer) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ids are whole numbers")]
        let id = id.as_f64().unwrap_or_default() as u32;
        if let Some(sender) = self.waiting.remove(&id) {
            // Nobody waits any more when the page has gone elsewhere.
            let _ = sender.send(answer);
        }
    }
}

/// A message of the worker.
fn heard(message: &JsValue) {
    match message.as_string().as_deref() {
        Some("ready") => IMPORTER.with_borrow_mut(|importer| {
            let Some(importer) = importer else { return };
            for request in importer.early.take().unwrap_or_default() {
                importer.send(&request);
            }
        }),
        Some(_) => stop(),
        None => IMPORTER.with_borrow_mut(|importer| {
            let message = Array::from(message);
            if let (Some(importer), Some(text)) = (importer, message.get(1).as_string()) {
                importer.answer(&message.get(0), Ok(text));
            }
        }),
    }
}

/// The worker did not start, or broke down; the next import starts another one.
fn stop() {
    let Some(importer) = IMPORTER.take() else { return };
    importer.worker.terminate();
    let sentence = if importer.early.is_some() { words::IMPORTER_NOT_LOADED } else { words::IMPORT_STOPPED };
    for sender in importer.waiting.into_values() {
        // As above.
        let _ = sender.send(Err(sentence));
    }
}

/// Imports files, pairs of path and content, and takes the contents away.
///
/// # Errors
/// One sentence that names what is wrong and what to do.
pub async fn import(files: Vec<(String, Uint8Array)>) -> Result<Imported, String> {
    let files: Array =
        files.into_iter().map(|(path, bytes)| Array::of2(&path.into(), &bytes.into())).collect();
    let answer = IMPORTER.with_borrow_mut(|importer| {
        if importer.is_none() {
            *importer = Importer::start();
        }
        importer.as_mut().map(|importer| importer.ask(&files))
    });
    let answer = answer.ok_or(words::IMPORTER_NOT_LOADED)?;
    let text = answer.await.unwrap_or(Err(words::IMPORT_STOPPED))?;
    read(&text)
}

/// What an answer says.
fn read(text: &str) -> Result<Imported, String> {
    let mut answer: Value = serde_json::from_str(text).map_err(|_| words::IMPORT_STOPPED)?;
    if let Some(problem) = answer["problem"].as_str() {
        return Err(problem.to_owned());
    }
    let document = Document::from_value(answer["document"].take()).map_err(|error| error.to_string())?;
    let lines = |key: &str| {
        let lines = answer[key].as_array().map_or(&[][..], Vec::as_slice);
        lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    Ok(Imported { document, unmodelled: lines("unmodelled"), notes: lines("notes") })
}

#[cfg(test)]
mod tests {
    // The page must not link the import for two numbers; the compiler sees that they agree.
    const _: () = assert!(super::MAX_FILES == hopscope_interop::MAX_FILES);
    const _: () = assert!(super::MAX_TOTAL_BYTES == hopscope_interop::MAX_TOTAL_BYTES);
}
