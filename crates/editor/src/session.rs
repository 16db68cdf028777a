//! A session: one open document with its network, traces, selection and history.

use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Document, Expect, Id, Network, QueryError, trace};
use hopscope_forward::{Trace, Verdict};
use indexmap::IndexMap;

use crate::command::Command;
use crate::history::History;
use crate::intent::{Effect, Intent};
use crate::place::{self, Chip};
use crate::{clipboard, plan};

/// What every flow of the document does now, by flow id, in the document's order.
pub type Traces = IndexMap<String, Result<Rc<Trace>, QueryError>>;

/// A flow's expectation beside what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Id of the flow.
    pub flow: String,
    /// Its name or description.
    pub name: String,
    /// What its author expects.
    pub expected: Expect,
    /// What happens; `None` where the flow cannot be traced.
    pub actual: Option<Verdict>,
    /// The reason code of what happens, unless allowed.
    pub code: Option<&'static str>,
    /// Why the flow cannot be traced.
    pub error: Option<String>,
    /// Whether both agree.
    pub met: bool,
}

/// One open document. Cloning is cheap; equality is by identity of the parts.
#[derive(Clone, Debug)]
pub struct Session {
    document: Rc<Document>,
    network: Rc<Network>,
    traces: Rc<Traces>,
    selection: Rc<Vec<Id>>,
    history: Rc<History>,
    revision: u64,
    read_only: bool,
    origin: Rc<str>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
            && self.read_only == other.read_only
            && Rc::ptr_eq(&self.document, &other.document)
            && Rc::ptr_eq(&self.selection, &other.selection)
            && Rc::ptr_eq(&self.history, &other.history)
    }
}

impl Session {
    /// Opens a document.
    #[must_use]
    pub fn new(document: Document) -> Self {
        let document = Rc::new(document);
        let network = Rc::new(Network::build(&document));
        let traces = Rc::new(trace_all(&document, &network));
        let history = Rc::new(History::new(Rc::clone(&document), "Open"));
        Self {
            document,
            network,
            traces,
            selection: Rc::default(),
            history,
            revision: 0,
            read_only: false,
            origin: Rc::from(""),
        }
    }

    /// Opens a document to be looked at: whatever would change it is refused.
    #[must_use]
    pub fn read_only(document: Document) -> Self {
        Self { read_only: true, ..Self::new(document) }
    }

    /// Whether the document is only looked at.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The same under the name by which its document is known here: what is copied in one document
    /// and pasted in another loses what it referred to there.
    #[must_use]
    pub fn from(mut self, origin: &str) -> Self {
        self.origin = Rc::from(origin);
        self
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Rc<Document> {
        &self.document
    }

    /// The network made of it.
    #[must_use]
    pub fn network(&self) -> &Rc<Network> {
        &self.network
    }

    /// What every flow does, computed with the last change.
    #[must_use]
    pub fn traces(&self) -> &Rc<Traces> {
        &self.traces
    }

    /// Selected components, the primary one last.
    #[must_use]
    pub fn selection(&self) -> &Rc<Vec<Id>> {
        &self.selection
    }

    /// The history.
    #[must_use]
    pub fn history(&self) -> &Rc<History> {
        &self.history
    }

    /// Counts changes of the document, undo and redo included.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether there is something to undo.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.undo_label().is_some()
    }

    /// Whether there is something to redo.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.history.redo_label().is_some()
    }

    /// Likely next acts for the selected component.
    #[must_use]
    pub fn chips(&self) -> Vec<Chip> {
        match self.selection.as_slice() {
            [id] => place::chips(&self.document, id),
            _ => Vec::new(),
        }
    }

    /// Every expectation beside what happens, in the document's order.
    #[must_use]
    pub fn expectations(&self) -> Vec<Expectation> {
        expectations(&self.document, &self.traces)
    }

    /// Does what a person asks; the page performs the effects.
    pub fn update(&mut self, intent: Intent) -> Vec<Effect> {
        if self.read_only && intent.edits() {
            return vec![Effect::Refuse];
        }
        match intent {
            Intent::Select { ids } => self.select(ids),
            Intent::Undo => {
                let label = self.history.undo_label().map(|label| format!("Undid: {label}"));
                let to = self.history.position().wrapping_sub(1);
                self.go(label, to, "Nothing to undo")
            }
            Intent::Redo => {
                let label = self.history.redo_label().map(|label| format!("Redid: {label}"));
                self.go(label, self.history.position().saturating_add(1), "Nothing to redo")
            }
            Intent::Jump(position) => {
                let label = self.history.labels().nth(position).map(|label| format!("Back at: {label}"));
                self.go(label, position, "The history has no such step")
            }
            Intent::EndGesture => {
                Rc::make_mut(&mut self.history).seal();
                Vec::new()
            }
            Intent::LoadDocument { document } => {
                let (revision, origin) = (self.revision, Rc::clone(&self.origin));
                *self = Self::new(*document);
                self.revision = revision.wrapping_add(1);
                self.origin = origin;
                vec![Effect::Announce(format!("Opened {}", title(&self.document)))]
            }
            Intent::Download => {
                vec![Effect::Download {
                    name: crate::library::file_name(&self.document.name),
                    text: self.document.to_json(),
                }]
            }
            Intent::Copy { ids } => {
                let ids = self.or_selection(ids);
                match clipboard::copy(&self.document, &self.origin, &ids) {
                    Ok((text, what)) => vec![Effect::Copy(text), Effect::Announce(format!("Copied {what}"))],
                    Err(problem) => vec![Effect::Alert(problem)],
                }
            }
            Intent::Cut { ids } => {
                let ids = self.or_selection(ids);
                match clipboard::copy(&self.document, &self.origin, &ids) {
                    Ok((text, _)) => {
                        let mut effects = self.run(&Intent::Delete { ids });
                        // What could not be removed must not land on the clipboard as if it were cut.
                        if effects.contains(&Effect::Save) {
                            effects.insert(0, Effect::Copy(text));
                        }
                        effects
                    }
                    Err(problem) => vec![Effect::Alert(problem)],
                }
            }
            Intent::Delete { ids } => {
                let ids = self.or_selection(ids);
                self.run(&Intent::Delete { ids })
            }
            Intent::Duplicate { ids } => {
                let ids = self.or_selection(ids);
                self.run(&Intent::Duplicate { ids })
            }
            Intent::ExpectActual { id, on } => self.expect_actual(&id, on),
            other => self.run(&other),
        }
    }

    fn or_selection(&self, ids: Vec<Id>) -> Vec<Id> {
        if ids.is_empty() { self.selection.to_vec() } else { ids }
    }

    fn expect_actual(&mut self, id: &str, on: bool) -> Vec<Effect> {
        let Some(flow) = self.document.flows.iter().find(|flow| flow.id == id) else {
            return vec![Effect::Alert(format!("There is no flow \"{id}\""))];
        };
        let mut flow = (**flow).clone();
        flow.expect = match (on, self.traces.get(id)) {
            (true, Some(Ok(trace))) => Some(Expect {
                verdict: trace.verdict.word().to_owned(),
                code: trace.reason.as_ref().map(|reason| reason.spec.code.to_owned()),
            }),
            (true, _) => {
                return vec![Effect::Alert(
                    "This flow cannot be traced yet. Correct its ends first.".to_owned(),
                )];
            }
            (false, _) => None,
        };
        self.run(&Intent::SetFlow { flow, coalesce: false })
    }

    fn select(&mut self, ids: Vec<Id>) -> Vec<Effect> {
        let mut known: Vec<Id> = Vec::with_capacity(ids.len());
        for id in ids {
            if self.document.has(&id) && !known.contains(&id) {
                known.push(id);
            }
        }
        if *self.selection == known {
            return Vec::new();
        }
        let said = match known.as_slice() {
            [] => String::from("Nothing selected"),
            [id] => crate::outline::describe(&self.document, id),
            many => format!("{} things selected", many.len()),
        };
        self.selection = Rc::new(known);
        vec![Effect::Announce(said)]
    }

    fn go(&mut self, said: Option<String>, position: usize, otherwise: &str) -> Vec<Effect> {
        let Some(said) = said else {
            return vec![Effect::Announce(otherwise.to_owned())];
        };
        let Some((document, selection)) = Rc::make_mut(&mut self.history).go(position) else {
            return vec![Effect::Announce(otherwise.to_owned())];
        };
        // What a person looks at stays selected, so that the undone value is seen to come back;
        // where it is gone, what was selected then is.
        let kept: Vec<Id> = self.selection.iter().filter(|id| document.has(id)).cloned().collect();
        self.adopt(document);
        self.selection = if kept.is_empty() { selection } else { Rc::new(kept) };
        vec![Effect::Save, Effect::Announce(said)]
    }

    fn adopt(&mut self, document: Rc<Document>) {
        // Where things stand changes no packet's way: a drag only draws.
        if !document.nodes.shared_with(&self.document.nodes) {
            self.network = Rc::new(Network::build(&document));
            self.traces = Rc::new(trace_all(&document, &self.network));
        } else if document.flows != self.document.flows {
            self.traces = Rc::new(trace_all(&document, &self.network));
        }
        self.document = document;
        self.revision = self.revision.wrapping_add(1);
    }

    /// Plans and performs a change of the document.
    fn run(&mut self, intent: &Intent) -> Vec<Effect> {
        match plan::plan(&self.document, &self.origin, &self.selection, intent) {
            Err(problem) => vec![Effect::Alert(problem)],
            Ok(plan) => {
                let mut effects = self.perform(&plan.command);
                effects.extend(plan.effects);
                // A drop completes the drag before it as one step, and ends it.
                if matches!(intent, Intent::SetParent { .. } | Intent::SetZone { .. }) {
                    Rc::make_mut(&mut self.history).seal();
                }
                effects
            }
        }
    }

    /// Performs a command and records it. Nothing is recorded where nothing changes.
    fn perform(&mut self, command: &Command) -> Vec<Effect> {
        let document = command.apply(&self.document);
        // Changes may cancel out: an address taken from a gateway and given back to it.
        if same(&self.document, &document) {
            return match &command.select {
                Some(ids) => self.select(ids.clone()),
                None => Vec::new(),
            };
        }
        self.adopt(document);
        let kept = command.select.as_ref().unwrap_or(&self.selection);
        let selection = kept.iter().filter(|id| self.document.has(id)).cloned().collect();
        self.selection = Rc::new(selection);
        let told = self.history.undo_label() == Some(command.label.as_str());
        let merged = Rc::make_mut(&mut self.history).record(
            &command.label,
            Rc::clone(&self.document),
            Rc::clone(&self.selection),
            command.coalesce.as_deref(),
        );
        // A drag is told once, not at every step.
        if merged && told {
            vec![Effect::Save]
        } else {
            vec![Effect::Save, Effect::Announce(command.label.clone())]
        }
    }
}

/// Whether two documents are the same to the last byte, the order of their components included.
pub(crate) fn same(a: &Document, b: &Document) -> bool {
    let (same_nodes, nodes) = (a.nodes.shared_with(&b.nodes), a.nodes.values().zip(b.nodes.values()));
    (same_nodes
        || a.nodes.len() == b.nodes.len() && nodes.into_iter().all(|(x, y)| Arc::ptr_eq(x, y) || x == y))
        && a.flows == b.flows
        && a.frames.iter().eq(b.frames.iter())
        && a.notes.iter().eq(b.notes.iter())
        && a.name == b.name
        && a.description == b.description
}

/// What to call a document that may have no name.
#[must_use]
pub fn title(document: &Document) -> &str {
    if document.name.trim().is_empty() { "Untitled network" } else { &document.name }
}

pub(crate) fn trace_all(document: &Document, network: &Network) -> Traces {
    document.flows.iter().map(|flow| (flow.id.clone(), trace(network, flow).map(Rc::new))).collect()
}

/// Compares expectations with traces.
#[must_use]
pub fn expectations(document: &Document, traces: &Traces) -> Vec<Expectation> {
    let mut out = Vec::new();
    for flow in &document.flows {
        let Some(expected) = &flow.expect else { continue };
        let name = crate::flows::describe(document, flow);
        let mut row = Expectation {
            flow: flow.id.clone(),
            name,
            expected: expected.clone(),
            actual: None,
            code: None,
            error: None,
            met: false,
        };
        match traces.get(&flow.id) {
            Some(Ok(trace)) => {
                row.actual = Some(trace.verdict);
                row.code = trace.reason.as_ref().map(|reason| reason.spec.code);
                let code_met = expected.code.as_deref().is_none_or(|code| row.code == Some(code));
                row.met = expected.verdict == trace.verdict.word() && code_met;
            }
            Some(Err(error)) => row.error = Some(error.to_string()),
            None => {}
        }
        out.push(row);
    }
    out
}
