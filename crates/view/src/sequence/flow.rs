//! From a story to its sequence: places become participants, what stands between them folds into
//! notes, so that a trace of thirty hops stays legible.

use hopscope_aws::{Document, Id, Shape};
use hopscope_forward::{Decision, Evidence, Hop, LegKind, Trace};

use super::{Builder, GroupKind, Message, Sequence, leg_heading};
use crate::Story;
use crate::story::Step;
use crate::text::{self, sequences as words};

/// Lines of notes of one message; the rest is counted.
const MOST_NOTES: usize = 12;
/// Kind of Resolver endpoints.
const ENDPOINT: &str = "resolver-endpoint";
/// Records told with one message.
const MOST_RECORDS: usize = 6;

pub(super) fn sequence(document: &Document, story: &Story, trace: &Trace) -> Sequence {
    let mut writer = Writer {
        document,
        builder: Builder::new(story.title.clone()),
        at: None,
        pending: Vec::new(),
        refusal: None,
        last: None,
        leg_start: 0,
        holder: None,
        records: Vec::new(),
        through: Vec::new(),
    };
    let several = LegKind::ALL.iter().filter(|leg| !story.leg(**leg).is_empty()).count() > 1;
    for leg in LegKind::ALL {
        let steps = story.leg(leg);
        if steps.is_empty() {
            continue;
        }
        if several {
            writer.builder.group(GroupKind::Part, leg_heading(leg));
        }
        for step in steps {
            if let Some(hop) = trace.leg(leg).hops.get(step.hop) {
                writer.step(step, hop);
            }
        }
        writer.leave_leg();
    }
    writer.builder.end(story.summary.clone())
}

struct Writer<'a> {
    document: &'a Document,
    builder: Builder,
    /// Where the packet is.
    at: Option<usize>,
    /// What tables and filters said since it left there.
    pending: Vec<String>,
    /// One of them refused it.
    refusal: Option<String>,
    /// The last step that is not told yet.
    last: Option<(usize, bool)>,
    /// Position of the leg's first message.
    leg_start: usize,
    /// Who holds a lookup's question or answer: the receiver of the last message.
    holder: Option<usize>,
    /// Records of the last message that had any.
    records: Vec<String>,
    /// Who asked whom through which Resolver endpoint: the answer comes back through it (DNS-13).
    through: Vec<(usize, usize, usize)>,
}

impl Writer<'_> {
    fn called(&self, id: &str) -> String {
        let owner = id.split('/').next().unwrap_or(id);
        let node = self.document.node(id).or_else(|| self.document.node(owner));
        let named = |id: &str| self.document.node(id).map_or(id, |node| node.label()).to_owned();
        node.map_or_else(|| words::place(id, &named), |node| node.label().to_owned())
    }

    fn participant(&mut self, id: &Id, kind: &'static str) -> usize {
        let label = self.called(id);
        let kind = self.document.node(id).map_or(kind, |node| node.config.spec().kind);
        self.builder.participant(id, kind, || label)
    }

    /// Who is meant by a party of a message: a target is named with its port (`app:8080`).
    fn party(&self, id: &Id) -> Id {
        let without =
            id.rsplit_once(':').map(|(owner, _)| owner).filter(|owner| self.document.node(owner).is_some());
        match without.filter(|_| self.document.node(id).is_none()) {
            Some(owner) => Id::from(owner),
            None => id.clone(),
        }
    }

    /// The lifeline of a step: the thing that moves the packet, not the tables it asks.
    fn lane(&self, step: &Step) -> Option<Id> {
        let mut id = step.place.clone();
        // An interface belongs to its instance, one of an endpoint to that.
        for _ in 0..4 {
            let node = self.document.node(&id).or_else(|| {
                let owner = id.split('/').next().unwrap_or(&id);
                self.document.node(owner)
            });
            let Some(node) = node else { break };
            let holder = node.parent.as_ref().filter(|parent| {
                self.document.node(parent).is_some_and(|parent| parent.config.spec().shape == Shape::Card)
            });
            match holder {
                Some(parent) if node.kind() == "network-interface" => id = parent.clone(),
                _ => {
                    id = node.id.clone();
                    break;
                }
            }
        }
        let shape = self.document.node(&id).map(|node| node.config.spec().shape);
        match shape {
            Some(Shape::Container | Shape::Table | Shape::Band) => None,
            Some(_) => Some(id),
            // Nothing drawn: the internet, a service of the platform.
            None => (!is_table(step.kind)).then_some(id),
        }
    }

    fn step(&mut self, step: &Step, hop: &Hop) {
        if self.messages(step, hop) {
            return;
        }
        if step.leg == LegKind::Lookup {
            return self.between_messages(step, hop);
        }
        let denied = step.decision == Decision::Denied || step.decision == Decision::Unknown;
        let refusal = step.reason.as_ref().filter(|_| denied).map(|reason| reason.sentence.clone());
        let Some(lane) = self.lane(step) else {
            self.pending.push(words::on_the_way(step));
            self.refusal = self.refusal.take().or(refusal);
            self.last = Some((step.index, step.counterfactual));
            return;
        };
        let to = self.participant(&lane, step.kind);
        match self.at {
            None => {
                self.at = Some(to);
                if refusal.is_some() {
                    self.itself(step, to, refusal);
                } else {
                    self.last = Some((step.index, step.counterfactual));
                }
            }
            Some(from) if from != to => {
                let mut notes = std::mem::take(&mut self.pending);
                let moved = refusal.is_none() && (!hop.changes.is_empty() || !is_plain(step));
                if moved {
                    notes.push(words::on_the_way(step));
                }
                let refused = self.refusal.take().or(refusal);
                self.builder.say(Message {
                    from,
                    to,
                    text: hop.packet.to_string(),
                    notes: capped(notes),
                    response: step.leg == LegKind::Return,
                    // A refusal on the way came first; what follows it is what would have been.
                    counterfactual: self
                        .last
                        .filter(|_| refused.is_some())
                        .map_or(step.counterfactual, |it| it.1 && step.counterfactual),
                    refusal: refused,
                    step: Some(step.index),
                });
                self.at = Some(to);
                self.last = None;
            }
            Some(own) => {
                let worth = refusal.is_some() || !hop.changes.is_empty();
                let chosen = hop.evidence.iter().any(|it| matches!(it, Evidence::Choice { .. }));
                if worth || chosen {
                    self.itself(step, own, refusal);
                } else {
                    self.append(step);
                }
            }
        }
    }

    /// What happens between the messages of a lookup: a party decides something by itself, or the
    /// message in flight meets what packets meet.
    fn between_messages(&mut self, step: &Step, hop: &Hop) {
        if self.arrives_inbound(step) {
            return;
        }
        let denied = step.decision == Decision::Denied || step.decision == Decision::Unknown;
        let refusal = step.reason.as_ref().filter(|_| denied).map(|reason| reason.sentence.clone());
        let party = self.builder.made.participants.iter().position(|it| it.id == step.id);
        let decides = hop.evidence.iter().any(|it| {
            matches!(it, Evidence::Check { .. } | Evidence::Choice { .. } | Evidence::State { .. })
        });
        if let Some(own) = party.filter(|_| decides || refusal.is_some()) {
            self.pending.clear();
            let lines = hop.evidence.iter().filter_map(|it| match it {
                Evidence::Check { check, passed, value } => {
                    Some(text::check_sentence(check, *passed, value.as_deref()))
                }
                _ => None,
            });
            // The first of them is the step's own line.
            self.pending.extend(lines.skip(usize::from(refusal.is_none())));
            return self.itself(step, own, refusal);
        }
        let line = words::on_the_way(step);
        let owner = Id::from(step.place.split('/').next().unwrap_or(&step.place));
        let at_endpoint = self.document.node(&owner).is_some_and(|node| node.kind() == ENDPOINT);
        let endpoint = (at_endpoint && refusal.is_some()).then(|| self.participant(&owner, ENDPOINT));
        let told = self.builder.made.messages.get_mut(self.leg_start..).and_then(<[Message]>::last_mut);
        match told {
            Some(message) => {
                // Whoever receives an answer says nothing new.
                if step.stage != "resolved" && !is_plain(step) && message.notes.len() < MOST_NOTES {
                    message.notes.push(line);
                }
                // An endpoint's own filters let no question through to its resolver (DNS-13).
                if refusal.is_some() && !message.response && message.refusal.is_none() {
                    message.to = endpoint.filter(|own| *own != message.from).unwrap_or(message.to);
                }
                message.refusal = message.refusal.take().or(refusal);
                message.step = Some(step.index);
            }
            None => {
                self.pending.push(line);
                self.refusal = self.refusal.take().or(refusal);
                self.last = Some((step.index, step.counterfactual));
            }
        }
    }

    /// Something that a participant does by itself.
    fn itself(&mut self, step: &Step, own: usize, refusal: Option<String>) {
        let notes = capped(std::mem::take(&mut self.pending));
        let refusal = self.refusal.take().or(refusal);
        self.builder.say(Message {
            from: own,
            to: own,
            text: words::by_itself(step),
            notes,
            response: false,
            refusal,
            step: Some(step.index),
            counterfactual: step.counterfactual,
        });
        self.last = None;
    }

    /// A further check where the packet is already: a line under the message that brought it.
    fn append(&mut self, step: &Step) {
        let at = self.at;
        let line = words::on_the_way(step);
        let here = self.builder.made.messages.get_mut(self.leg_start..).and_then(<[Message]>::last_mut);
        match here.filter(|message| Some(message.to) == at && self.pending.is_empty()) {
            Some(message) => {
                if !is_plain(step) && message.notes.len() < MOST_NOTES {
                    message.notes.push(line);
                }
                message.step = Some(step.index);
            }
            None => {
                if !is_plain(step) {
                    self.pending.push(line);
                }
                self.last = Some((step.index, step.counterfactual));
            }
        }
    }

    /// Messages of an application protocol; whether the step has any.
    fn messages(&mut self, step: &Step, hop: &Hop) -> bool {
        let mut notes: Vec<String> = Vec::new();
        let mut any = false;
        for evidence in &hop.evidence {
            match evidence {
                Evidence::Records { section, records } => {
                    notes.extend(words::records(section, records, MOST_RECORDS))
                }
                Evidence::Check { check, passed, value } => {
                    notes.push(text::check_sentence(check, *passed, value.as_deref()));
                }
                _ => {}
            }
        }
        let records: Vec<String> = notes.clone();
        let refusal = step.reason.as_ref().map(|reason| reason.sentence.clone());
        for evidence in &hop.evidence {
            let Evidence::Message { protocol, from, to, response, text } = evidence else { continue };
            // Where the packet passed filters before, that is told with the first message.
            let mut lines = std::mem::take(&mut self.pending);
            lines.append(&mut notes);
            let kind = |id: &Id| if *id == step.id { step.kind } else { "" };
            let (from, to) = (self.party(from), self.party(to));
            let (from, to) = (self.participant(&from, kind(&from)), self.participant(&to, kind(&to)));
            let message = Message {
                from,
                to,
                text: words::protocol_message(protocol, text),
                notes: capped(lines),
                response: *response,
                refusal: None,
                step: Some(step.index),
                counterfactual: step.counterfactual,
            };
            if step.leg == LegKind::Lookup {
                self.hand_over(message);
                self.records.clone_from(&records);
            } else {
                self.builder.say(message);
            }
            any = true;
        }
        if any {
            if let Some(last) = self.builder.made.messages.last_mut() {
                last.refusal = self.refusal.take().or(refusal);
            }
            self.last = None;
        }
        any
    }

    /// A message of a lookup. Resolver endpoints hand on what their resolver sends, and what comes for
    /// it (DNS-13, DNS-14): that is told as messages of its own.
    fn hand_over(&mut self, message: Message) {
        let endpoint =
            |it: usize, of: &Builder| of.made.participants.get(it).is_some_and(|it| it.kind == ENDPOINT);
        if let Some(holder) = self.holder.filter(|holder| *holder != message.from)
            && (endpoint(message.from, &self.builder) || endpoint(holder, &self.builder))
        {
            // The question goes out, or the answer comes back, by the endpoint's interface.
            let before =
                self.builder.made.messages.get(self.leg_start..).and_then(<[Message]>::last).cloned();
            let back = endpoint(holder, &self.builder);
            let text = if back { before.map(|it| it.text) } else { Some(message.text.clone()) };
            self.builder.say(Message {
                from: holder,
                to: message.from,
                text: text.unwrap_or_default(),
                notes: if back { self.records.clone() } else { Vec::new() },
                response: back,
                refusal: None,
                step: message.step,
                counterfactual: message.counterfactual,
            });
        }
        self.holder = Some(message.to);
        let asked = (message.to, message.from);
        let by = self.through.iter().rposition(|(asker, resolver, _)| (*asker, *resolver) == asked);
        match by.filter(|_| message.response).map(|position| self.through.remove(position)) {
            Some((_, _, by)) => {
                self.builder.say(Message { to: by, ..message.clone() });
                self.builder.say(Message { from: by, ..message });
            }
            None => self.builder.say(message),
        }
    }

    /// A question has arrived at an inbound endpoint, which hands it on to its resolver (DNS-13).
    fn arrives_inbound(&mut self, step: &Step) -> bool {
        let here = step.kind == ENDPOINT && step.decision == Decision::Delivered;
        let asked = self.builder.made.messages.get(self.leg_start..).and_then(<[Message]>::last).cloned();
        let Some(asked) = asked.filter(|asked| here && !asked.response && asked.refusal.is_none()) else {
            return false;
        };
        let own = self.participant(&step.id, step.kind);
        if own == asked.to || own == asked.from {
            return false;
        }
        if let Some(last) = self.builder.made.messages.last_mut() {
            last.to = own;
        }
        self.through.push((asked.from, asked.to, own));
        self.builder.say(Message { from: own, notes: Vec::new(), step: Some(step.index), ..asked });
        true
    }

    /// What is left at the end of a leg belongs to where the packet was last.
    fn leave_leg(&mut self) {
        let notes = std::mem::take(&mut self.pending);
        let refusal = self.refusal.take();
        if let Some((index, would)) = self.last.take() {
            match (self.at, refusal) {
                (Some(own), refusal @ Some(_)) => {
                    let text = notes.last().cloned().unwrap_or_default();
                    let notes = capped(notes.into_iter().rev().skip(1).rev().collect());
                    self.builder.say(Message {
                        from: own,
                        to: own,
                        text,
                        notes,
                        response: false,
                        refusal,
                        step: Some(index),
                        counterfactual: would,
                    });
                }
                _ => {
                    let told = self.builder.made.messages.get_mut(self.leg_start..);
                    if let Some(message) = told.and_then(<[Message]>::last_mut) {
                        message.notes.extend(notes);
                        message.step = message.step.max(Some(index));
                    }
                }
            }
        }
        self.at = None;
        self.holder = None;
        self.through.clear();
        self.leg_start = self.builder.made.messages.len();
    }
}

/// A step that says nothing beyond that the packet is there.
fn is_plain(step: &Step) -> bool {
    matches!(step.stage, "send" | "deliver" | "internet") && step.reason.is_none()
}

fn is_table(kind: &str) -> bool {
    hopscope_aws::spec(kind).is_some_and(|spec| matches!(spec.shape, Shape::Table | Shape::Container))
}

fn capped(mut notes: Vec<String>) -> Vec<String> {
    notes.dedup();
    if notes.len() > MOST_NOTES {
        let more = notes.len() - MOST_NOTES + 1;
        notes.truncate(MOST_NOTES - 1);
        notes.push(words::and_more(more));
    }
    notes
}
