//! From an intent to a command: what would change, or the reason why it may not.

use hopscope_aws::document::{MAX_FLOWS, MAX_NODES};
use hopscope_aws::note::MAX_NOTES;
use hopscope_aws::{Config, Document, Frame, Id, Node};
use serde_json::Value;

use crate::command::{Command, Draft};
use crate::intent::{Effect, Intent};
use crate::names::title;
use crate::place::placement;
use crate::{arrange, build, chip_acts, clipboard, connect, failure, flows, notes, rows, space, tree};

/// A command and what the page should do once it is performed.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The change.
    pub command: Command,
    /// Further effects.
    pub effects: Vec<Effect>,
}

impl From<Command> for Plan {
    fn from(command: Command) -> Self {
        Self { command, effects: Vec::new() }
    }
}

fn known<'a>(document: &'a Document, id: &Id) -> Result<&'a Node, String> {
    document.node(id).map(|node| &**node).ok_or_else(|| format!("There is no component \"{id}\"."))
}

/// Plans an intent against a document, which is known as `origin`.
pub(crate) fn plan(
    document: &Document,
    origin: &str,
    selection: &[Id],
    intent: &Intent,
) -> Result<Plan, String> {
    let plan = plan_unbounded(document, origin, selection, intent)?;
    // A document that could be drawn but not opened again would be lost.
    let (mut nodes, mut flows) = (document.nodes.len(), document.flows.len());
    let mut remarks = document.notes.len();
    for change in &plan.command.changes {
        match change {
            crate::Change::Put(node) if !document.nodes.contains_key(&node.id) => nodes += 1,
            crate::Change::PutFlow(flow) if !document.flows.iter().any(|f| f.id == flow.id) => flows += 1,
            crate::Change::PutNote(note) if !document.notes.contains_key(&note.id) => remarks += 1,
            crate::Change::Everything(other) => (nodes, flows) = (other.nodes.len(), other.flows.len()),
            _ => {}
        }
    }
    if nodes > MAX_NODES {
        return Err(format!("A document holds at most {MAX_NODES} components. Split the drawing."));
    }
    if remarks > MAX_NOTES {
        return Err(format!("A document holds at most {MAX_NOTES} notes. Remove some first."));
    }
    if flows > MAX_FLOWS {
        return Err(format!("A document holds at most {MAX_FLOWS} flows. Remove some first."));
    }
    Ok(plan)
}

fn plan_unbounded(
    document: &Document,
    origin: &str,
    selection: &[Id],
    intent: &Intent,
) -> Result<Plan, String> {
    let mut draft = Draft::new(document);
    match intent {
        Intent::Place { kind, parent, zone, at } => place(draft, kind, parent.as_ref(), zone.as_ref(), *at),
        Intent::Chip { node, chip } => {
            let done = chip_acts::act(&mut draft, node, chip)?;
            let select = done.select.unwrap_or_else(|| node.clone());
            let command = draft.command(done.label).selecting(vec![select]);
            Ok(Plan { command, effects: done.effects })
        }
        Intent::Connect { from, to, accept } => {
            let (label, flow) = connect::connect(&mut draft, from, to, accept.as_deref())?;
            let effects = flow.map(Effect::ShowFlow).into_iter().collect();
            Ok(Plan { command: draft.command(label), effects })
        }
        Intent::Mend { flow, label } => {
            let network = hopscope_aws::Network::build(document);
            let flow = document.flows.iter().find(|other| other.id == *flow);
            let mends = flow.map(|flow| crate::mend::mends(document, &network, flow)).unwrap_or_default();
            let mend = mends.into_iter().find(|mend| mend.label == *label);
            mend.map(|mend| mend.command.into()).ok_or_else(|| "That would not help any more.".to_owned())
        }
        Intent::SetField { id, key, value, coalesce } => {
            let node = known(document, id)?;
            let field = node.config.spec().fields.iter().find(|field| field.key == key);
            let field = field.ok_or_else(|| format!("{} has no field \"{key}\".", title(node)))?;
            let label = format!("Change {} of {}", field_words(field.label), node.label());
            // A field emptied in a form is a field that is not set.
            let value = match value {
                Value::String(text) if text.is_empty() && is_optional(node, key) => &Value::Null,
                other => other,
            };
            draft.put(node.with_field(key, value.clone())?);
            let key = coalesce.then(|| format!("field:{id}:{key}"));
            Ok(draft.command(label).coalescing(key).into())
        }
        Intent::Rename { id, name, coalesce } => {
            let node = known(document, id)?;
            let label = format!("Rename {} to {name}", title(node));
            draft.put(Node { name: name.clone(), ..node.clone() });
            Ok(draft.command(label).coalescing(coalesce.then(|| format!("name:{id}"))).into())
        }
        Intent::AddRow { id, key, row, at } => {
            let label = rows::add(&mut draft, id, key, row.clone(), *at)?;
            Ok(draft.command(label).into())
        }
        Intent::SetRow { id, key, row, column, value, coalesce } => {
            let label = rows::set(&mut draft, id, key, *row, column, value.clone())?;
            let coalesce = coalesce.then(|| format!("row:{id}:{key}:{row}:{column}"));
            Ok(draft.command(label).coalescing(coalesce).into())
        }
        Intent::MoveRow { id, key, from, to } => {
            let label = rows::shift(&mut draft, id, key, *from, *to)?;
            Ok(draft.command(label).into())
        }
        Intent::DeleteRow { id, key, row } => {
            let label = rows::delete(&mut draft, id, key, *row)?;
            Ok(draft.command(label).into())
        }
        Intent::PasteRows { id, key, text } => {
            let (label, problems) = rows::paste(&mut draft, id, key, text)?;
            let effects = match problems.as_slice() {
                [] => Vec::new(),
                many => vec![Effect::Alert(unread(many))],
            };
            Ok(Plan { command: draft.command(label), effects })
        }
        Intent::SetParent { id, parent, at } => {
            let label = tree::set_parent(&mut draft, id, parent.as_ref(), *at)?;
            Ok(draft.command(label).coalescing(Some(format!("move:{id}"))).into())
        }
        Intent::Carve { vpc, block, zone } => {
            let id = space::carve(&mut draft, vpc, block, zone.as_ref())?;
            let label = draft.document().node(&id).map_or_else(String::new, |node| node.label().to_owned());
            let command = draft.command(format!("Add subnet {label} ({block})")).selecting(vec![id.clone()]);
            Ok(Plan { command, effects: vec![Effect::Focus(id)] })
        }
        Intent::Split { id } => {
            let id = id.as_ref().or(selection.last()).ok_or("Select a subnet to split it.")?;
            let (label, made) = space::split(&mut draft, id)?;
            Ok(draft.command(label).selecting(vec![id.clone(), made]).into())
        }
        Intent::Join { id } => {
            let id = id.as_ref().or(selection.first()).ok_or("Select a subnet to join it.")?;
            let label = space::join(&mut draft, id)?;
            let effects = vec![Effect::Focus(id.clone())];
            Ok(Plan { command: draft.command(label).selecting(vec![id.clone()]), effects })
        }
        Intent::SetZone { id, zone } => {
            let node = known(document, id)?;
            let place = match zone {
                Some(zone) => known(document, zone)?.label().to_owned(),
                None => "no zone".to_owned(),
            };
            let value = zone.as_ref().map_or(Value::Null, |zone| zone.as_str().into());
            let Config::Subnet(_) = &node.config else {
                return Err("Only a subnet is in an Availability Zone of its own.".to_owned());
            };
            draft.put(node.with_field("zone", value)?);
            let label = format!("Move {} to {place}", node.label());
            Ok(draft.command(label).coalescing(Some(format!("move:{id}"))).into())
        }
        Intent::PlaceNote { kind, about, at, size } => {
            let id = notes::place(&mut draft, *kind, about.clone(), *at, *size)?;
            let effects = vec![Effect::EditNote(id.clone())];
            let label = format!("Add {}", notes::noun(*kind));
            Ok(Plan { command: draft.command(label).selecting(vec![id]), effects })
        }
        Intent::SetNote { note, coalesce } => {
            let label = notes::set(&mut draft, note)?;
            let key = coalesce.then(|| format!("note:{}", note.id));
            Ok(draft.command(label).coalescing(key).into())
        }
        Intent::Move { moves, coalesce } => {
            for (id, x, y) in moves {
                if notes::shift(&mut draft, id, *x, *y) {
                    continue;
                }
                // What stands on a line stands where its line runs.
                if known(document, id)?.config.spec().shape == hopscope_aws::Shape::Link {
                    continue;
                }
                let frame = tree::place_at(document, id, *x, *y);
                draft.frame(id, Some(frame));
            }
            let ids: Vec<Id> = moves.iter().map(|(id, ..)| id.clone()).collect();
            let key = coalesce.then(|| format!("move:{}", ids.join(",")));
            Ok(draft.command(format!("Move {}", tree::summary(document, &ids))).coalescing(key).into())
        }
        Intent::Resize { id, frame, coalesce } if document.notes.contains_key(id) => {
            let label = notes::resize(&mut draft, id, frame.w, frame.h);
            Ok(draft.command(label).coalescing(coalesce.then(|| format!("resize:{id}"))).into())
        }
        Intent::Resize { id, frame, coalesce } => {
            let node = known(document, id)?;
            let frame = Frame { w: frame.w.max(0.0), h: frame.h.max(0.0), ..*frame };
            draft.frame(id, Some(frame));
            let key = coalesce.then(|| format!("resize:{id}"));
            Ok(draft.command(format!("Resize {}", title(node))).coalescing(key).into())
        }
        Intent::Nudge { origins, dx, dy } => {
            let mut ids = Vec::new();
            for (id, x, y) in origins.iter().filter(|(id, ..)| selection.contains(id)) {
                ids.push(id.clone());
                if let Some(note) = document.notes.get(id) {
                    notes::shift(&mut draft, id, note.x + dx, note.y + dy);
                    continue;
                }
                let at = document.frames.get(id).map_or((*x, *y), |frame| (frame.x, frame.y));
                draft.frame(id, Some(tree::place_at(document, id, at.0 + dx, at.1 + dy)));
            }
            let key = Some(format!("nudge:{}", ids.join(",")));
            Ok(draft.command(format!("Move {}", tree::summary(document, &ids))).coalescing(key).into())
        }
        Intent::Arrange { how, laid } => {
            let (label, moves) = arrange::arrange(document, *how, laid)?;
            for (id, x, y) in moves {
                draft.frame(&id, Some(tree::place_at(document, &id, x, y)));
            }
            Ok(draft.command(label).into())
        }
        Intent::Straighten { laid } => {
            let moves = arrange::straighten(document, laid);
            for (id, x, y) in &moves {
                draft.frame(id, Some(tree::place_at(document, id, *x, *y)));
            }
            // Frames of what is gone help nobody.
            for id in document.frames.keys().filter(|id| document.node(id).is_none()) {
                draft.frame(id, None);
            }
            let label = match moves.len() {
                0 => "Tidy".to_owned(),
                1 => "Tidy 1 thing that was moved by hand".to_owned(),
                n => format!("Tidy {n} things that were moved by hand"),
            };
            let said = match (moves.is_empty(), document.frames.is_empty()) {
                (true, true) => Some("Everything is tidy."),
                (true, false) => Some(
                    "Everything is tidy; what was moved by hand stays. To place that anew too, tidy everything.",
                ),
                (false, _) => None,
            };
            let effects = said.map(|said| Effect::Remark(said.to_owned())).into_iter().collect();
            Ok(Plan { command: draft.command(label), effects })
        }
        Intent::Fail { id, row, down } => {
            let id = id.as_ref().or(selection.last()).ok_or("Nothing is selected.")?;
            let switches = failure::switches(known(document, id)?);
            let now = |failed: bool| {
                switches.iter().any(|s| s.failed == failed && row.is_none_or(|r| s.row == Some(r)))
            };
            let label = failure::set(&mut draft, id, *row, down.unwrap_or_else(|| now(false)))?;
            Ok(draft.command(label).into())
        }
        Intent::RestoreAll => {
            let label = failure::restore_all(&mut draft)?;
            Ok(draft.command(label).into())
        }
        Intent::Tidy { id } => {
            let inside = id.as_ref().map(|id| tree::subtree(document, std::slice::from_ref(id)));
            for framed in document.frames.keys() {
                let wanted =
                    inside.as_ref().is_none_or(|ids| ids.contains(framed) && Some(framed) != id.as_ref());
                if wanted {
                    draft.frame(framed, None);
                }
            }
            let what = match id {
                Some(id) => known(document, id)?.label().to_owned(),
                None => "everything".to_owned(),
            };
            Ok(draft.command(format!("Tidy {what}")).into())
        }
        Intent::Delete { ids } => {
            let label = notes::delete(&mut draft, ids)?;
            let parent = ids.first().and_then(|id| document.node(id)).and_then(|node| node.parent.clone());
            let next: Vec<Id> =
                parent.into_iter().filter(|id| draft.document().nodes.contains_key(id)).collect();
            let effects = next.iter().cloned().map(Effect::Focus).collect();
            Ok(Plan { command: draft.command(label).selecting(next), effects })
        }
        Intent::Duplicate { ids } => {
            let (label, made) = clipboard::duplicate(&mut draft, ids)?;
            let effects = made.last().cloned().map(Effect::Focus).into_iter().collect();
            Ok(Plan { command: draft.command(label).selecting(made), effects })
        }
        Intent::Paste { text, parent } => {
            // Nothing stands inside a note.
            let chosen = || selection.last().filter(|id| !document.notes.contains_key(*id));
            let parent = parent.as_ref().or_else(chosen);
            let pasted = clipboard::paste(&mut draft, origin, text, parent)?;
            let mut effects: Vec<Effect> =
                pasted.made.last().cloned().map(Effect::Focus).into_iter().collect();
            effects.extend(clipboard::remark(&pasted.left).map(Effect::Remark));
            Ok(Plan { command: draft.command(pasted.label).selecting(pasted.made), effects })
        }
        Intent::AddFlow { flow } => {
            let mut flow = flow.clone();
            if flow.id.is_empty() || document.flows.iter().any(|other| other.id == flow.id) {
                flow.id = flows::fresh_id(document);
            }
            let label = format!("Add flow {}", flows::describe(document, &flow));
            let effects = vec![Effect::ShowFlow(flow.id.clone())];
            draft.put_flow(flow);
            Ok(Plan { command: draft.command(label), effects })
        }
        Intent::SetFlow { flow, coalesce } => {
            if !document.flows.iter().any(|other| other.id == flow.id) {
                return Err(format!("There is no flow \"{}\".", flow.id));
            }
            draft.put_flow(flow.clone());
            let key = coalesce.then(|| format!("flow:{}", flow.id));
            Ok(draft
                .command(format!("Change flow {}", flows::describe(document, flow)))
                .coalescing(key)
                .into())
        }
        Intent::RemoveFlow { id } => {
            let flow = document.flows.iter().find(|flow| &flow.id == id);
            let flow = flow.ok_or_else(|| format!("There is no flow \"{id}\"."))?;
            draft.remove_flow(id);
            Ok(draft.command(format!("Delete flow {}", flows::describe(document, flow))).into())
        }
        Intent::ReplaceDocument { document: other, label } => {
            draft.everything((**other).clone());
            Ok(draft.command(label.clone()).selecting(Vec::new()).into())
        }
        Intent::Write { command } => Ok((**command).clone().into()),
        Intent::DescribeDocument { text, coalesce } => {
            let text: String = text.chars().take(hopscope_aws::document::MAX_DESCRIPTION).collect();
            draft.describe(&text);
            let key = coalesce.then(|| "description".to_owned());
            Ok(draft.command("Describe the network").coalescing(key).into())
        }
        Intent::RenameDocument { name, coalesce } => {
            draft.name(name);
            let key = coalesce.then(|| "document-name".to_owned());
            Ok(draft.command(format!("Rename the document {name}")).coalescing(key).into())
        }
        // Everything else changes no document; the session answers it.
        Intent::Select { .. }
        | Intent::Undo
        | Intent::Redo
        | Intent::Jump(_)
        | Intent::EndGesture
        | Intent::Copy { .. }
        | Intent::Cut { .. }
        | Intent::ExpectActual { .. }
        | Intent::LoadDocument { .. }
        | Intent::Download => Ok(draft.command("No change").into()),
    }
}

/// A field's label in the middle of a sentence: words of AWS keep their capitals.
fn field_words(label: &str) -> String {
    let second = label.chars().nth(1);
    if second.is_some_and(|c| c.is_lowercase())
        && !label.starts_with("Availability")
        && !label.starts_with("Elastic")
    {
        let mut chars = label.chars();
        return chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    }
    label.to_owned()
}

/// Whether a component without that field can be read: then empty text means "not set".
fn is_optional(node: &Node, key: &str) -> bool {
    let default = Config::default_of(node.kind()).map(|config| config.fields());
    default.is_some_and(|fields| fields.get(key).is_none_or(Value::is_null))
}

fn unread(problems: &[rows::LineProblem]) -> String {
    let Some(first) = problems.first() else { return String::new() };
    let more = match problems.len() {
        1 => String::new(),
        2 => " One more line was not read.".to_owned(),
        n => format!(" {} more lines were not read.", n - 1),
    };
    format!("Line {} was not read: {}{more}", first.line, first.problem)
}

fn place(
    mut draft: Draft,
    kind: &str,
    clicked: Option<&Id>,
    zone: Option<&Id>,
    at: Option<(f32, f32)>,
) -> Result<Plan, String> {
    let found = placement(draft.document(), kind, clicked)?;
    let mut parent = found.parent.clone();
    let mut outermost: Option<Id> = None;
    for missing in &found.missing {
        let made = build::make(&mut draft, missing, parent.as_ref(), None)?;
        outermost.get_or_insert_with(|| made.clone());
        parent = Some(made);
    }
    let id = build::make(&mut draft, kind, parent.as_ref(), zone)?;
    if kind == "elastic-ip" {
        let target = clicked
            .and_then(|id| draft.document().node(id))
            .filter(|node| matches!(node.kind(), "instance" | "network-interface" | "nat-gateway"));
        if let Some(target) = target.map(|node| node.id.clone()) {
            build::change(&mut draft, &id, |config| {
                if let Config::ElasticIp(eip) = config {
                    eip.target = Some(target);
                }
            });
        }
    }
    // A position means something for the outermost new thing, inside what was clicked.
    let outermost = outermost.unwrap_or_else(|| id.clone());
    let there = draft.document().node(&outermost).is_some_and(|node| node.parent.as_ref() == clicked);
    if let Some((x, y)) = at.filter(|_| there) {
        draft.frame(&outermost, Some(Frame { x, y, w: 0.0, h: 0.0 }));
    }
    let label = draft.document().node(&id).map_or_else(String::new, |node| format!("Add {}", title(node)));
    let command = draft.command(label).selecting(vec![id.clone()]);
    Ok(Plan { command, effects: vec![Effect::Focus(id)] })
}
