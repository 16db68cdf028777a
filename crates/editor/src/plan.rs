//! From an intent to a command: what would change, or the reason why it may not.

use hopscope_aws::{Document, Id};

use crate::command::{Command, Draft};
use crate::intent::{Effect, Intent};

/// A command and what the page should do once it is performed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The change.
    pub command: Command,
    /// Further effects.
    pub effects: Vec<Effect>,
}

impl From<Command> for Plan {
    fn from(command: Command) -> Self {
        Self { command, effects: Vec::new() }
    }
}

/// Plans an intent against a document.
pub(crate) fn plan(document: &Document, _selection: &[Id], intent: &Intent) -> Result<Plan, String> {
    let mut draft = Draft::new(document);
    match intent {
        Intent::RenameDocument { name, coalesce } => {
            draft.name(name);
            let key = coalesce.then(|| "document-name".to_owned());
            Ok(draft.command(format!("Rename the document {name}")).coalescing(key).into())
        }
        _ => Ok(draft.command("Nothing").into()),
    }
}
