//! Where an address leads inside a document: a flow, a moment of it, a selection. Gone to once, when
//! the document opens or the address changes.

use hopscope_aws::Id;
use hopscope_editor::link::{Moment, Place};
use hopscope_editor::{Intent, Session};
use yew::prelude::*;

use crate::browser;
use crate::play::Play;
use crate::state::{Drawer, FlowCtx, Lens, PlayAction, UiAction};

/// Whom to ask for what is shown.
pub struct Asks<'a> {
    /// The workbench.
    pub ui: &'a Callback<UiAction>,
    /// The player.
    pub play: &'a Callback<PlayAction>,
    /// The session.
    pub session: &'a Callback<Intent>,
}

/// Goes to a place.
#[hook]
pub fn use_arrival(place: &Place, session: &Session, story: &FlowCtx, play: &Play, asks: &Asks<'_>) {
    // The moment is gone to once the story of its flow is known.
    let waiting = use_mut_ref(|| None::<(AttrValue, Moment)>);
    {
        let waiting = waiting.clone();
        let document = session.document().clone();
        let (ui, player, dispatch) = (asks.ui.clone(), asks.play.clone(), asks.session.clone());
        use_effect_with(place.clone(), move |place| {
            let known: Vec<Id> =
                place.selection.iter().filter(|id| document.nodes.contains_key(*id)).cloned().collect();
            if !known.is_empty() {
                dispatch.emit(Intent::Select { ids: known });
            }
            let flow = place.flow.as_ref().filter(|id| document.flows.iter().any(|flow| flow.id == **id));
            let Some(flow) = flow.map(|id| AttrValue::from(id.clone())) else { return };
            ui.emit(UiAction::Lens(Lens::Flow));
            ui.emit(UiAction::Dock(true));
            if browser::width() >= 1280.0 {
                ui.emit(UiAction::Drawer(Some(Drawer::Flows)));
            }
            player.emit(PlayAction::Choose(Some(flow.clone())));
            *waiting.borrow_mut() = place.moment.map(|moment| (flow, moment));
        });
    }
    let told = story.timeline.as_ref().is_some_and(|timeline| {
        timeline.ticks.len() == play.steps.len() && (timeline.total - play.total).abs() < f64::EPSILON
    });
    let shown = story.flow.as_ref().map(|flow| AttrValue::from(flow.id.clone())).filter(|_| told);
    let player = asks.play.clone();
    use_effect_with((shown, place.clone()), move |(shown, _)| {
        let due = waiting.borrow_mut().take_if(|(flow, _)| Some(&*flow) == shown.as_ref());
        match due {
            Some((_, Moment::At(ms))) => player.emit(PlayAction::Seek(ms)),
            Some((_, Moment::Step(step))) => player.emit(PlayAction::GoTo(step.saturating_sub(1))),
            None => {}
        }
    });
}
