//! Autosave as a state machine over times that are passed in: no clock of its own.
//!
//! Two slots are written in turn, so that a tab killed while writing leaves the older one whole.

use serde::{Deserialize, Serialize};

/// Quiet time after an edit before it is saved, milliseconds.
pub const DEBOUNCE: u64 = 150;
/// Longest time an edit waits while edits go on, milliseconds: with the time that writing takes, a
/// browser that is killed loses less than half a second of work.
pub const FORCE: u64 = 300;
/// First pause after a failed write, milliseconds; it doubles up to [`LONGEST_RETRY`].
pub const FIRST_RETRY: u64 = 2_000;
/// Longest pause after a failed write, milliseconds.
pub const LONGEST_RETRY: u64 = 60_000;

/// Which of the two places a document is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What a slot holds: enough to tell whole from broken and new from old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Rises with every save of this document, in any tab.
    pub revision: u64,
    /// [`checksum`] of `text`.
    pub checksum: u64,
    /// The document as JSON.
    pub text: String,
}

impl Stored {
    /// Makes what is to be written.
    #[must_use]
    pub fn new(revision: u64, text: String) -> Self {
        Self { revision, checksum: checksum(&text), text }
    }

    /// Whether it was written completely.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.checksum == checksum(&self.text)
    }
}

/// FNV-1a over the text: finds torn writes, protects from nothing else. Fits exactly into a
/// JavaScript number.
#[must_use]
pub fn checksum(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash & ((1 << 53) - 1)
}

/// The newest whole one of two slots.
#[must_use]
pub fn newest(a: Option<Stored>, b: Option<Stored>) -> Option<(Slot, Stored)> {
    let a = a.filter(Stored::is_whole).map(|stored| (Slot::A, stored));
    let b = b.filter(Stored::is_whole).map(|stored| (Slot::B, stored));
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.1.revision > a.1.revision { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Why a write failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The browser's storage is full.
    Quota,
    /// The browser refuses storage (private window, blocked by settings).
    Refused,
    /// Another tab has stored that revision, which is not older: nothing was written.
    Newer(u64),
    /// Anything else.
    Other,
}

/// What the page shows as the state of saving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything is in storage.
    Saved,
    /// Something is not in storage yet.
    Unsaved,
    /// A write is under way.
    Saving,
    /// The last write failed; it is tried again.
    Failed(Failure),
    /// Another tab saved something newer; nothing is written until the person decides.
    Conflict,
}

/// What the page must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Write the document to that slot with that revision, then call [`Autosave::saved`] or
    /// [`Autosave::failed`].
    Write {
        /// Where.
        slot: Slot,
        /// Revision to store with it.
        revision: u64,
    },
    /// Tell the other tabs that this revision is in storage.
    Broadcast {
        /// The revision.
        revision: u64,
    },
    /// Say one sentence at once.
    Alert(String),
    /// Offer to load what another tab saved, or to keep what is here as a document of its own.
    OfferReload {
        /// The other tab's revision.
        revision: u64,
    },
}

/// The state of saving one document in one tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autosave {
    /// How long a write takes, milliseconds.
    cost: u64,
    /// First and latest edit that is not in storage, milliseconds.
    dirty: Option<(u64, u64)>,
    /// The write under way: slot and revision, and what was dirty when it began.
    writing: Option<(Slot, u64)>,
    revision: u64,
    slot: Slot,
    failure: Option<(Failure, u64, u64)>,
    conflict: Option<u64>,
}

impl Default for Autosave {
    fn default() -> Self {
        Self::new(0, Slot::B)
    }
}

impl Autosave {
    /// Starts from what was loaded: its revision and slot. A new document has revision 0.
    #[must_use]
    pub fn new(revision: u64, slot: Slot) -> Self {
        Self { cost: 0, dirty: None, writing: None, revision, slot, failure: None, conflict: None }
    }

    /// The document changed at `now`.
    pub fn edited(&mut self, now: u64) {
        let since = self.dirty.map_or(now, |(since, _)| since);
        self.dirty = Some((since, now));
    }

    /// A write takes so many milliseconds: of a large document, writes take a tenth of the time at
    /// most while somebody edits, and wait for a pause.
    pub fn pace(&mut self, cost: u64) {
        self.cost = cost;
    }

    /// When [`Autosave::tick`] should be called next; `None` while there is nothing to wait for.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        if self.writing.is_some() || self.conflict.is_some() {
            return None;
        }
        let (since, latest) = self.dirty?;
        let quiet = DEBOUNCE.max(self.cost.saturating_mul(10));
        let longest = FORCE.max(self.cost.saturating_mul(20));
        let due = latest.saturating_add(quiet).min(since.saturating_add(longest));
        Some(self.failure.map_or(due, |(_, retry_at, _)| due.max(retry_at)))
    }

    /// Time went on: perhaps a write is due.
    pub fn tick(&mut self, now: u64) -> Option<Act> {
        self.wake_at().filter(|due| now >= *due)?;
        self.begin()
    }

    /// Save at once, if anything is unsaved: the page is being hidden, or the person asked.
    pub fn flush(&mut self) -> Option<Act> {
        if self.writing.is_some() || self.conflict.is_some() || self.dirty.is_none() {
            return None;
        }
        self.begin()
    }

    fn begin(&mut self) -> Option<Act> {
        let slot = self.slot.other();
        let revision = self.revision.saturating_add(1);
        self.writing = Some((slot, revision));
        // Edits during the write make it dirty anew.
        self.dirty = None;
        Some(Act::Write { slot, revision })
    }

    /// The write under way succeeded.
    pub fn saved(&mut self) -> Vec<Act> {
        let Some((slot, revision)) = self.writing.take() else { return Vec::new() };
        self.slot = slot;
        self.revision = revision;
        self.failure = None;
        vec![Act::Broadcast { revision }]
    }

    /// The write under way failed. What was to be saved stays dirty and is tried again; one
    /// sentence is said the first time, and when the cause changes.
    pub fn failed(&mut self, failure: Failure, now: u64) -> Vec<Act> {
        if self.writing.take().is_none() {
            return Vec::new();
        }
        if let Failure::Newer(theirs) = failure {
            self.dirty.get_or_insert((now, now));
            self.conflict = Some(self.conflict.map_or(theirs, |known| known.max(theirs)));
            return vec![Act::OfferReload { revision: theirs }];
        }
        let (since, latest) = self.dirty.unwrap_or((now, now));
        self.dirty = Some((since.min(now), latest));
        let known = self.failure.is_some_and(|(before, ..)| before == failure);
        let pause = self.failure.map_or(FIRST_RETRY, |(_, _, pause)| (pause * 2).min(LONGEST_RETRY));
        self.failure = Some((failure, now.saturating_add(pause), pause));
        if known { Vec::new() } else { vec![Act::Alert(sentence(failure).to_owned())] }
    }

    /// Another tab says that it saved a revision of this document.
    pub fn heard(&mut self, revision: u64) -> Option<Act> {
        let ours = self.writing.map_or(self.revision, |(_, revision)| revision);
        if revision <= ours {
            return None;
        }
        self.conflict = Some(self.conflict.map_or(revision, |known| known.max(revision)));
        Some(Act::OfferReload { revision })
    }

    /// The person loaded what the other tab saved.
    pub fn reloaded(&mut self, revision: u64, slot: Slot) {
        *self = Self::new(revision, slot);
    }

    /// Whether closing the tab now would lose something.
    #[must_use]
    pub fn would_lose(&self) -> bool {
        self.dirty.is_some() || self.writing.is_some()
    }

    /// Revision in storage, as far as this tab knows.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What to show.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.conflict.is_some() {
            Status::Conflict
        } else if self.writing.is_some() {
            Status::Saving
        } else if let Some((failure, ..)) = self.failure {
            Status::Failed(failure)
        } else if self.dirty.is_some() {
            Status::Unsaved
        } else {
            Status::Saved
        }
    }
}

/// What to tell a person.
#[must_use]
pub fn sentence(failure: Failure) -> &'static str {
    match failure {
        Failure::Quota => {
            "Not saved: this browser's storage is full. Download the document, then remove documents you no longer need."
        }
        Failure::Refused => {
            "Not saved: this browser does not let the page store anything. Download the document to keep it."
        }
        Failure::Newer(_) | Failure::Other => {
            "Not saved: writing to this browser's storage failed and will be tried again. Download the document to be sure."
        }
    }
}

#[cfg(test)]
mod pace {
    use super::*;

    #[test]
    fn what_takes_long_to_write_waits_for_a_pause() {
        let mut autosave = Autosave::default();
        autosave.edited(1_000);
        assert_eq!(autosave.wake_at(), Some(1_000 + DEBOUNCE));
        autosave.pace(100);
        assert_eq!(autosave.wake_at(), Some(2_000));
        autosave.edited(2_900);
        assert_eq!(autosave.wake_at(), Some(3_000), "but not for ever");
        autosave.pace(1);
        assert_eq!(autosave.wake_at(), Some(1_000 + FORCE), "a usual document loses less than half a second");
    }
}
