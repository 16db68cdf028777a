//! Test support: scenarios in Markdown that cite the rules they prove, and networks made at
//! random. Never shipped.

pub mod generate;
pub mod scenario;
