//! What panels read and ask for, gathered from the page's contexts.
//!
//! The player's context changes with every frame. [`Deck`] reads it and hands on only what
//! changes with steps, so that tables and forms are not drawn sixty times a second.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Document, Flow, Id, Network, Note};
use hopscope_editor::{Intent, Session, flows};
use hopscope_forward::{Decision, Evidence, Trace, Verdict};
use hopscope_view::Story;
use hopscope_view::form::{self, FormField};
use serde_json::Value;
use yew::prelude::*;

use super::focus::{Goal, aim};
use super::row_table::{Lit, RowsEdit};
use crate::state::{End, FlowCtx, Lens, PlayAction, PlayCtx, SessionCtx, UiAction, UiCtx};

/// The row that decided at the current step, and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
struct LitAt {
    list: Id,
    field: &'static str,
    lit: Lit,
}

/// What of the player changes with steps only.
#[derive(Clone, PartialEq)]
struct DeckCtx {
    lit: Option<LitAt>,
    play: Callback<PlayAction>,
}

/// Properties of [`Deck`].
#[derive(Properties, PartialEq)]
pub struct DeckProps {
    /// What reads it.
    pub children: Children,
}

/// Hands the player's steps to the panels inside.
#[component]
pub fn Deck(props: &DeckProps) -> Html {
    let session = use_context::<SessionCtx>();
    let flow = use_context::<FlowCtx>();
    let play = use_context::<PlayCtx>();
    let lit = session.zip(flow).zip(play.as_ref()).and_then(|((session, flow), play)| {
        let trace = session.session.traces().get(&flow.flow?.id)?.as_ref().ok()?.clone();
        lit_at(&trace, &*flow.story?, play.step)
    });
    let play = play.map_or_else(Callback::noop, |play| play.dispatch);
    html! {
        <ContextProvider<DeckCtx> context={DeckCtx { lit, play }}>{ props.children.clone() }</ContextProvider<DeckCtx>>
    }
}

/// The row that decided at a step.
fn lit_at(trace: &Trace, story: &Story, step: usize) -> Option<LitAt> {
    let step = story.steps.get(step)?;
    let hop = trace.leg(step.leg).hops.get(step.hop)?;
    let denied = hop.decision == Decision::Denied;
    hop.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Routes { table, candidates, .. } => {
            let winner = candidates.iter().find(|candidate| candidate.lost.is_none())?;
            let lit = Lit { index: winner.index, label: winner.destination.clone(), denied };
            Some(LitAt { list: table.clone(), field: "routes", lit })
        }
        Evidence::Rules { direction, scanned } => {
            let rule = scanned.iter().find(|rule| rule.missed.is_none())?;
            let field = match *direction {
                "out" => "outbound",
                "stateless" => "stateless_rules",
                "stateful" => "stateful_rules",
                _ => "inbound",
            };
            let lit = Lit { index: rule.index, label: rule.label.clone(), denied };
            Some(LitAt { list: rule.list.clone(), field, lit })
        }
        Evidence::Choice { field, candidates, .. } if !field.is_empty() => {
            let chosen = candidates.iter().find(|candidate| candidate.lost.is_none())?;
            let lit = Lit { index: chosen.index, label: chosen.label.clone(), denied };
            Some(LitAt { list: chosen.of.clone(), field, lit })
        }
        Evidence::State { .. }
        | Evidence::Check { .. }
        | Evidence::Choice { .. }
        | Evidence::Message { .. }
        | Evidence::Records { .. } => None,
    })
}

thread_local! {
    /// Something was typed since the last history entry was closed.
    static TYPED: Cell<bool> = const { Cell::new(false) };
}

/// Everything panels read and ask for.
#[derive(Clone, PartialEq)]
pub struct Hub {
    session: SessionCtx,
    ui: UiCtx,
    flow: FlowCtx,
    deck: DeckCtx,
}

/// The hub; only inside the workbench. What depends on the player needs a [`Deck`] around it.
#[hook]
pub fn use_hub() -> Hub {
    let session = use_context::<SessionCtx>();
    let ui = use_context::<UiCtx>();
    let flow = use_context::<FlowCtx>();
    let deck = use_context::<DeckCtx>();
    // Panels without a document still draw: as those of an empty one.
    let session = session.unwrap_or_else(|| SessionCtx {
        session: Rc::new(Session::new(Document::default())),
        dispatch: Callback::noop(),
    });
    let ui = ui.unwrap_or_else(|| UiCtx { ui: Rc::default(), dispatch: Callback::noop() });
    let flow = flow.unwrap_or(FlowCtx { flow: None, story: None, timeline: None, problem: None });
    let deck = deck.unwrap_or(DeckCtx { lit: None, play: Callback::noop() });
    Hub { session, ui, flow, deck }
}

// ---- reading ----
impl Hub {
    /// The document.
    pub fn document(&self) -> Rc<Document> {
        self.session.session.document().clone()
    }

    /// The network made of it.
    pub fn network(&self) -> Rc<Network> {
        self.session.session.network().clone()
    }

    /// The session.
    pub fn session(&self) -> &Session {
        &self.session.session
    }

    /// Whether the document is only looked at.
    pub fn read_only(&self) -> bool {
        self.session.session.is_read_only()
    }

    /// The primary selected component.
    pub fn selected(&self) -> Option<Id> {
        self.session.session.selection().last().cloned()
    }

    /// The form of a component.
    pub fn form(&self, id: &str) -> Vec<FormField> {
        let document = self.document();
        document.node(id).map_or_else(Vec::new, |node| form::fields(&document, &self.network(), node))
    }

    /// The name of a component, or its id.
    pub fn label(&self, id: &str) -> String {
        self.document().node(id).map_or_else(|| id.to_owned(), |node| node.label().to_owned())
    }

    /// The row of that table that decided at the current step.
    pub fn lit(&self, list: &str, field: &str) -> Option<Lit> {
        let at = self.deck.lit.as_ref()?;
        (at.list.as_str() == list && at.field == field).then(|| at.lit.clone())
    }

    /// The chosen flow.
    pub fn flow(&self) -> Option<Arc<Flow>> {
        self.flow.flow.clone()
    }

    /// The chosen flow and its story.
    pub fn flow_ctx(&self) -> &FlowCtx {
        &self.flow
    }

    /// The trace of a flow.
    pub fn trace(&self, flow: &str) -> Option<Rc<Trace>> {
        self.session.session.traces().get(flow)?.as_ref().ok().cloned()
    }

    /// The verdict of a flow, if it can be traced.
    pub fn verdict(&self, flow: &str) -> Option<Verdict> {
        self.trace(flow).map(|trace| trace.verdict)
    }

    /// Why a flow cannot be traced.
    pub fn flow_problem(&self, flow: &str) -> Option<String> {
        self.session.session.traces().get(flow)?.as_ref().err().map(ToString::to_string)
    }

    /// What a flow is called.
    pub fn flow_title(&self, flow: &Flow) -> String {
        flows::describe(&self.document(), flow)
    }

    /// Who sends what to whom, where the flow has a name of its own.
    pub fn flow_detail(&self, flow: &Flow) -> String {
        flows::describe(&self.document(), &Flow { name: String::new(), ..flow.clone() })
    }

    /// The end that the next click on the map chooses.
    pub fn picking(&self) -> Option<End> {
        self.ui.ui.pick
    }
}

// ---- asking ----
impl Hub {
    fn ask(&self, intent: Intent, typing: bool) {
        TYPED.with(|typed| typed.set(typing));
        self.session.dispatch.emit(intent);
    }

    /// Closes the history entry of what was being typed.
    pub fn end_typing(&self) {
        if TYPED.with(|typed| typed.replace(false)) {
            self.session.dispatch.emit(Intent::EndGesture);
        }
    }

    /// Says something politely.
    pub fn say(&self, text: &str) {
        self.ui.dispatch.emit(UiAction::Say(text.to_owned().into()));
    }

    /// Replaces one field.
    pub fn set_field(&self, id: &Id, key: &str, value: Value, typing: bool) {
        self.ask(Intent::SetField { id: id.clone(), key: key.to_owned(), value, coalesce: typing }, typing);
    }

    /// Renames a component.
    pub fn rename(&self, id: &Id, name: String) {
        self.ask(Intent::Rename { id: id.clone(), name, coalesce: true }, true);
    }

    /// Changes the rows of a field.
    pub fn edit_rows(&self, id: &Id, key: &str, edit: RowsEdit) {
        let (id, key) = (id.clone(), key.to_owned());
        match edit {
            RowsEdit::Add => self.ask(Intent::AddRow { id, key, row: None, at: None }, false),
            RowsEdit::Insert(at) => self.ask(Intent::AddRow { id, key, row: None, at: Some(at) }, false),
            RowsEdit::Repeat(at) => {
                let rows = self.document().node(&id).map(|node| node.field(&key));
                let row = rows.and_then(|rows| rows.get(at).cloned());
                self.ask(Intent::AddRow { id, key, row, at: Some(at + 1) }, false);
            }
            RowsEdit::Set { row, column, value, typing } => {
                let column = column.to_owned();
                self.ask(Intent::SetRow { id, key, row, column, value, coalesce: typing }, typing);
            }
            RowsEdit::Move { from, to } => self.ask(Intent::MoveRow { id, key, from, to }, false),
            RowsEdit::Delete(row) => self.ask(Intent::DeleteRow { id, key, row }, false),
            RowsEdit::Paste(text) => self.ask(Intent::PasteRows { id, key, text }, false),
        }
    }

    /// Splits a subnet into two halves.
    pub fn split(&self, id: &Id) {
        self.ask(Intent::Split { id: Some(id.clone()) }, false);
    }

    /// Joins a subnet with its other half.
    pub fn join(&self, id: &Id) {
        self.ask(Intent::Join { id: Some(id.clone()) }, false);
    }

    /// Takes something out of service, or puts it back.
    pub fn fail(&self, id: &Id, row: Option<usize>, down: bool) {
        self.ask(Intent::Fail { id: Some(id.clone()), row, down: Some(down) }, false);
    }

    /// Changes a note.
    pub fn set_note(&self, note: Note, typing: bool) {
        self.ask(Intent::SetNote { note, coalesce: typing }, typing);
    }

    /// Deletes something.
    pub fn delete(&self, id: &Id) {
        self.ask(Intent::Delete { ids: vec![id.clone()] }, false);
    }

    /// Says what the document shows.
    pub fn describe(&self, text: String) {
        self.ask(Intent::DescribeDocument { text, coalesce: true }, true);
    }

    /// Lifts what refuses a flow.
    pub fn mend(&self, flow: &str, label: &str) {
        self.ask(Intent::Mend { flow: flow.to_owned(), label: label.to_owned() }, false);
    }

    /// Puts everything back into service.
    pub fn restore_all(&self) {
        self.ask(Intent::RestoreAll, false);
    }

    /// Selects a component and shows it in the inspector.
    pub fn select(&self, id: &Id) {
        self.session.dispatch.emit(Intent::Select { ids: vec![id.clone()] });
        self.ui.dispatch.emit(UiAction::Inspector(true));
    }

    /// Selects a component and moves the keyboard to one of its fields.
    pub fn select_field(&self, id: &Id, path: Option<&str>, sentence: &str) {
        aim(id, path.map(|path| Goal::Path(path.to_owned())));
        self.select(id);
        self.say(sentence);
    }

    /// Shows a step, selects the component that decided there and goes to the row.
    pub fn why(&self, step: usize) {
        let Some(step) = self.flow.story.as_ref().and_then(|story| story.steps.get(step)) else { return };
        self.deck.play.emit(PlayAction::GoTo(step.index));
        let document = self.document();
        let Some(id) = [&step.id, &step.place].into_iter().find(|id| document.node(id).is_some()) else {
            return;
        };
        aim(id, Some(Goal::LitRow));
        self.select(id);
        self.say(step.reason.as_ref().map_or(&step.line, |reason| &reason.sentence));
    }

    /// The component whose set-up is shown instead of the flow.
    pub fn setup(&self) -> Option<Id> {
        self.ui.ui.setup.clone()
    }

    /// Shows in the dock how a component is set up, or the flow again.
    pub fn show_setup(&self, id: Option<&Id>) {
        self.ui.dispatch.emit(UiAction::Setup(id.cloned()));
        if id.is_some() {
            self.ui.lens(Lens::Flow);
        }
    }

    /// Chooses a flow.
    pub fn show_flow(&self, id: &str) {
        self.show_setup(None);
        self.deck.play.emit(PlayAction::Choose(Some(id.to_owned().into())));
    }

    /// Adds a flow between likely ends.
    pub fn add_flow(&self) {
        let ends = super::ends::choices(&self.document());
        let mut values = ends.iter().map(|end| end.value.clone());
        let selected = self.selected().map(|id| id.to_string());
        let selected = selected.filter(|id| ends.iter().any(|end| end.value == *id));
        let from = selected.or_else(|| values.next()).unwrap_or_default();
        let to = values.find(|value| *value != from).unwrap_or_else(|| "internet".to_owned());
        self.ask(Intent::AddFlow { flow: Flow { from, to, ..Flow::default() } }, false);
    }

    /// Replaces a flow.
    pub fn set_flow(&self, flow: Flow, typing: bool) {
        self.ask(Intent::SetFlow { flow, coalesce: typing }, typing);
    }

    /// Removes a flow.
    pub fn remove_flow(&self, id: &str) {
        self.ask(Intent::RemoveFlow { id: id.to_owned() }, false);
    }

    /// Lets the next click on the map choose an end.
    pub fn pick(&self, end: Option<End>) {
        self.ui.dispatch.emit(UiAction::Pick(end));
    }
}
