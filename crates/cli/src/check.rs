//! `hopscope check`.

use hopscope_aws::{Flow, Network};
use hopscope_forward::Verdict;

use crate::out::{Out, Tone, safe};
use crate::{CheckArgs, Ending, files};

/// Verdicts that can be expected.
const VERDICTS: &[&str] = &["allowed", "denied", "loop", "unknown"];

/// Traces every flow that says what it expects.
pub fn run(args: &CheckArgs, out: &mut Out) -> Result<Ending, String> {
    let document = files::document(&args.file)?;
    let network = Network::build(&document);
    let (mut met, mut unmet, mut unknown, mut bad) = (0usize, 0usize, 0usize, 0usize);
    for flow in &document.flows {
        let Some(expect) = &flow.expect else { continue };
        let label = label(flow);
        if !VERDICTS.contains(&expect.verdict.as_str()) {
            bad += 1;
            out.error(&format!(
                "{label}: it expects \"{}\". Expect allowed, denied, loop or unknown.",
                safe(&expect.verdict)
            ));
            continue;
        }
        let trace = match hopscope_aws::trace(&network, flow) {
            Ok(trace) => trace,
            Err(error) => {
                bad += 1;
                out.error(&format!("{label}: {error}"));
                continue;
            }
        };
        let code = trace.reason.as_ref().map(|reason| reason.spec.code);
        let actual = said(trace.verdict.word(), code);
        let as_expected = expect.verdict == trace.verdict.word()
            && expect.code.as_deref().is_none_or(|wanted| {
                code == Some(wanted) || trace.reason.as_ref().is_some_and(|r| r.spec.aws_code == Some(wanted))
            });
        if as_expected {
            met += 1;
            out.line(&format!("{}  {label}: {actual}", out.tint(Tone::Good, "✓ met    ")));
        } else {
            if trace.verdict == Verdict::Unknown {
                unknown += 1;
            } else {
                unmet += 1;
            }
            let wanted = said(&expect.verdict, expect.code.as_deref());
            out.line(&format!(
                "{}  {label}: expected {}, is {actual}",
                out.tint(Tone::Bad, "✗ not met"),
                safe(&wanted)
            ));
        }
    }
    let total = met + unmet + unknown + bad;
    if total == 0 {
        out.aside("note: no flow of this document says what it expects, so there is nothing to check.");
    } else {
        out.line(&format!("{met} of {total} expectations met"));
    }
    Ok(if bad > 0 {
        Ending::Input
    } else if unmet > 0 {
        Ending::Bad
    } else if unknown > 0 {
        Ending::Unknown
    } else {
        Ending::Good
    })
}

fn said(verdict: &str, code: Option<&str>) -> String {
    match code {
        Some(code) => format!("{verdict} ({code})"),
        None => verdict.to_owned(),
    }
}

fn label(flow: &Flow) -> String {
    if !flow.name.is_empty() {
        return safe(&flow.name);
    }
    let port = flow.port.map(|port| format!(":{port}")).unwrap_or_default();
    safe(&format!("{} → {}{port} {}", flow.from, flow.to, flow.protocol))
}
