//! `hopscope export`: pictures and texts of a document, without a browser.

use hopscope_aws::Network;
use hopscope_editor::picture::{source, svg_with_source};
use hopscope_layout::layout;
use hopscope_view::svg::{Options, Theme, animated, moment, render};
use hopscope_view::{Scene, Story, Timeline, trace_text};

use crate::out::Out;
use crate::{Ending, ExportArgs, ExportFormat, ExportTheme, files};

/// Writes to standard output, or to a file.
pub fn run(args: &ExportArgs, out: &mut Out) -> Result<Ending, String> {
    let document = files::document(&args.file)?;
    let network = Network::build(&document);
    let told = match &args.flow {
        None => None,
        Some(what) => {
            let flow = document.flows.iter().find(|flow| flow.id == *what || flow.name == *what).ok_or_else(
                || format!("The document has no flow \"{what}\". Use the id or name of one of its flows."),
            )?;
            let trace =
                hopscope_aws::trace(&network, flow).map_err(|error| format!("Flow {what}: {error}"))?;
            let story = Story::tell(&document, &trace, flow);
            Some((trace, story))
        }
    };
    let needs_flow = || "This is told of a flow: name one with --flow.".to_owned();
    let options = Options {
        theme: match args.theme {
            ExportTheme::Auto => Theme::Auto,
            ExportTheme::Light => Theme::Light,
            ExportTheme::Dark => Theme::Dark,
        },
        transparent: false,
    };
    let scene = || Scene::build(&document, &network, &layout(&document));
    let story = told.as_ref().map(|(_, story)| story);
    let text = match args.format {
        ExportFormat::Svg => {
            let scene = scene();
            match story {
                None => render(&scene, &options),
                Some(story) => {
                    let timeline = Timeline::new(story, &scene.layout);
                    let ms = match args.step {
                        Some(step) => timeline.time_of(step.saturating_sub(1)),
                        None => timeline.verdict_at,
                    };
                    moment(&scene, story, ms, &options)
                }
            }
        }
        ExportFormat::Animated => animated(&scene(), story.ok_or_else(needs_flow)?, &options),
        ExportFormat::Text => trace_text::ladder(story.ok_or_else(needs_flow)?),
        ExportFormat::Markdown => trace_text::markdown(story.ok_or_else(needs_flow)?),
        ExportFormat::Json => {
            let (trace, _) = told.as_ref().ok_or_else(needs_flow)?;
            serde_json::to_string_pretty(trace)
                .map_err(|error| format!("The trace cannot be written: {error}."))?
        }
    };
    let picture = matches!(args.format, ExportFormat::Svg | ExportFormat::Animated);
    let text = if picture && !args.no_source { svg_with_source(&text, &source(&document)) } else { text };
    match &args.output {
        Some(path) => files::write(path, &format!("{}\n", text.trim_end()))?,
        None => out.line(text.trim_end()),
    }
    Ok(Ending::Good)
}
