//! Why something cannot be imported: one sentence with what, where and what to do.

/// Why an import failed. The message is one complete sentence or two.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No file at all.
    #[error(
        "There are no files to import. Choose files, or a folder of files, that the describe commands of `aws ec2`, `aws elbv2` and `aws directconnect` printed as JSON."
    )]
    Empty,
    /// Too many files.
    #[error("These are {found} files; at most {limit} are read in one import. Choose a smaller folder.")]
    TooManyFiles {
        /// Files found.
        found: usize,
        /// Limit.
        limit: usize,
    },
    /// One file is too large.
    #[error(
        "{file} is {found} MB; at most {limit} MB are read from one file. Describe one Region or one kind of resource in each file."
    )]
    FileTooLarge {
        /// The file.
        file: String,
        /// Its size in megabytes.
        found: usize,
        /// Limit in megabytes.
        limit: usize,
    },
    /// All files together are too large.
    #[error(
        "These files hold {found} MB; at most {limit} MB are read in one import. Import one Region at a time."
    )]
    TotalTooLarge {
        /// Size in megabytes.
        found: usize,
        /// Limit in megabytes.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("{file} is not text: byte {at} is not valid UTF-8. Save it as UTF-8 JSON and import it again.")]
    NotText {
        /// The file.
        file: String,
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// Empty file, cut short, or not JSON.
    #[error("{file} is not complete JSON: {problem} at line {line}, column {column}. {way_out}")]
    NotJson {
        /// The file.
        file: String,
        /// What the parser says.
        problem: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What to do.
        way_out: &'static str,
    },
    /// JSON of something else.
    #[error("{file} is not output of the AWS CLI: {problem}. {way_out}")]
    NotAws {
        /// The file.
        file: String,
        /// What it is instead.
        problem: String,
        /// What to do.
        way_out: &'static str,
    },
    /// A value has the wrong type, or something needed is absent.
    #[error("{file}: {place}: {problem}. Describe it again with the AWS CLI, or correct it in the file.")]
    Member {
        /// The file.
        file: String,
        /// Path in the file (`Vpcs[0].CidrBlock`).
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// More than a document can hold.
    #[error(
        "This dump describes {found} things; a document holds at most {limit}. Import one Region or one VPC at a time."
    )]
    TooManyNodes {
        /// Things found.
        found: usize,
        /// Limit.
        limit: usize,
    },
    /// The finished document is too large to be saved and read again.
    #[error(
        "The document made of this dump would be {found} MB; at most {limit} MB can be opened. Import one Region or one VPC at a time."
    )]
    DocumentTooLarge {
        /// Size in megabytes.
        found: usize,
        /// Limit in megabytes.
        limit: usize,
    },
}

/// Bytes as megabytes, rounded up.
pub(crate) fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1024 * 1024)
}
