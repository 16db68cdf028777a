//! Tools for tests: networks made at random.

pub mod generate;
