//! Compares a diagram that somebody drew with the one of the model, message by message: tolerant in
//! wording, strict in who speaks to whom and in which order. Bounded by what [`super::read`] takes
//! and by [`super::MOST_MESSAGES`].

use std::collections::BTreeSet;

use super::parties::{Classes, meant, plain};
use super::read::{Pasted, PastedMessage};
use super::{Message, Sequence};
use crate::text::sequences as words;

/// What a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// None: the message is in both.
    Matching,
    /// It is in both, but in the model it is refused or never comes to happen.
    Refused,
    /// It is drawn between others than in the model.
    OtherParties,
    /// It is in both, at another time.
    Reordered,
    /// The model does not have it.
    Missing,
    /// Only the model has it.
    Extra,
}

/// One message of either diagram, and what of it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub kind: Kind,
    /// Position in [`Pasted::messages`].
    pub pasted: Option<usize>,
    /// Position in [`Sequence::messages`].
    pub model: Option<usize>,
    /// The same in a sentence, with what AWS does where people often get it wrong.
    pub sentence: String,
}

/// Words in common from which on messages between others count as the same.
const ALIKE: f32 = 0.34;
/// The same where not even one of the parties fits.
const VERY_ALIKE: f32 = 0.6;

/// Compares message by message, in the order of both. Notes of the pasted diagram count where the
/// model says the same, and are passed over otherwise.
#[must_use]
pub fn compare(pasted: &Pasted, model: &Sequence) -> Vec<Difference> {
    let judge = Judge::new(pasted, model);
    let pairs = judge.align();
    let mut partner: Vec<Option<usize>> = vec![None; pasted.messages.len()];
    let mut taken: Vec<Option<usize>> = vec![None; model.messages.len()];
    for (own, other) in &pairs {
        if let (Some(slot), Some(back)) = (partner.get_mut(*own), taken.get_mut(*other)) {
            (*slot, *back) = (Some(*other), Some(*own));
        }
    }
    let moved = judge.moved(&partner, &taken);
    for (own, other) in &moved {
        if let Some(back) = taken.get_mut(*other) {
            *back = Some(*own);
        }
    }
    let mut out = Vec::new();
    let mut next = 0usize;
    for (own, message) in pasted.messages.iter().enumerate() {
        if let Some(other) = partner.get(own).copied().flatten() {
            out.extend((next..other).filter_map(|extra| judge.extra(extra, &taken)));
            next = other + 1;
            out.push(judge.pair(own, other));
        } else if let Some((_, other)) = moved.iter().find(|(it, _)| it == &own) {
            let later = partner.iter().take(own).flatten().all(|before| before < other);
            out.push(Difference {
                kind: Kind::Reordered,
                pasted: Some(own),
                model: Some(*other),
                sentence: judge.say(own, Kind::Reordered, &words::reordered(own + 1, &message.text, later)),
            });
        } else if !message.note {
            let sentence = words::missing(
                own + 1,
                &message.text,
                judge.pasted_label(message.from),
                judge.pasted_label(message.to),
            );
            let kind = Kind::Missing;
            out.push(Difference {
                kind,
                pasted: Some(own),
                model: None,
                sentence: judge.say(own, kind, &sentence),
            });
        }
    }
    out.extend((next..model.messages.len()).filter_map(|extra| judge.extra(extra, &taken)));
    out
}

struct Judge<'a> {
    pasted: &'a Pasted,
    model: &'a Sequence,
    /// For each participant of the pasted diagram those of the model that it may mean.
    means: Vec<Vec<usize>>,
    classes: Vec<Classes>,
    said: Vec<BTreeSet<String>>,
    told: Vec<BTreeSet<String>>,
    /// The same with what is noted beside each message: records, checks.
    noted: Vec<BTreeSet<String>>,
}

impl<'a> Judge<'a> {
    fn new(pasted: &'a Pasted, model: &'a Sequence) -> Self {
        let kinds: Vec<Classes> = model.participants.iter().map(Classes::of).collect();
        Self {
            means: pasted
                .participants
                .iter()
                .map(|label| meant(label, &model.participants, &kinds))
                .collect(),
            classes: pasted.participants.iter().map(|label| Classes::of_label(label)).collect(),
            said: pasted.messages.iter().map(|it| content(&it.text)).collect(),
            told: model.messages.iter().map(|it| content(&it.text)).collect(),
            noted: model
                .messages
                .iter()
                .map(|it| it.notes.iter().take(6).fold(content(&it.text), |all, note| &all | &content(note)))
                .collect(),
            pasted,
            model,
        }
    }

    fn is(&self, pasted: usize, model: usize) -> bool {
        self.means.get(pasted).is_some_and(|all| all.contains(&model))
    }

    fn alike(&self, own: usize, other: usize) -> f32 {
        let (Some(said), Some(told), Some(noted)) =
            (self.said.get(own), self.told.get(other), self.noted.get(other))
        else {
            return 0.0;
        };
        let share = |told: &BTreeSet<String>| {
            let least = said.len().min(told.len());
            if least == 0 { 0.0 } else { said.intersection(told).count() as f32 / least as f32 }
        };
        share(told).max(share(noted))
    }

    /// Both name numbers or addresses, and not one in common.
    fn other_numbers(&self, own: usize, other: usize) -> bool {
        let (Some(said), Some(told)) = (self.said.get(own), self.told.get(other)) else { return false };
        let number = |word: &&String| word.chars().all(|c| c.is_ascii_digit() || c == '.');
        let (mut mine, theirs) = (said.iter().filter(number).peekable(), told.iter().filter(number).count());
        mine.peek().is_some() && theirs > 0 && !mine.any(|word| told.contains(word))
    }

    /// A word that makes a difference, or an address, is drawn but not told.
    fn unsaid(&self, own: usize, other: usize) -> bool {
        let (Some(said), Some(noted)) = (self.said.get(own), self.noted.get(other)) else { return false };
        if self.pasted.messages.get(own).is_some_and(|message| message.note) {
            return false;
        }
        let address = |word: &&String| {
            word.split('.').count() == 4 && word.split('.').all(|part| part.parse::<u8>().is_ok())
        };
        TELLING.iter().any(|word| said.contains(*word) && !noted.contains(*word))
            || said.iter().filter(address).any(|word| !noted.contains(word))
    }

    /// Which of the parties fit.
    fn fits(&self, message: &PastedMessage, other: &Message) -> (bool, bool) {
        (self.is(message.from, other.from), self.is(message.to, other.to))
    }

    /// How well two messages go together; nothing where they do not.
    fn score(&self, own: usize, other: usize) -> f32 {
        let (Some(message), Some(model)) = (self.pasted.messages.get(own), self.model.messages.get(other))
        else {
            return 0.0;
        };
        let alike = self.alike(own, other);
        if message.note {
            // What is noted at somebody is what it does, or what it was just told.
            let here = self.is(message.from, model.from) && model.from == model.to;
            return if here && alike > 0.0 { 1.0 + alike } else { 0.0 };
        }
        match self.fits(message, model) {
            (true, true) if alike > 0.0 => 1.0 + 3.0 * alike,
            // The same parties say something: in other words, unless a better one is found.
            (true, true) => 0.4,
            (false, false) if alike >= VERY_ALIKE => 0.3 + alike,
            (false, false) => 0.0,
            // What somebody does by itself is another thing than what it is told.
            _ if model.from == model.to && message.from != message.to && alike < VERY_ALIKE => 0.0,
            _ if alike >= ALIKE => 0.5 + alike,
            _ => 0.0,
        }
    }

    /// Pairs in the order of both diagrams, as many and as good as possible.
    fn align(&self) -> Vec<(usize, usize)> {
        let (rows, columns) = (self.pasted.messages.len(), self.model.messages.len());
        let width = columns + 1;
        let mut best = vec![0.0f32; (rows + 1) * width];
        let at = |row: usize, column: usize| row * width + column;
        let value = |best: &[f32], row, column| best.get(at(row, column)).copied().unwrap_or(0.0);
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                let score = self.score(row, column);
                let both = if score > 0.0 { score + value(&best, row + 1, column + 1) } else { 0.0 };
                let skip = value(&best, row + 1, column).max(value(&best, row, column + 1));
                if let Some(cell) = best.get_mut(at(row, column)) {
                    *cell = both.max(skip);
                }
            }
        }
        let mut pairs = Vec::new();
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            let here = value(&best, row, column);
            let score = self.score(row, column);
            if score > 0.0 && score + value(&best, row + 1, column + 1) >= here {
                pairs.push((row, column));
                row += 1;
                column += 1;
            } else if value(&best, row, column + 1) >= here {
                column += 1;
            } else {
                row += 1;
            }
        }
        pairs
    }

    /// What is left in both and is the same, only at another time.
    fn moved(&self, partner: &[Option<usize>], taken: &[Option<usize>]) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (own, message) in self.pasted.messages.iter().enumerate() {
            if message.note || partner.get(own).copied().flatten().is_some() {
                continue;
            }
            let free = self.model.messages.iter().enumerate().filter(|(other, model)| {
                taken.get(*other).copied().flatten().is_none()
                    && !found.iter().any(|(_, it)| it == other)
                    && self.fits(message, model) == (true, true)
                    && self.alike(own, *other) >= VERY_ALIKE
            });
            if let Some((other, _)) =
                free.max_by(|a, b| self.alike(own, a.0).total_cmp(&self.alike(own, b.0)))
            {
                found.push((own, other));
            }
        }
        found
    }

    fn pasted_label(&self, participant: usize) -> &str {
        self.pasted.participants.get(participant).map_or("", String::as_str)
    }

    /// A sentence, and after it what AWS does where this is a slip that many make.
    fn say(&self, own: usize, kind: Kind, sentence: &str) -> String {
        let Some(message) = self.pasted.messages.get(own) else { return sentence.to_owned() };
        let none = Classes::default();
        let from = self.classes.get(message.from).unwrap_or(&none);
        let to = self.classes.get(message.to).unwrap_or(&none);
        let text = plain(&message.text);
        let itself = message.from == message.to;
        let correction = words::CORRECTIONS.iter().find(|it| {
            (it.kind.is_none() || it.kind == Some(kind))
                && from.is(it.from)
                && to.is(it.to)
                && (!it.itself || itself)
                && (it.says.is_empty() || it.says.iter().any(|word| text.contains(word)))
        });
        match correction {
            Some(correction) => format!("{sentence} {}", correction.sentence),
            None => sentence.to_owned(),
        }
    }

    fn pair(&self, own: usize, other: usize) -> Difference {
        let (pasted, model) = (Some(own), Some(other));
        let difference = |kind, sentence: String| Difference {
            kind,
            pasted,
            model,
            sentence: self.say(own, kind, &sentence),
        };
        let (Some(message), Some(told)) = (self.pasted.messages.get(own), self.model.messages.get(other))
        else {
            return difference(Kind::Missing, String::new());
        };
        let number = own + 1;
        if !message.note && self.fits(message, told) != (true, true) {
            let drawn = [self.pasted_label(message.from), self.pasted_label(message.to)];
            let real = [self.model.label(told.from), self.model.label(told.to)];
            let sentence = words::other_parties(number, &message.text, drawn, real, &told.text);
            return difference(Kind::OtherParties, sentence);
        }
        if let Some(refusal) = &told.refusal {
            return difference(Kind::Refused, words::refused(number, &message.text, refusal));
        }
        if told.counterfactual {
            return difference(Kind::Refused, words::never(number, &message.text));
        }
        let other_words =
            self.alike(own, other) <= 0.0 || self.other_numbers(own, other) || self.unsaid(own, other);
        difference(
            Kind::Matching,
            words::matching(number, &message.text, other_words.then_some(told.text.as_str())),
        )
    }

    fn extra(&self, other: usize, taken: &[Option<usize>]) -> Option<Difference> {
        if taken.get(other).copied().flatten().is_some() {
            return None;
        }
        let told = self.model.messages.get(other)?;
        let sentence = words::extra(self.model.label(told.from), self.model.label(told.to), told);
        Some(Difference { kind: Kind::Extra, pasted: None, model: Some(other), sentence })
    }
}

/// Words that say nothing about what a message is for.
const EMPTY: &[&str] = &[
    "a", "an", "the", "to", "of", "for", "and", "or", "in", "on", "by", "with", "from", "is", "are", "it",
    "its", "as", "at", "be", "that", "this", "via", "over", "into", "s", "no", "not", "aws", "would",
    "happen",
];

/// Words that make a difference wherever they stand.
const TELLING: &[&str] = &["ds", "dnskey", "ad"];

/// Different words for one thing.
const SAME: &[(&str, &[&str])] = &[
    (
        "ack",
        &[
            "acknowledgement",
            "acknowledge",
            "acknowledged",
            "confirmation",
            "confirm",
            "confirms",
            "confirmed",
            "accepted",
            "agreed",
        ],
    ),
    ("keepalive", &["keep", "alive", "keepalives", "heartbeat", "dpd"]),
    ("cert", &["certificate", "certificates", "certs"]),
    (
        "check",
        &["checks", "verify", "verifies", "validate", "validates", "validation", "compare", "compares"],
    ),
    ("ask", &["asks", "request", "requests", "query", "queries", "question", "question"]),
    ("answer", &["answers", "return", "returns", "reply", "replies", "response", "result", "answered"]),
    ("refer", &["refers", "referral", "delegation", "delegates"]),
    ("route", &["routes", "routing", "routed"]),
    ("data", &["traffic", "packet", "packets"]),
    ("failover", &["backup", "switch", "switches", "moves", "move", "fails"]),
    ("ad", &["validated", "authenticated"]),
    ("link", &["fibre", "fiber", "physical", "light"]),
    ("vlan", &["tag", "tagged", "tags", "802.1q"]),
    ("map", &["maps", "mapped", "belongs"]),
    ("credential", &["credentials", "password"]),
    ("tunnel", &["tunnels"]),
    ("signature", &["rrsig", "signed", "signatures"]),
    ("prefix", &["prefixes", "subnets"]),
    ("record", &["records"]),
    ("ns", &["nameserver", "nameservers"]),
];

/// The words of a text that say something, each by one name for all its forms.
fn content(text: &str) -> BTreeSet<String> {
    // The record type is no article.
    let text: Vec<&str> = text
        .split_whitespace()
        .map(|word| if word.trim_end_matches(['?', ':', ',']) == "A" { "A-record" } else { word })
        .collect();
    plain(&text.join(" ").replace("A-record", "type.a"))
        .split(' ')
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .take(40)
        .map(|word| {
            let same = SAME.iter().find(|(name, forms)| *name == word || forms.contains(&word));
            same.map_or(word, |(name, _)| name).to_owned()
        })
        .collect()
}
