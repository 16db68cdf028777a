//! Input from other tools. Today: the JSON that the `describe-…` commands of
//! `aws ec2`, `aws elbv2` and `aws directconnect` print.
//!
//! [`import`] is pure: whoever calls it has read the files. It either gives a document with
//! everything that was described, or one sentence that says what is wrong, where, and what to do.

mod build;
mod error;
mod get;
mod keys;
mod parse;
mod raw;
mod read;
mod region;

pub use error::ImportError;
use hopscope_aws::{Document, Id};

/// Largest single file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 32 * 1024 * 1024;
/// Most bytes that one import reads.
pub const MAX_TOTAL_BYTES: usize = 64 * 1024 * 1024;
/// Most files that one import reads.
pub const MAX_FILES: usize = 10_000;

/// What an import gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Everything that was described.
    pub document: Document,
    /// What is in the document as an inert box, because no component models it yet.
    pub unmodelled: Vec<Unmodelled>,
    /// What else the reader of the dump should know.
    pub notes: Vec<Note>,
}

/// One thing that is kept, but not simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmodelled {
    /// What it is, in AWS's words (`Transit gateway`).
    pub what: String,
    /// Its id in the document, AWS's own where it has one.
    pub id: Id,
    /// The file it came from; empty if it is only referred to.
    pub path: String,
}

/// One remark about the import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// A whole sentence.
    pub text: String,
    /// The file it is about; empty if it is about the dump as a whole.
    pub path: String,
}

/// Reads output of the AWS CLI: pairs of path and content, in any order. Paths tell Regions
/// (`111122223333/us-west-2/Vpcs.json`) where the content does not.
///
/// # Errors
/// One sentence that names what is wrong, where, and what to do.
pub fn import(files: &[(String, &[u8])]) -> Result<Import, ImportError> {
    build::build(&read::read(files)?)
}
