//! `hopscope sequence`.

use std::path::Path;

use hopscope_aws::{Document, Network};
use hopscope_view::sequence::{Kind, MAX_BYTES, Sequence, compare, mermaid, plantuml, read, svg};
use hopscope_view::story::Story;
use hopscope_view::svg::Theme;

use crate::out::{Out, Tone, safe};
use crate::{Ending, SequenceArgs, SequenceFormat, files};

/// Writes the sequence of a flow or a set-up, or compares a diagram with it.
pub fn run(args: &SequenceArgs, out: &mut Out) -> Result<Ending, String> {
    let document = files::document(&args.file)?;
    let sequence = sequence(&document, &args.what)?;
    if let Some(path) = &args.compare {
        return compared(path, &sequence, out);
    }
    let text = match args.format {
        SequenceFormat::Plantuml => plantuml(&sequence),
        SequenceFormat::Mermaid => mermaid(&sequence),
        SequenceFormat::Svg => svg(&sequence, Theme::Auto),
    };
    out.line(text.trim_end());
    Ok(Ending::Good)
}

fn sequence(document: &Document, what: &str) -> Result<Sequence, String> {
    let network = Network::build(document);
    let named = |id: &str, name: &str| id == what || name == what;
    if let Some(flow) = document.flows.iter().find(|flow| named(&flow.id, &flow.name)) {
        let trace = hopscope_aws::trace(&network, flow).map_err(|error| format!("Flow {what}: {error}"))?;
        let story = Story::tell(document, &trace, flow);
        return Ok(Sequence::of_story(document, &story, &trace));
    }
    if document.node(what).is_none() {
        return Err(format!(
            "The document has neither a flow nor a component \"{what}\". Use the id or name of a flow, or the id of a component."
        ));
    }
    Sequence::of_component(document, &network, what).ok_or_else(|| {
        format!(
            "{what} has no set-up to show. Name a flow, a VPN connection, a Client VPN endpoint or client, a Direct Connect connection or virtual interface."
        )
    })
}

/// Differences line by line; met where there is none but what only the model tells.
fn compared(path: &Path, sequence: &Sequence, out: &mut Out) -> Result<Ending, String> {
    let text = files::text(path, MAX_BYTES)?;
    let pasted = read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut ending = Ending::Good;
    for difference in compare(&pasted, sequence) {
        let tone = match difference.kind {
            Kind::Matching => Tone::Plain,
            Kind::Extra => Tone::Dim,
            Kind::Refused | Kind::OtherParties | Kind::Reordered | Kind::Missing => {
                ending = Ending::Bad;
                Tone::Bad
            }
        };
        let line = out.tint(tone, &safe(&difference.sentence));
        out.line(&line);
    }
    for remark in &pasted.remarks {
        out.aside(&format!("note: {}", safe(remark)));
    }
    Ok(ending)
}
