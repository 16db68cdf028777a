//! The diagrams and networks of `tests/sequences`, and what comes of comparing them.

use std::path::Path;

use hopscope_aws::{Document, Flow, Network};
use hopscope_view::Story;
use hopscope_view::sequence::{Difference, Kind, Pasted, Sequence, compare, read};

pub fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sequences").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn document(name: &str) -> Document {
    Document::from_json(file(name).as_bytes()).unwrap()
}

pub fn notes(name: &str) -> Pasted {
    read(&file(name)).unwrap()
}

/// The set-up of a component of a network.
pub fn setup(document: &Document, id: &str) -> Sequence {
    Sequence::of_component(document, &Network::build(document), id).unwrap()
}

pub fn flow_sequence(document: &Document, flow: &Flow) -> Sequence {
    let trace = hopscope_aws::trace(&Network::build(document), flow).unwrap();
    Sequence::of_story(document, &Story::tell(document, &trace, flow), &trace)
}

/// What became of each of the notes' messages, in their order; notes on lifelines left out.
pub fn outcome(pasted: &Pasted, model: &Sequence) -> Vec<Kind> {
    let differences = compare(pasted, model);
    let mut last = 0;
    for difference in &differences {
        // Pairs stand in the order of both diagrams.
        if let (Some(model), false) = (difference.model, difference.kind == Kind::Reordered) {
            assert!(model + 1 > last, "{difference:?}");
            last = model + 1;
        }
        assert!(difference.sentence.ends_with('.'), "{}", difference.sentence);
    }
    let own = differences.iter().filter_map(|it| Some((it.pasted?, it.kind)));
    own.filter(|(n, _)| !pasted.messages[*n].note).map(|(_, kind)| kind).collect()
}

pub fn about(differences: &[Difference], pasted: usize) -> &Difference {
    differences.iter().find(|it| it.pasted == Some(pasted)).unwrap()
}
