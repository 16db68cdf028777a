//! What components read and what they may ask for. Several small contexts, so that a moving
//! packet or a pan re-renders only what shows it.

use std::rc::Rc;
use std::sync::Arc;

use hopscope_aws::{Flow, Id, NoteKind};
use hopscope_editor::keymap::Keymap;
use hopscope_editor::{Intent, Session};
use hopscope_view::text::ui_shell::SHORTCUT_SHEET;
use hopscope_view::{Atlas, Story, Timeline};
use yew::prelude::*;

use crate::chrome::settings::Changed;

/// The open document with everything derived from it, and the way to change it.
#[derive(Clone, PartialEq)]
pub struct SessionCtx {
    /// The session as it is now.
    pub session: Rc<Session>,
    /// Asks for a change.
    pub dispatch: Callback<Intent>,
}

/// The map: shapes and, in [`Atlas::layout`], where everything stands. Equal by pointer.
#[derive(Clone)]
pub struct SceneCtx(pub Rc<Atlas>);

impl PartialEq for SceneCtx {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A document for what depends on its components only: equal while they are shared, wherever they
/// stand.
#[derive(Clone)]
pub struct SameNodes(pub Rc<hopscope_aws::Document>);

impl PartialEq for SameNodes {
    fn eq(&self, other: &Self) -> bool {
        self.0.nodes.shared_with(&other.0.nodes)
    }
}

/// The chosen flow and its story; changes with the document and the choice, not with time.
#[derive(Clone)]
pub struct FlowCtx {
    /// The chosen flow.
    pub flow: Option<Arc<Flow>>,
    /// Its story, if it can be traced.
    pub story: Option<Rc<Story>>,
    /// Its moments.
    pub timeline: Option<Rc<Timeline>>,
    /// Why it cannot be traced.
    pub problem: Option<AttrValue>,
}

impl PartialEq for FlowCtx {
    fn eq(&self, other: &Self) -> bool {
        fn same<T>(a: Option<&Rc<T>>, b: Option<&Rc<T>>) -> bool {
            match (a, b) {
                (Some(a), Some(b)) => Rc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            }
        }
        self.flow == other.flow
            && self.problem == other.problem
            && same(self.story.as_ref(), other.story.as_ref())
            && same(self.timeline.as_ref(), other.timeline.as_ref())
    }
}

/// The player: the chosen flow and the moment shown.
#[derive(Clone, PartialEq)]
pub struct PlayCtx {
    /// Id of the chosen flow.
    pub flow: Option<AttrValue>,
    /// The moment in milliseconds at 1×.
    pub time: f64,
    /// The step under way or just decided at that moment.
    pub step: usize,
    /// Time is running.
    pub playing: bool,
    /// How fast it runs.
    pub speed: f64,
    /// Asks the player for something.
    pub dispatch: Callback<PlayAction>,
}

/// What the player can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum PlayAction {
    /// Choose a flow, or none; time starts at the beginning.
    Choose(Option<AttrValue>),
    /// Play from here, or from the beginning where the end is reached.
    Play,
    /// Stop here.
    Pause,
    /// One or the other.
    Toggle,
    /// Show a moment.
    Seek(f64),
    /// Show the moment at which a step is decided.
    GoTo(usize),
    /// A step on (1) or back (−1).
    Step(i32),
    /// The first step.
    Start,
    /// The last step.
    End,
    /// Another speed.
    Speed(f64),
    /// That much time has passed on the clock; sent by the page itself.
    Tick(f64),
}

/// What the side panels and the dock show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lens {
    /// Drawing.
    #[default]
    Build,
    /// Sending packets.
    Flow,
}

/// What the pointer does on the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Select and move.
    #[default]
    Select,
    /// Select what lies in a rectangle.
    Marquee,
    /// Pan.
    Hand,
    /// Place a component of that kind.
    Place(&'static str),
    /// Draw a connection, perhaps from a component already chosen.
    Connect(Option<Id>),
    /// Place a note of that kind.
    Note(NoteKind),
}

/// What stands beside the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawer {
    /// Components of one group, or all of them.
    Palette(Option<Group>),
    /// The outline.
    Outline,
    /// The document as text.
    Text,
    /// Flows and expectations.
    Flows,
}

/// Groups of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Region, zone, VPC, subnet.
    Containers,
    /// Gateways.
    Gateways,
    /// Instances, interfaces, and what shares load among them.
    Compute,
    /// Route tables, filters, lists.
    Tables,
    /// Peering and transit gateways.
    Between,
    /// Sites, VPN and Direct Connect.
    Hybrid,
    /// Services and endpoints.
    Endpoints,
    /// Firewalls and their load balancers.
    Inspection,
    /// Outside AWS, and AWS's edge.
    World,
    /// Zones, servers, Resolver.
    Names,
}

/// Dialogs over the workbench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Search and commands.
    Commands,
    /// The shortcut sheet.
    Shortcuts,
    /// "Add inside…" of a component; `None` is the canvas.
    AddInside(Option<Id>),
    /// What to connect a component to.
    ConnectTo(Id),
    /// The card of offers between two components.
    Offer(Id, Id),
    /// Named history.
    History,
    /// The catalogue of services.
    Catalogue,
    /// The cost model.
    Costs,
    /// The settings.
    Settings,
    /// A link that holds the document.
    Share,
    /// Pictures.
    Export,
    /// The sheet for paper.
    Print,
    /// Where to move a component.
    MoveTo(Id),
    /// A context menu.
    Menu(MenuAt),
    /// The address space of a VPC, and the part of it that is chosen.
    Space(Id, String),
}

/// A context menu: what it is for, and where it opens in the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuAt {
    /// What it is for.
    pub target: MenuTarget,
    /// Pixels from the left.
    pub x: i32,
    /// Pixels from the top.
    pub y: i32,
}

/// What a context menu is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MenuTarget {
    /// A component.
    Node(Id),
    /// Everything that is selected.
    Selection,
    /// A line.
    Wire {
        /// What it is drawn for.
        by: Option<Id>,
        /// What it is called.
        label: String,
        /// The row of the route table it is drawn for.
        row: Option<usize>,
    },
    /// The empty map.
    Ground,
}

/// What is ringed while somebody searches.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Everything that was found.
    pub rings: Rc<[Id]>,
    /// The place that is walked to.
    pub at: Rc<[Id]>,
}

/// An end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Sender.
    From,
    /// Receiver.
    To,
}

/// A value being edited in its place on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InPlace {
    /// The name of a component.
    Name(Id),
    /// The primary IPv4 block of a component.
    Cidr(Id),
    /// The text of a note.
    Note(Id),
}

impl InPlace {
    /// What stands for something: the name of a component, the text of a note.
    #[must_use]
    pub fn of(scene: &Atlas, id: &Id) -> Self {
        if scene.note(id).is_some() { Self::Note(id.clone()) } else { Self::Name(id.clone()) }
    }
}

/// One sentence across the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// The sentence.
    pub text: AttrValue,
    /// The way out besides dismissing it.
    pub act: Option<BannerAct>,
    /// Nothing is wrong: a remark.
    pub calm: bool,
    /// Further lines.
    pub details: Vec<AttrValue>,
}

/// Ways out of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BannerAct {
    /// Save the document as a file.
    SaveFile,
    /// Load the version another tab has stored.
    LoadNewer,
    /// Keep this version as a document of its own; goes with [`BannerAct::LoadNewer`].
    KeepCopy,
    /// Choose another file.
    ChooseFile,
    /// Store a shared copy as a document of its own.
    MakeMine,
    /// Use the newer release.
    UseNewVersion,
}

/// Whether the document is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Saved {
    /// Everything.
    #[default]
    Yes,
    /// Being written.
    Soon,
    /// It could not be written.
    No,
}

/// Everything about the workbench that is neither document nor time.
#[derive(Clone, Debug, PartialEq)]
pub struct Ui {
    /// Lens.
    pub lens: Lens,
    /// Tool.
    pub tool: Tool,
    /// Drawer beside the rail.
    pub drawer: Option<Drawer>,
    /// The inspector is shown.
    pub inspector: bool,
    /// The dock is expanded.
    pub dock: bool,
    /// Open dialog.
    pub dialog: Option<Dialog>,
    /// The next click on the map chooses this end of the chosen flow.
    pub pick: Option<End>,
    /// Edited in place.
    pub in_place: Option<InPlace>,
    /// The component whose set-up the dock shows instead of the flow.
    pub setup: Option<Id>,
    /// The component that has the keyboard on the map.
    pub cursor: Option<Id>,
    /// Somebody searches on the map.
    pub find: Option<Finding>,
    /// Sentence across the page.
    pub banner: Option<Banner>,
    /// Storage.
    pub saved: Saved,
    /// What was said last, and how often, so that repetitions are heard.
    pub said: (AttrValue, u32),
    /// Single letters act.
    pub single_keys: bool,
    /// The keys of actions.
    pub keymap: Rc<Keymap>,
    /// Nothing travels or slides.
    pub still: bool,
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            lens: Lens::Build,
            tool: Tool::Select,
            drawer: None,
            inspector: true,
            dock: true,
            dialog: None,
            pick: None,
            in_place: None,
            setup: None,
            cursor: None,
            find: None,
            banner: None,
            saved: Saved::Yes,
            said: (AttrValue::from(""), 0),
            single_keys: true,
            keymap: Rc::new(Keymap::new(SHORTCUT_SHEET)),
            still: false,
        }
    }
}

/// What the workbench can be asked.
#[derive(Clone, Debug, PartialEq)]
pub enum UiAction {
    /// Another lens.
    Lens(Lens),
    /// Another tool.
    Tool(Tool),
    /// Another drawer, or none.
    Drawer(Option<Drawer>),
    /// Show or hide the inspector.
    Inspector(bool),
    /// Expand or collapse the dock.
    Dock(bool),
    /// Open or close a dialog.
    Dialog(Option<Dialog>),
    /// Choose an end of the flow on the map.
    Pick(Option<End>),
    /// Edit in place.
    InPlace(Option<InPlace>),
    /// Show how a component is set up, or the flow again.
    Setup(Option<Id>),
    /// Give the keyboard to a component.
    Cursor(Option<Id>),
    /// Search on the map, ring what was found, or end it.
    Find(Option<Finding>),
    /// Show or dismiss a sentence.
    Banner(Option<Banner>),
    /// State of storage.
    Saved(Saved),
    /// Say something politely.
    Say(AttrValue),
    /// Something was chosen in the settings.
    Setting(Changed),
    /// Back out one level.
    Back,
}

impl Reducible for Ui {
    type Action = UiAction;

    fn reduce(self: Rc<Self>, action: UiAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            UiAction::Lens(lens) => {
                next.lens = lens;
                next.pick = None;
            }
            UiAction::Tool(tool) => {
                next.tool = tool;
                next.pick = None;
                next.in_place = None;
            }
            UiAction::Drawer(drawer) => next.drawer = drawer,
            UiAction::Inspector(shown) => next.inspector = shown,
            UiAction::Dock(shown) => next.dock = shown,
            UiAction::Dialog(dialog) => next.dialog = dialog,
            UiAction::Pick(pick) => {
                next.pick = pick;
                next.tool = Tool::Select;
            }
            UiAction::InPlace(what) => next.in_place = what,
            UiAction::Setup(setup) => next.setup = setup,
            UiAction::Cursor(cursor) => next.cursor = cursor,
            UiAction::Find(find) => next.find = find,
            UiAction::Banner(banner) => next.banner = banner,
            UiAction::Saved(saved) => next.saved = saved,
            UiAction::Say(text) => next.said = (text, self.said.1.wrapping_add(1)),
            UiAction::Setting(Changed::SingleKeys(on)) => next.single_keys = on,
            UiAction::Setting(Changed::Keymap(keymap)) => next.keymap = keymap,
            UiAction::Setting(Changed::Still(still)) => next.still = still,
            UiAction::Back => next.back(),
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

impl Ui {
    /// Whether there is nothing to back out of.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.dialog.is_none()
            && self.in_place.is_none()
            && self.pick.is_none()
            && self.find.is_none()
            && self.tool == Tool::Select
            && self.drawer.is_none()
    }

    /// Ends the innermost thing that is going on.
    fn back(&mut self) {
        if self.dialog.take().is_some()
            || self.in_place.take().is_some()
            || self.pick.take().is_some()
            || self.find.take().is_some()
        {
            return;
        }
        match &self.tool {
            Tool::Connect(Some(_)) => self.tool = Tool::Connect(None),
            Tool::Select => self.drawer = None,
            _ => self.tool = Tool::Select,
        }
    }
}

/// The workbench's own state and the way to change it.
#[derive(Clone, PartialEq)]
pub struct UiCtx {
    /// The state as it is now.
    pub ui: Rc<Ui>,
    /// Asks for a change.
    pub dispatch: Callback<UiAction>,
}

/// Whether the open document is only looked at.
#[hook]
pub fn use_read_only() -> bool {
    use_context::<SessionCtx>().is_some_and(|session| session.session.is_read_only())
}

impl SessionCtx {
    /// Sets an end of a flow, or of a new one where none is chosen.
    pub fn set_end(&self, flow: Option<&Flow>, end: End, value: String) {
        let chosen =
            flow.and_then(|flow| self.session.document().flows.iter().find(|other| other.id == flow.id));
        let mut flow = chosen.map_or_else(Flow::default, |flow| (**flow).clone());
        match end {
            End::From => flow.from = value,
            End::To => flow.to = value,
        }
        self.dispatch.emit(if chosen.is_some() {
            Intent::SetFlow { flow, coalesce: false }
        } else {
            Intent::AddFlow { flow }
        });
    }
}

impl UiCtx {
    /// Switches the lens, and the drawer with it where there is room.
    pub fn lens(&self, lens: Lens) {
        self.dispatch.emit(UiAction::Lens(lens));
        if lens == Lens::Flow {
            self.dispatch.emit(UiAction::Dock(true));
        }
        match lens {
            Lens::Flow if crate::browser::width() >= 900.0 => {
                self.dispatch.emit(UiAction::Drawer(Some(Drawer::Flows)));
            }
            Lens::Build if self.ui.drawer == Some(Drawer::Flows) => {
                self.dispatch.emit(UiAction::Drawer(None))
            }
            Lens::Build | Lens::Flow => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(ui: Ui, actions: &[UiAction]) -> Rc<Ui> {
        actions.iter().cloned().fold(Rc::new(ui), Reducible::reduce)
    }

    #[test]
    fn escape_backs_out_one_level_at_a_time() {
        let ui = after(
            Ui::default(),
            &[
                UiAction::Drawer(Some(Drawer::Outline)),
                UiAction::Tool(Tool::Connect(Some(Id::from("a")))),
                UiAction::Dialog(Some(Dialog::Commands)),
            ],
        );
        let ui = after((*ui).clone(), &[UiAction::Back]);
        assert_eq!((&ui.dialog, &ui.tool), (&None, &Tool::Connect(Some(Id::from("a")))));
        let ui = after((*ui).clone(), &[UiAction::Back]);
        assert_eq!(ui.tool, Tool::Connect(None));
        let ui = after((*ui).clone(), &[UiAction::Back]);
        assert_eq!((&ui.tool, ui.drawer), (&Tool::Select, Some(Drawer::Outline)));
        let ui = after((*ui).clone(), &[UiAction::Back]);
        assert_eq!(ui.drawer, None);
    }

    #[test]
    fn saying_the_same_twice_changes_the_region() {
        let ui = after(Ui::default(), &[UiAction::Say("a".into()), UiAction::Say("a".into())]);
        assert_eq!(ui.said.1, 2);
    }

    #[test]
    fn an_action_without_effect_keeps_the_state() {
        let ui = Rc::new(Ui::default());
        assert!(Rc::ptr_eq(&ui, &Rc::clone(&ui).reduce(UiAction::Dock(true))));
    }
}
