//! Pictures drawn by the program itself: the README's, which plays, and those of the start page.

use hopscope_aws::{Network, trace};
use hopscope_editor::Starter;
use hopscope_layout::layout;
use hopscope_view::{Scene, Story, svg};

use crate::shell::{Result, root, write};

/// Which starter is drawn.
const STARTER: &str = "public-private";

/// The picture of a starter on the start page, which has its own ground.
pub fn starter(starter: &Starter) -> Result<String> {
    let document = starter.document().map_err(|problem| problem.to_string())?;
    let network = Network::build(&document);
    let scene = Scene::build(&document, &network, &layout(&document));
    let options = svg::Options { transparent: true, ..svg::Options::default() };
    Ok(svg::render(&scene, &options))
}

/// Writes `docs/hero.svg`: the starter's flow with the most to see.
pub fn draw() -> Result<()> {
    let starter = hopscope_editor::starters()
        .into_iter()
        .find(|starter| starter.slug == STARTER)
        .ok_or_else(|| format!("there is no starter called {STARTER}"))?;
    let document = starter.document().map_err(|problem| problem.to_string())?;
    let network = Network::build(&document);
    let (flow, trace) = document
        .flows
        .iter()
        .filter_map(|flow| Some((flow, trace(&network, flow).ok()?)))
        .max_by_key(|(_, trace)| {
            let hops = trace.forward.hops.iter().chain(&trace.back.hops);
            (hops.clone().filter(|hop| !hop.changes.is_empty()).count(), hops.count())
        })
        .ok_or_else(|| format!("the starter {STARTER} has no flow to play"))?;
    let scene = Scene::build(&document, &network, &layout(&document));
    let story = Story::tell(&document, &trace, flow);
    let picture = svg::animated(&scene, &story, &svg::Options::default());
    if !picture.starts_with("<svg") {
        return Err("the picture is empty".to_owned());
    }
    let path = root().join("docs/hero.svg");
    write(&path, &picture)?;
    println!("wrote docs/hero.svg: {} bytes, {}", picture.len(), story.summary);
    Ok(())
}
