//! The editor: intents, commands, sessions, history, placing, connecting, autosave, library.
//!
//! Pure, like everything below it: no clock, no randomness, no browser. A page sends
//! [`Intent`]s to a [`Session`] and performs the [`Effect`]s it gets back.

pub mod actions;
pub mod address;
pub mod arrange;
pub mod autosave;
mod balance;
mod build;
pub mod bundle;
mod chip_acts;
mod chips;
mod chips_more;
pub mod clipboard;
pub mod command;
pub mod connect;
mod equip;
pub mod failure;
pub mod find;
pub mod flows;
pub mod history;
pub mod intent;
mod join;
pub mod keymap;
pub mod library;
pub mod link;
pub mod mend;
pub mod names;
pub mod notes;
pub mod outline;
mod paste;
pub mod picture;
pub mod place;
mod plan;
pub mod rows;
pub mod search;
pub mod session;
pub mod space;
pub mod starters;
pub mod text_view;
mod tree;
pub mod written;

pub use command::{Change, Command, Draft};
pub use history::History;
pub use intent::{Effect, Intent};
pub use place::Chip;
pub use session::{Expectation, Session, Traces};
pub use starters::{SHELVES, Shelf, Starter, starters};
