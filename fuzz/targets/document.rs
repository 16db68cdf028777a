//! Any bytes: reading is refused with a sentence or gives a document that resolves, traces and
//! survives being written and read again.
#![no_main]

use hopscope_aws::{Document, Network, trace};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match Document::from_json(bytes) {
        Err(problem) => assert!(problem.to_string().ends_with('.')),
        Ok(document) => {
            let network = Network::build(&document);
            assert!(network.diagnostics().len() < 1_000_000);
            for flow in &document.flows {
                assert_eq!(trace(&network, flow), trace(&network, flow));
            }
            assert_eq!(Document::from_json(document.to_json().as_bytes()), Ok(document));
        }
    }
});
