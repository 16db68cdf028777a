//! Any bytes as the fragment of an address, and as a picture: refused with a sentence, or a document
//! that comes back as it is.
#![no_main]

use hopscope_aws::Document;
use hopscope_editor::link::Link;
use hopscope_editor::picture::{self, Source};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match Link::read(&String::from_utf8_lossy(bytes)) {
        Err(problem) => assert!(problem.to_string().ends_with('.')),
        Ok(link) => {
            if let Ok(written) = link.write() {
                assert_eq!(Link::read(&written), Ok(link));
            }
        }
    }
    if let Some(Source::Text(text)) = picture::read(bytes) {
        let _ = Document::from_json(text.as_bytes());
    }
});
