//! What runs in the second process, with the engine linked.

mod bench;
mod documents;
mod picture;

use crate::shell::Result;

/// Dispatches.
pub fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["docs"] => documents::generate(false),
        ["docs", "--check"] => documents::generate(true),
        ["picture"] => picture::draw(),
        ["bench-network"] => {
            print!("{}", bench::network().to_json());
            Ok(())
        }
        ["bench"] => bench::native(None),
        ["bench", flow] => bench::native(Some(flow)),
        ["bench-story", slug, flow] => bench::story(slug, flow),
        ["bench-build"] => {
            bench::build();
            Ok(())
        }
        _ => Err("unknown inner command".to_owned()),
    }
}
