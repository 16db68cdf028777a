//! `hopscope trace`.

use hopscope_aws::Network;
use hopscope_forward::Verdict;

use crate::out::Out;
use crate::{Ending, TraceArgs, files, flow, ladder};

/// Traces one flow and prints it.
pub fn run(args: &TraceArgs, out: &mut Out) -> Result<Ending, String> {
    let document = files::document(&args.file)?;
    let (flow, remark) = flow::flow(&document, args)?;
    let network = Network::build(&document);
    let trace = hopscope_aws::trace(&network, &flow).map_err(|error| format!("--{error}"))?;
    if let Some(remark) = remark {
        out.aside(&format!("note: {remark}"));
    }
    if args.json {
        let text = serde_json::to_string_pretty(&trace)
            .map_err(|error| format!("The trace cannot be written: {error}."))?;
        out.line(&text);
    } else {
        for line in ladder::lines(&document, &flow, &trace, args.verbose, out) {
            out.line(&line);
        }
    }
    Ok(ending(trace.verdict))
}

/// The exit code of a verdict.
pub fn ending(verdict: Verdict) -> Ending {
    match verdict {
        Verdict::Allowed => Ending::Good,
        Verdict::Denied | Verdict::Loop => Ending::Bad,
        Verdict::Unknown => Ending::Unknown,
    }
}
