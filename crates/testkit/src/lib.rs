//! Test support: scenarios in Markdown that cite the rules they prove. Never shipped.

pub mod scenario;
