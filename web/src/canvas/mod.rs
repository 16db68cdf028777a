//! The map: shapes, pointer, keyboard, and what floats over it.

mod find_bar;
mod floats;
mod flow_layer;
mod gesture;
mod hit;
mod menu;
mod node_keys;
mod notes;
mod overview;
mod pointer;
mod selection_bar;
mod shapes;
mod space_bar;
mod view;
mod zoom_bar;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use gloo::events::{EventListener, EventListenerOptions};
use hopscope_aws::{Document, Flow, Id, NoteKind};
use hopscope_editor::outline::outline;
use hopscope_layout::{Point, Rect, num};
use hopscope_view::Atlas;
use hopscope_view::scene::{BoxRole, Detail, NoteShape, Visible};
use hopscope_view::text::ui_shell as words;
use wasm_bindgen::JsCast;
use web_sys::WheelEvent;
use yew::prelude::*;

pub use gesture::laid;
pub use hit::container_at;
pub use view::{Shown, View, ViewCtx};

use crate::browser;
use crate::state::{FlowCtx, Lens, PlayCtx, SceneCtx, SessionCtx, Tool, UiAction, UiCtx};
use flow_layer::FlowLayer;
use notes::NoteNode;
use pointer::Pointer;
use shapes::{Look, Shape, ShapeNode, handles, outside};

/// What the pointer draws on top while it moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// A connection being drawn.
    pub line: Option<(Point, Point)>,
    /// A rectangle of selection.
    pub marquee: Option<Rect>,
    /// What is dragged, where it is not at home.
    pub ghost: Option<Rect>,
    /// Where it would land.
    pub target: Option<Id>,
    /// The map is being moved.
    pub panning: bool,
    /// What is under the pointer while a tool is choosy.
    pub over: Option<Id>,
}

/// Components on the map in reading order: the order of arrow keys. Found when it is asked for.
#[derive(Clone)]
pub struct Order(Rc<Reading>);

struct Reading {
    found: OnceCell<Vec<Id>>,
    scene: Rc<Atlas>,
    document: Rc<Document>,
}

impl Order {
    fn new(scene: &Rc<Atlas>, document: &Rc<Document>) -> Self {
        let (scene, document) = (Rc::clone(scene), Rc::clone(document));
        Self(Rc::new(Reading { found: OnceCell::new(), scene, document }))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Id] {
        let Reading { found, scene, document } = &*self.0;
        found.get_or_init(|| {
            let rows: Vec<Id> =
                outline(document).into_iter().map(|row| row.id).filter(|id| scene.draws(id)).collect();
            if rows.is_empty() { scene.layout.items.keys().cloned().collect() } else { rows }
        })
    }
}

/// Components the packet is at, so that only they are drawn again.
#[hook]
fn use_active() -> Vec<Id> {
    let flow = use_context::<FlowCtx>();
    let play = use_context::<PlayCtx>();
    let step = play.as_ref().map_or(0, |play| play.step);
    let at = flow.and_then(|flow| Some((flow.story?, flow.timeline?)));
    at.map_or_else(Vec::new, |(story, timeline)| {
        if step < story.steps.len() { timeline.frame_at(timeline.time_of(step)).active } else { Vec::new() }
    })
}

/// Properties of [`Canvas`].
#[derive(Properties, PartialEq)]
pub struct CanvasProps {
    /// The workbench.
    pub ui: UiCtx,
    /// The document.
    pub session: SessionCtx,
    /// The map.
    pub scene: SceneCtx,
    /// The view.
    pub view: ViewCtx,
    /// The chosen flow.
    pub flow: Option<Arc<Flow>>,
}

/// The map.
#[component]
pub fn Canvas(props: &CanvasProps) -> Html {
    let CanvasProps { ui, session, scene: SceneCtx(scene), view, flow } = props;
    let document = session.session.document();
    let selection = session.session.selection();
    let sketch = use_state(Sketch::default);
    let drawn = |id: &Id| scene.draws(id);
    let cursor = ui
        .ui
        .cursor
        .clone()
        .filter(drawn)
        .or_else(|| selection.last().filter(|id| drawn(id)).cloned())
        .or_else(|| scene.layout.items.keys().find(|id| drawn(id)).cloned());
    use_view(view, scene);
    use_wheel(view);
    let shown = use_shown(view, scene.len());
    let pointer = use_mut_ref(Pointer::default);
    let hands = pointer::Hands {
        ui: ui.clone(),
        session: session.clone(),
        scene: Rc::clone(scene),
        view: view.clone(),
        shown,
        flow: flow.clone(),
        sketch: sketch.setter(),
        sketched: (*sketch).clone(),
    };
    let on = |act: fn(&mut Pointer, &pointer::Hands, &PointerEvent)| {
        let (pointer, hands) = (pointer.clone(), hands.clone());
        Callback::from(move |event: PointerEvent| act(&mut pointer.borrow_mut(), &hands, &event))
    };
    let ondblclick = {
        let hands = hands.clone();
        Callback::from(move |event: MouseEvent| pointer::double(&hands, &event))
    };
    let oncontextmenu = {
        let hands = hands.clone();
        Callback::from(move |event: MouseEvent| menu::asked(&hands, &event))
    };
    let onkeyup = {
        let view = view.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == " " {
                view.0.space.set(false);
            }
        })
    };
    let onfocusout = {
        let view = view.clone();
        // A key that is let go elsewhere is not heard of here.
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Element>().ok());
            if to.is_none_or(|to| to.closest("#map").ok().flatten().is_none()) {
                view.0.space.set(false);
            }
        })
    };
    let onkeydown = {
        let keys = node_keys::Keys {
            ui: ui.clone(),
            session: session.clone(),
            scene: Rc::clone(scene),
            view: view.clone(),
            flow: flow.clone(),
            order: Order::new(scene, document),
        };
        Callback::from(move |event: KeyboardEvent| keys.pressed(&event))
    };
    let onfocusin = {
        let dispatch = ui.dispatch.clone();
        Callback::from(move |event: FocusEvent| {
            if let Some(id) = hit::Hit::of(event.target()).id {
                dispatch.emit(UiAction::Cursor(Some(id)));
            }
        })
    };
    let tool = match (&ui.ui.tool, ui.ui.pick) {
        (_, Some(_)) => "tool-pick",
        (Tool::Select, _) => "tool-select",
        (Tool::Marquee, _) => "tool-marquee",
        (Tool::Hand, _) => "tool-hand",
        (Tool::Place(_) | Tool::Note(_), _) => "tool-place",
        (Tool::Connect(_), _) => "tool-connect",
    };
    let arranges = selection.len() > 1
        && ui.ui.tool == Tool::Select
        && ui.ui.lens == Lens::Build
        && !session.session.is_read_only();
    let flowing = ui.ui.lens == Lens::Flow && flow.is_some();
    let classes = classes!(
        "canvas",
        tool,
        (shown.detail != Detail::Cards).then_some("far"),
        sketch.panning.then_some("panning"),
        flowing.then_some("flowing"),
        sketch.ghost.is_some().then_some("dragging")
    );
    html! {
        <section class={classes} ref={view.0.root.clone()} id="map" tabindex="-1" aria-label={words::MAP}
            onpointerdown={on(Pointer::down)} onpointermove={on(Pointer::moved)} onpointerup={on(Pointer::up)}
            onpointercancel={on(Pointer::cancelled)} onpointerleave={on(Pointer::left)} {ondblclick} {oncontextmenu} {onkeydown}
            {onkeyup} {onfocusin} {onfocusout}>
            <div class="grid" ref={view.0.grid.clone()} aria-hidden="true"></div>
            <svg class="map" ref={view.0.map.clone()} role="graphics-document" aria-label={scene.title.clone()}
                aria-description={format!("{} {}", scene.description, words::MAP_HELP)}>
                <g ref={view.0.group.clone()}>
                    <Shapes ui={ui.clone()} session={session.clone()} scene={SceneCtx(Rc::clone(scene))}
                        {shown} cursor={cursor} target={sketch.target.clone()} {flowing} />
                    { find_bar::rings(ui.ui.find.as_ref(), &SceneCtx(Rc::clone(scene))) }
                    { sketched(&sketch) }
                </g>
            </svg>
            <floats::Floats ui={ui.clone()} session={session.clone()} scene={SceneCtx(Rc::clone(scene))}
                view={view.clone()} />
            if arranges {
                <selection_bar::SelectionBar ui={ui.clone()} session={session.clone()}
                    scene={SceneCtx(Rc::clone(scene))} view={view.clone()} />
            }
            if ui.ui.find.is_some() {
                <find_bar::FindBar ui={ui.clone()} session={session.clone()} scene={SceneCtx(Rc::clone(scene))}
                    view={view.clone()} />
            }
            if scene.is_empty() && ui.ui.tool == Tool::Select {
                { empty(ui) }
            }
            { status(ui, document, &sketch) }
            { zoom_bar::zoom_bar(view) }
            <overview::Overview session={session.clone()} scene={SceneCtx(Rc::clone(scene))} view={view.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ShapesProps {
    ui: UiCtx,
    session: SessionCtx,
    scene: SceneCtx,
    shown: Shown,
    cursor: Option<Id>,
    target: Option<Id>,
    flowing: bool,
}

/// More than this is not drawn one by one inside of folded boxes.
const MOST_OPEN: usize = 200;

/// What is drawn even where its container is folded: what has the keyboard, what is selected, what
/// the packet passes.
fn open(selection: &[Id], cursor: Option<&Id>, active: &[Id]) -> HashSet<Id> {
    let selection = if selection.len() > MOST_OPEN { &[] } else { selection };
    selection.iter().chain(active).chain(cursor).cloned().collect()
}

/// Everything drawn from the document.
#[component]
fn Shapes(props: &ShapesProps) -> Html {
    let active = use_active();
    let ShapesProps { ui, session, scene: SceneCtx(scene), shown, cursor, target, flowing } = props;
    let document = session.session.document();
    let selection = session.session.selection();
    let open = match (shown.window, shown.detail) {
        (None, Detail::Cards) => HashSet::new(),
        _ => open(selection, cursor.as_ref(), if *flowing { &active } else { &[] }),
    };
    let Visible { boxes, bands, folds, wires, cards } = scene.visible(shown.window, shown.detail, &open);
    let selected: HashSet<&Id> = selection.iter().collect();
    let look = |id: &Id| {
        let legal = hit::legal(document, &ui.ui, id);
        Look {
            selected: selected.contains(id),
            cursor: cursor.as_ref() == Some(id),
            legal: legal == Some(Ok(())),
            illegal: matches!(legal, Some(Err(_))),
            active: *flowing && active.contains(id),
            target: target.as_ref() == Some(id),
        }
    };
    let far = shown.detail != Detail::Cards;
    let text = shown.detail.text();
    let outer = |role: BoxRole| matches!(role, BoxRole::Region | BoxRole::Vpc);
    let containers = |outermost: bool| {
        boxes.iter().filter(move |shape| outer(shape.role) == outermost).map(|shape| {
            html! { <ShapeNode key={shape.id.to_string()} shape={Shape::Box(shape.into(), look(&shape.id), text)} /> }
        })
    };
    let vpcs = boxes.iter().filter(|shape| shape.role == BoxRole::Vpc);
    let vpcs: Vec<(Id, Rect)> = vpcs.map(|shape| (shape.id.clone(), shape.rect)).collect();
    let resizable = match (selection.as_slice(), &ui.ui.tool) {
        ([only], Tool::Select) if !far => scene.container(only),
        _ => None,
    };
    let remarks = |areas: bool| {
        let fits = move |shape: &&NoteShape| (shape.kind == NoteKind::Area) == areas;
        scene.notes.iter().filter(fits).map(|shape| {
            html! {
                <NoteNode key={shape.id.to_string()} shape={shape.clone()} selected={selection.contains(&shape.id)}
                    cursor={cursor.as_ref() == Some(&shape.id)} />
            }
        })
    };
    let note = match (selection.as_slice(), &ui.ui.tool) {
        ([only], Tool::Select) => scene.note(only),
        _ => None,
    };
    html! {
        <>
            <g class="layer boxes">{ for containers(true) }</g>
            <g class="layer bands">
                { for bands.into_iter().map(|shape| {
                    let key = format!("{}/{}", shape.vpc, shape.zone.as_deref().unwrap_or(""));
                    html! { <ShapeNode key={key} shape={Shape::Band(shape, far)} /> }
                }) }
            </g>
            <g class="layer boxes">
                { for containers(false) }
                { for folds.iter().map(|shape| html! {
                    <ShapeNode key={shape.id.to_string()} shape={Shape::Fold(shape.into(), look(&shape.id))} />
                }) }
            </g>
            if !far {
                <space_bar::SpaceBars document={Rc::clone(document)} {vpcs} />
            }
            <g class="layer wires" aria-hidden="true">
                { for wires.iter().map(|shape| {
                    let by = shape.by.as_deref().unwrap_or("");
                    let key = format!("{}/{}/{by}/{}", shape.from, shape.to, shape.label);
                    html! { <ShapeNode key={key} shape={Shape::Wire(shape.into(), far)} /> }
                }) }
            </g>
            <g class="layer notes">{ for remarks(true) }</g>
            if *flowing {
                <FlowLayer over=false />
            }
            <g class="layer cards">
                if let Some(shape) = scene.outside.as_ref().filter(|_| !far) {
                    { outside(shape) }
                }
                { for cards.iter().map(|shape| html! {
                    <ShapeNode key={shape.id.to_string()} shape={Shape::Card(shape.into(), look(&shape.id), far)} />
                }) }
            </g>
            <g class="layer notes">{ for remarks(false) }</g>
            if let Some(shape) = note {
                { notes::handles(shape) }
            }
            if let Some(shape) = resizable {
                { handles(&shape.id, shape.rect) }
            }
            if *flowing {
                <FlowLayer over=true />
            }
        </>
    }
}

/// What the pointer draws while it moves.
fn sketched(sketch: &Sketch) -> Html {
    let rect = |class: &'static str, at: &Rect| {
        html! { <rect class={class} x={num(at.x)} y={num(at.y)} width={num(at.w)} height={num(at.h)} rx="8" /> }
    };
    html! {
        <g class="sketch" aria-hidden="true">
            if let Some((a, b)) = sketch.line {
                <path class="sketch-line" d={format!("M{} {}L{} {}", num(a.x), num(a.y), num(b.x), num(b.y))} />
            }
            if let Some(at) = &sketch.marquee {
                { rect("sketch-marquee", at) }
            }
            if let Some(at) = &sketch.ghost {
                { rect("sketch-ghost", at) }
            }
        </g>
    }
}

/// What a tool waits for, and why not here.
fn status(ui: &UiCtx, document: &Document, sketch: &Sketch) -> Html {
    let Some(waiting) = hit::waiting(document, &ui.ui) else { return html! {} };
    let refused = sketch.over.as_ref().and_then(|id| hit::legal(document, &ui.ui, id)?.err());
    let refused = refused.filter(|reason| !reason.is_empty());
    html! {
        <div class={classes!("tool-status", refused.is_some().then_some("refused"))}>
            if let Tool::Note(kind) = ui.ui.tool {
                { notes::kinds(ui, kind) }
            }
            <p role="status">{ refused.unwrap_or(waiting) }</p>
        </div>
    }
}

/// The first thing somebody sees on a blank canvas.
fn empty(ui: &UiCtx) -> Html {
    let dispatch = ui.dispatch.clone();
    let place = move |_| {
        dispatch.emit(UiAction::Tool(Tool::Place("vpc")));
        // The button is gone now; the next Enter places.
        browser::focus_soon("#map");
    };
    html! {
        <div class="empty-canvas">
            <h2>{ words::EMPTY_TITLE }</h2>
            <p>{ words::EMPTY_HINT }</p>
            <button type="button" class="button primary" onclick={place}>{ words::EMPTY_VPC }</button>
        </div>
    }
}

/// Which part of the drawing is in the document now, as the view asks for it.
#[hook]
fn use_shown(view: &ViewCtx, count: usize) -> Shown {
    let shown = use_state_eq(|| Shown::NOTHING);
    {
        let (view, set) = (Rc::clone(&view.0), shown.setter());
        use_effect_with((), move |()| {
            view.watch(Some(Callback::from(move |shown| set.set(shown))));
            move || view.watch(None)
        });
    }
    if Detail::at(0.0, count) == Detail::Cards { Shown::WHOLE } else { *shown }
}

/// Keeps the view in line with what is drawn: everything is fitted when it opens, and again when
/// something new would stand outside.
#[hook]
fn use_view(view: &ViewCtx, scene: &Rc<Atlas>) {
    let count = scene.len();
    {
        let view = Rc::clone(&view.0);
        use_effect_with(SceneCtx(Rc::clone(scene)), move |SceneCtx(scene)| {
            view.set_bounds(scene.bounds);
        });
    }
    {
        let (view, scene) = (Rc::clone(&view.0), Rc::clone(scene));
        let before = use_mut_ref(|| 0usize);
        use_effect_with(count, move |&count| {
            let known = before.replace(count);
            // The part that is drawn depends on how much there is.
            view.set_count(count);
            if count == 0 {
                view.reset();
            } else if known == 0 || (count > known && !view.shows(inner(&scene))) {
                view.fit_all();
            }
            if known == 0 {
                browser::mark("hopscope:map");
            }
        });
    }
    {
        // Whatever was drawn anew stands where the view is.
        let view = Rc::clone(&view.0);
        use_effect(move || view.apply());
    }
    {
        let view = Rc::clone(&view.0);
        use_effect_with((), move |()| {
            let callback = wasm_bindgen::closure::Closure::<dyn FnMut()>::new({
                let view = Rc::clone(&view);
                move || view.resized()
            });
            let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(root)) = (&observer, view.root.cast::<web_sys::Element>()) {
                observer.observe(&root);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(callback);
            }
        });
    }
}

/// What is drawn, without the margin round it.
fn inner(scene: &Atlas) -> Rect {
    let rects = scene.layout.items.values().map(|item| item.rect);
    rects.reduce(|a, b| a.union(&b)).unwrap_or(scene.bounds)
}

/// The wheel: with Control it zooms, a mouse wheel alone zooms too, two fingers on a touchpad pan.
#[hook]
fn use_wheel(view: &ViewCtx) {
    let view = Rc::clone(&view.0);
    use_effect_with((), move |()| {
        let listener = view.root.cast::<web_sys::Element>().map(|root| {
            let view = Rc::clone(&view);
            // Page zoom is prevented, so the listener may not be passive.
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&root, "wheel", options, move |event| {
                let Some(event) = event.dyn_ref::<WheelEvent>() else { return };
                if hit::Hit::of(event.target()).floating {
                    return;
                }
                event.prevent_default();
                let line = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { 16.0 } else { 1.0 };
                let (dx, dy) = (event.delta_x() * line, event.delta_y() * line);
                let pinch = event.ctrl_key() || event.meta_key();
                let mouse = dx == 0.0 && dy.abs() >= 50.0 && !event.shift_key();
                if pinch || mouse {
                    let rate = if pinch && !mouse { 0.01 } else { 0.0015 };
                    view.zoom_at(
                        (-dy * rate).exp(),
                        f64::from(event.client_x()),
                        f64::from(event.client_y()),
                    );
                } else if event.shift_key() && dx == 0.0 {
                    view.pan(-dy, 0.0);
                } else {
                    view.pan(-dx, -dy);
                }
            })
        });
        move || drop(listener)
    });
}

/// Gives the keyboard to a component and shows it.
pub fn go_to(ui: &UiCtx, session: &SessionCtx, scene: &Atlas, view: &View, id: &Id) {
    session.dispatch.emit(hopscope_editor::Intent::Select { ids: vec![id.clone()] });
    ui.dispatch.emit(UiAction::Cursor(Some(id.clone())));
    if let Some(rect) = scene.rect(id) {
        view.reveal(rect);
        browser::focus_soon(browser::node_selector(id));
    }
}
