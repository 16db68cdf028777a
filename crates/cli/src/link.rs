//! `hopscope link`: a document to a link, and back.

use std::path::Path;

use hopscope_aws::Id;
use hopscope_editor::link::{Link, MAX_OFFERED, Moment, Place, is_link};

use crate::out::Out;
use crate::{Ending, LinkArgs, files};

/// Writes a link, or what a link holds.
pub fn run(args: &LinkArgs, out: &mut Out) -> Result<Ending, String> {
    let fragment = args.what.split_once('#').map_or(args.what.as_str(), |(_, fragment)| fragment);
    if is_link(fragment) {
        let link = Link::read(fragment).map_err(|error| error.to_string())?;
        out.line(link.document.to_json().trim_end());
        return Ok(Ending::Good);
    }
    let document = files::document(Path::new(&args.what))?;
    let missing = |what: &str, id: &str| format!("The document has no {what} \"{id}\". Check the name.");
    if let Some(flow) = &args.flow
        && !document.flows.iter().any(|other| other.id == *flow)
    {
        return Err(missing("flow", flow));
    }
    if let Some(id) = args.select.iter().find(|id| document.node(id).is_none()) {
        return Err(missing("component", id));
    }
    let moment = args.step.map(Moment::Step);
    let selection = args.select.iter().map(|id| Id::from(id.as_str())).collect();
    let place = Place { flow: args.flow.clone(), moment, selection };
    let written =
        Link { document, place, look_only: args.read_only }.write().map_err(|error| error.to_string())?;
    let link = format!("{}#{written}", args.site.trim_end_matches('#'));
    if link.len() > MAX_OFFERED {
        out.aside(&format!(
            "note: this link is {} characters long; many programs cut links beyond {MAX_OFFERED}",
            link.len()
        ));
    }
    out.line(&link);
    Ok(Ending::Good)
}
