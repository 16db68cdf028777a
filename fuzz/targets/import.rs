//! Any bytes, cut into files at zero bytes: importing is refused with a sentence or gives a
//! document that resolves and survives being written and read again.
#![no_main]

use hopscope_aws::{Document, Network};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let files: Vec<(String, &[u8])> = bytes
        .split(|byte| *byte == 0)
        .enumerate()
        .map(|(n, part)| (format!("111122223333/eu-west-1/{n}.json"), part))
        .collect();
    match hopscope_interop::import(&files) {
        Err(problem) => assert!(problem.to_string().ends_with('.')),
        Ok(import) => {
            let network = Network::build(&import.document);
            assert!(network.diagnostics().len() < 1_000_000);
            let text = import.document.to_json();
            assert_eq!(Document::from_json(text.as_bytes()), Ok(import.document));
        }
    }
});
