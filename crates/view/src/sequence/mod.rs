//! Sequence diagrams: who tells whom what, in which order. Made of a flow's story or of a set-up
//! procedure, written as PlantUML, Mermaid and SVG, and compared with a diagram that somebody else
//! drew. Pure; knows no page.

mod compare;
mod flow;
mod mermaid;
mod parties;
mod picture;
mod plantuml;
mod procedure;
mod read;

use hopscope_aws::{Document, Id, Network};
use hopscope_forward::{LegKind, Trace};

pub use compare::{Difference, Kind, compare};
pub use mermaid::mermaid;
pub use picture::{Arrow, Block, Body, Picture, Row, svg};
pub use plantuml::plantuml;
pub use read::{MAX_BYTES, Pasted, PastedMessage, ReadError, read};

use crate::Story;
use crate::text::sequences as words;

/// Messages of one diagram; a longer story is cut there.
pub const MOST_MESSAGES: usize = 1_000;
/// Participants of one diagram.
pub const MOST_PARTICIPANTS: usize = 120;

/// Somebody with a lifeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The component's id; begins with `@` where it is none.
    pub id: Id,
    /// The component's kind slug, or that of its role (`administrator`, `aws-edge`).
    pub kind: &'static str,
    /// What it is called.
    pub label: String,
}

/// One message, or something that a participant does by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sends: position in [`Sequence::participants`].
    pub from: usize,
    /// Who receives; the same where it acts on itself.
    pub to: usize,
    /// What it says.
    pub text: String,
    /// What tables, filters and checks on the way said, one line each.
    pub notes: Vec<String>,
    /// It answers an earlier one.
    pub response: bool,
    /// Why it is refused here, in a sentence.
    pub refusal: Option<String>,
    /// The last step of the story that it covers; it begins after that of the message before.
    pub step: Option<usize>,
    /// It only would have happened.
    pub counterfactual: bool,
}

/// What a group of messages is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// A heading.
    Part,
    /// Happens instead of what follows, once something fails.
    Alternative,
    /// Happens again and again.
    Loop,
}

/// Messages that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is.
    pub kind: GroupKind,
    /// Its heading.
    pub label: String,
    /// Position of its first message.
    pub first: usize,
    /// Position behind its last one.
    pub end: usize,
}

/// A sequence diagram. Groups follow each other and do not overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// What it shows.
    pub title: String,
    /// How it ends, in a sentence.
    pub summary: String,
    /// In order of appearance.
    pub participants: Vec<Participant>,
    /// In order of time.
    pub messages: Vec<Message>,
    /// In order of time.
    pub groups: Vec<Group>,
}

impl Sequence {
    /// The sequence of a flow: its places are the participants, its legs the groups.
    #[must_use]
    pub fn of_story(document: &Document, story: &Story, trace: &Trace) -> Self {
        flow::sequence(document, story, trace)
    }

    /// How a component is set up; none for kinds that have no such procedure.
    #[must_use]
    pub fn of_component(document: &Document, network: &Network, id: &str) -> Option<Self> {
        let told = hopscope_aws::exchange::procedure(network, id)?;
        Some(procedure::sequence(document, &told))
    }

    /// What a participant is called.
    #[must_use]
    pub fn label(&self, participant: usize) -> &str {
        self.participants.get(participant).map_or("", |it| it.label.as_str())
    }

    /// The message that a step of the story belongs to.
    #[must_use]
    pub fn at_step(&self, step: usize) -> Option<usize> {
        let later = self.messages.iter().position(|message| message.step.is_some_and(|own| own >= step));
        later.or_else(|| self.messages.iter().rposition(|message| message.step.is_some()))
    }

    /// A message as a full sentence, as a screen reader hears it.
    #[must_use]
    pub fn sentence(&self, index: usize) -> String {
        let Some(message) = self.messages.get(index) else { return String::new() };
        words::sentence(index, self.messages.len(), self.label(message.from), self.label(message.to), message)
    }

    /// The group that begins at a message.
    #[must_use]
    pub fn group_at(&self, message: usize) -> Option<&Group> {
        self.groups.iter().find(|group| group.first == message && group.end > group.first)
    }
}

/// Puts a sequence together, message by message.
struct Builder {
    made: Sequence,
}

impl Builder {
    fn new(title: String) -> Self {
        let made = Sequence {
            title,
            summary: String::new(),
            participants: Vec::new(),
            messages: Vec::new(),
            groups: Vec::new(),
        };
        Self { made }
    }

    /// The position of a participant. Beyond the limit the last one stands for all others.
    fn participant(&mut self, id: &Id, kind: &'static str, label: impl FnOnce() -> String) -> usize {
        let all = &mut self.made.participants;
        if let Some(position) = all.iter().position(|it| it.id == *id) {
            // Whoever was only spoken to so far speaks now: its kind is known.
            if let Some(known) = all.get_mut(position).filter(|known| known.kind.is_empty()) {
                known.kind = kind;
            }
            return position;
        }
        if all.len() < MOST_PARTICIPANTS {
            all.push(Participant { id: id.clone(), kind, label: label() });
        }
        all.len().saturating_sub(1)
    }

    /// Adds a message; nothing beyond the limit.
    fn say(&mut self, message: Message) {
        if self.made.messages.len() < MOST_MESSAGES {
            self.made.messages.push(message);
        }
    }

    /// Everything from here on belongs to another group.
    fn group(&mut self, kind: GroupKind, label: String) {
        let first = self.made.messages.len();
        self.close();
        self.made.groups.push(Group { kind, label, first, end: first });
    }

    /// Ends the group that is open.
    fn close(&mut self) {
        let end = self.made.messages.len();
        if let Some(last) = self.made.groups.last_mut().filter(|last| last.end == last.first) {
            last.end = end;
        }
    }

    /// Participants in the order in which messages name them; those that none names last.
    fn by_appearance(&mut self) {
        let made = &mut self.made;
        let mut order: Vec<usize> = Vec::with_capacity(made.participants.len());
        let mut place: Vec<Option<usize>> = vec![None; made.participants.len()];
        let named = made.messages.iter().flat_map(|message| [message.from, message.to]);
        for participant in named.chain(0..place.len()) {
            if let Some(slot) = place.get_mut(participant).filter(|slot| slot.is_none()) {
                *slot = Some(order.len());
                order.push(participant);
            }
        }
        let moved = |participant: usize| place.get(participant).copied().flatten().unwrap_or(participant);
        for message in &mut made.messages {
            (message.from, message.to) = (moved(message.from), moved(message.to));
        }
        made.participants = order.iter().filter_map(|it| made.participants.get(*it).cloned()).collect();
    }

    fn end(mut self, summary: String) -> Sequence {
        self.close();
        self.made.groups.retain(|group| group.end > group.first);
        self.by_appearance();
        self.made.summary = summary;
        self.made
    }
}

/// Heading of a leg.
fn leg_heading(leg: LegKind) -> String {
    crate::text::leg_title(leg).to_owned()
}
