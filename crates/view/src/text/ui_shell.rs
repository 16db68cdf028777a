//! Strings of the shell: home, bars, canvas, outline, dialogs, storage.

// ---- home ----

/// What it is, under the name.
pub const TAGLINE: &str = "Draw an AWS network, send a packet, watch every hop decide.";
/// Privacy in a sentence.
pub const PRIVACY: &str = "Everything stays in this browser. Nothing is uploaded.";
/// Heading of starters.
pub const STARTERS: &str = "Start from a network that works";
/// Heading of the own documents.
pub const LIBRARY: &str = "Your networks";
/// Heading of the last document.
pub const CONTINUE: &str = "Continue";
/// New empty document.
pub const BLANK: &str = "Blank canvas";
/// What a blank canvas is for.
pub const BLANK_SUMMARY: &str = "Place a VPC and let it suggest what usually comes next.";
/// Import AWS CLI output.
pub const IMPORT: &str = "Import AWS CLI JSON";
/// Where the input comes from.
pub const IMPORT_SUMMARY: &str = "Output of aws ec2, elbv2 and directconnect describe commands: drop files or a folder anywhere on this page.";
/// Heading over an empty canvas and an import.
pub const BEGIN: &str = "Begin with your own";
/// Open a saved file.
pub const OPEN_FILE: &str = "Open a file";
/// Choose files.
pub const CHOOSE_FILES: &str = "Choose files";
/// Choose a folder.
pub const CHOOSE_FOLDER: &str = "Choose a folder";
/// No documents yet.
pub const LIBRARY_EMPTY: &str = "Networks you draw are kept here, in this browser.";
/// Delete a document.
pub const DELETE: &str = "Delete";
/// Duplicate a document.
pub const DUPLICATE: &str = "Duplicate";
/// Open a document.
pub const OPEN: &str = "Open";
/// A document without a name.
pub const UNTITLED: &str = "Untitled network";
/// Name of a copy.
#[must_use]
pub fn copy_of(name: &str) -> String {
    format!("{name} (copy)")
}
/// Names a button by what it acts on.
#[must_use]
pub fn act_on(act: &str, name: &str) -> String {
    format!("{act} {name}")
}
/// A deleted document.
#[must_use]
pub fn deleted(name: &str) -> String {
    format!("Deleted {name}.")
}
/// Take the last deletion back.
pub const RESTORE: &str = "Restore";
/// How many components and flows.
#[must_use]
pub fn size(nodes: usize, flows: usize) -> String {
    let components = if nodes == 1 { "1 component".to_owned() } else { format!("{nodes} components") };
    let flows = match flows {
        0 => "no flows".to_owned(),
        1 => "1 flow".to_owned(),
        n => format!("{n} flows"),
    };
    format!("{components}, {flows}")
}
/// The document of an address is not here.
pub const NO_SUCH_DOCUMENT: &str = "This network is not in this browser: it was deleted, or the link is from another device. Open its file, or start another one here.";
/// Loading.
pub const LOADING: &str = "Opening…";

// ---- top bar ----

/// Link to the start page.
pub const HOME: &str = "Home";
/// Label of the document's name.
pub const DOCUMENT_NAME: &str = "Document name";
/// Everything is stored.
pub const SAVED: &str = "Saved";
/// Being stored.
pub const SAVING: &str = "Saving…";
/// Could not be stored.
pub const NOT_SAVED: &str = "Not saved";
/// Name of the lens switch.
pub const LENS: &str = "Lens";
/// Drawing.
pub const LENS_BUILD: &str = "Build";
/// Sending packets.
pub const LENS_FLOW: &str = "Flow";
/// Undo.
pub const UNDO: &str = "Undo";
/// Redo.
pub const REDO: &str = "Redo";
/// Undo with what it takes back.
#[must_use]
pub fn undo_of(label: Option<&str>) -> String {
    label.map_or(UNDO.to_owned(), |label| format!("Undo: {label}"))
}
/// Redo with what it brings back.
#[must_use]
pub fn redo_of(label: Option<&str>) -> String {
    label.map_or(REDO.to_owned(), |label| format!("Redo: {label}"))
}
/// Open the command palette.
pub const SEARCH: &str = "Search and commands";
/// The overflow menu.
pub const MENU: &str = "Menu";
/// Save as a file.
pub const SAVE_FILE: &str = "Save as a file";
/// History.
pub const HISTORY: &str = "History";
/// Theme.
pub const THEME: &str = "Theme";
/// Light.
pub const THEME_LIGHT: &str = "Light theme";
/// Dark.
pub const THEME_DARK: &str = "Dark theme";
/// System.
pub const THEME_SYSTEM: &str = "System theme";
/// Shortcut sheet.
pub const SHORTCUTS: &str = "Keyboard shortcuts";
/// Whether single keys act.
pub const SINGLE_KEYS: &str = "Single-key shortcuts";
/// Show the inspector.
pub const SHOW_INSPECTOR: &str = "Inspector";
/// Expand or collapse the dock.
pub const SHOW_DOCK: &str = "Dock";
/// Close.
pub const CLOSE: &str = "Close";
/// Dismiss a message.
pub const DISMISS: &str = "Dismiss";
/// Link that jumps over the chrome.
pub const SKIP: &str = "Skip to the map";

// ---- rail and palette ----

/// Name of the tool bar.
pub const TOOLS: &str = "Tools";
/// Select and move.
pub const TOOL_SELECT: &str = "Select";
/// Pan.
pub const TOOL_HAND: &str = "Pan";
/// Connect.
pub const TOOL_CONNECT: &str = "Connect";
/// Containers.
pub const GROUP_CONTAINERS: &str = "Containers";
/// Gateways.
pub const GROUP_GATEWAYS: &str = "Gateways";
/// Compute.
pub const GROUP_COMPUTE: &str = "Compute and load balancing";
/// Tables and filters.
pub const GROUP_TABLES: &str = "Tables and filters";
/// Between networks.
pub const GROUP_BETWEEN: &str = "Between networks";
/// Sites and their links.
pub const GROUP_HYBRID: &str = "Sites, VPN and Direct Connect";
/// Services and endpoints.
pub const GROUP_ENDPOINTS: &str = "Services and endpoints";
/// Load balancers and firewalls.
pub const GROUP_INSPECTION: &str = "Inspection";
/// Outside AWS.
pub const GROUP_WORLD: &str = "Internet and edge";
/// Group of the palette.
pub const GROUP_NAMES: &str = "Names";
/// Outline.
pub const OUTLINE: &str = "Outline";
/// Search in the palette.
pub const PALETTE_SEARCH: &str = "Search components";
/// Name of the drawer.
pub const PALETTE: &str = "Components";
/// Nothing found.
pub const NOTHING_FOUND: &str = "Nothing found.";
/// What placing waits for.
#[must_use]
pub fn placing(name: &str, targets: &str) -> String {
    if targets.is_empty() {
        format!("Click the canvas to place: {name}. Esc ends.")
    } else {
        format!("Click {targets} to place: {name}. Esc ends.")
    }
}
/// Why a target is not lit.
#[must_use]
pub fn illegal_target(name: &str, parents: &str) -> String {
    format!("{name} goes into {parents}.")
}
/// Placing waits for something that is not drawn yet.
#[must_use]
pub fn makes_parents(name: &str) -> String {
    format!("What {name} needs around it is made for you.")
}
/// Waiting for the start of a line.
pub const CONNECT_FROM: &str = "Click where the connection starts. Esc ends.";
/// Waiting for the end of a line.
#[must_use]
pub fn connect_to(name: &str) -> String {
    format!("Connect {name} to: click the target, or type its name. Esc ends.")
}
/// Waiting for an end of a flow.
pub const PICK_FROM: &str = "Click the sender on the map. Esc ends.";
/// Waiting for an end of a flow.
pub const PICK_TO: &str = "Click the receiver on the map. Esc ends.";

// ---- canvas ----

/// Name of the canvas region.
pub const MAP: &str = "Map";
/// How to move on the map with keys.
pub const MAP_HELP: &str = "Arrow keys walk through the network, Control with arrows jumps by position, Enter adds inside, C connects, F2 renames, Alt with arrows moves, Shift with arrows selects more, Shift F10 opens the menu, Delete removes.";
/// An empty canvas.
pub const EMPTY_TITLE: &str = "An empty canvas";
/// What to do with it.
pub const EMPTY_HINT: &str = "Place a VPC, or press A to add anything by name.";
/// Place a VPC.
pub const EMPTY_VPC: &str = "Place a VPC";
/// Zoom in.
pub const ZOOM_IN: &str = "Zoom in";
/// Zoom out.
pub const ZOOM_OUT: &str = "Zoom out";
/// Actual size.
pub const ZOOM_RESET: &str = "Zoom to 100 %";
/// Fit everything.
pub const ZOOM_FIT: &str = "Fit everything";
/// Zoom bar.
pub const ZOOM: &str = "Zoom";
/// Likely next acts.
#[must_use]
pub fn next_acts(name: &str) -> String {
    format!("Next for {name}")
}
/// Add inside…
pub const ADD_INSIDE: &str = "Add inside";
/// Add inside a thing.
#[must_use]
pub fn add_inside(name: &str) -> String {
    format!("Add inside {name}")
}
/// Nothing can be added inside.
#[must_use]
pub fn nothing_inside(name: &str) -> String {
    format!("Nothing can be added inside {name}.")
}
/// Start a connection.
pub const CONNECT: &str = "Connect";
/// Rename.
pub const RENAME: &str = "Rename";
/// Label of the in-place name.
#[must_use]
pub fn name_of(name: &str) -> String {
    format!("Name of {name}")
}
/// Label of the in-place block.
#[must_use]
pub fn cidr_of(name: &str) -> String {
    format!("IPv4 CIDR block of {name}")
}
/// Send from.
pub const SEND_FROM: &str = "Send a packet from here";
/// Send to.
pub const SEND_TO: &str = "Send a packet to here";
/// Selected things.
#[must_use]
pub fn selected(count: usize) -> String {
    format!("{count} selected")
}
/// A selection, spoken.
#[must_use]
pub fn selection(name: &str, position: usize, of: usize, parent: &str) -> String {
    if parent.is_empty() {
        format!("{name}, {position} of {of}")
    } else {
        format!("{name}, {position} of {of} in {parent}")
    }
}
/// Handle for resizing.
pub const RESIZE: &str = "Resize";
/// A moment of playback on the map.
pub const PACKET: &str = "Packet";

// ---- offer card ----

/// Heading of the offer card.
#[must_use]
pub fn offer(from: &str, to: &str) -> String {
    format!("Connect {from} to {to}")
}
/// Accept an offer.
pub const ACCEPT: &str = "Create";
/// Refuse an offer.
pub const CANCEL: &str = "Cancel";
/// Nothing to connect.
#[must_use]
pub fn no_offer(from: &str, to: &str) -> String {
    format!("{from} and {to} have nothing to connect.")
}

// ---- command palette ----

/// Placeholder of the palette.
pub const COMMAND_PLACEHOLDER: &str = "Type a command, a component, an address or a flow";
/// Group of acts.
pub const COMMANDS: &str = "Commands";
/// Group of components.
pub const COMPONENTS: &str = "On the map";
/// Group of flows.
pub const FLOWS: &str = "Flows";
/// Group of kinds.
pub const ADD: &str = "Add";
/// Add a kind.
#[must_use]
pub fn add(name: &str) -> String {
    format!("Add {name}")
}
/// Play a flow.
#[must_use]
pub fn play(name: &str) -> String {
    format!("Play {name}")
}
/// Take what is selected out of service, or put it back.
pub const FAIL_SELECTED: &str = "Fail or restore what is selected";
/// Put everything back into service.
pub const RESTORE_ALL: &str = "Restore everything that failed";
/// Select everything.
pub const SELECT_ALL: &str = "Select all";

// ---- shortcuts ----

/// Sections of the shortcut sheet: heading, then keys and what they do.
pub const SHORTCUT_SHEET: &[(&str, &[(&str, &str)])] = &[
    (
        "Tools",
        &[
            ("V", "Select"),
            ("S", "Select an area; Shift drag does it too"),
            ("H", "Pan; Space with a drag and the middle mouse button do it too"),
            ("L", "Connect"),
            ("1 – 9 and 0", "Open a group of components"),
            ("A", "Find a component to add"),
            ("M", "Note"),
            ("O", "Outline"),
            ("T", "The document as text"),
            ("Esc", "Back out one level"),
        ],
    ),
    (
        "On the map",
        &[
            ("Arrows", "Walk through the network"),
            ("Ctrl Arrow", "Jump by position"),
            ("Enter or Insert", "Add inside"),
            ("N", "Add inside, by a letter"),
            ("C", "Connect to"),
            ("Shift M", "Move to another container"),
            ("F2", "Rename"),
            ("Alt Arrow", "Move"),
            ("Alt Shift Arrow", "Resize one, align several"),
            ("Alt Shift C, M", "Align centres, middles"),
            ("Alt Shift H, V", "Distribute what is selected"),
            ("Shift Arrow", "Extend the selection"),
            ("Shift F10 or Menu", "Context menu"),
            ("Delete", "Remove"),
            ("X", "Fail or restore"),
            ("Ctrl D", "Duplicate"),
            ("Ctrl C, X, V", "Copy, cut, paste"),
            ("Ctrl A", "Select all"),
            ("Ctrl Shift A", "Select all of this kind"),
            ("Shift T", "Tidy, keep what was moved by hand"),
        ],
    ),
    (
        "View",
        &[
            ("F or Shift 1", "Fit everything"),
            ("Shift 2", "Fit the selection"),
            ("+", "Zoom in"),
            ("-", "Zoom out"),
            ("B", "Build lens"),
            ("G", "Flow lens"),
            ("I", "Inspector"),
            ("D", "Dock"),
        ],
    ),
    (
        "Playing",
        &[
            ("P", "Play or pause"),
            ("Shift ← →", "Step back and forward"),
            ("Space, ← →", "The same while the dock has focus"),
            (",", "Slower"),
            (".", "Faster"),
        ],
    ),
    (
        "Anywhere",
        &[
            ("Ctrl K", "Search and commands"),
            ("/ or Ctrl F", "Find on the map"),
            ("Ctrl Z", "Undo"),
            ("Ctrl Shift Z or Ctrl Y", "Redo"),
            ("Ctrl S", "Save as a file"),
            ("Ctrl ,", "Settings"),
            ("?", "Keyboard shortcuts"),
        ],
    ),
];
/// Where the switch is.
pub const SINGLE_KEYS_HINT: &str = "Single letters act only while this is on.";

// ---- storage, files ----

/// Name of a network imported from several loose files.
pub const IMPORTED_NAME: &str = "Imported account";

/// The browser refuses to store.
pub const STORAGE_REFUSED: &str = "This browser does not let the page store anything, so your work is lost when the tab closes. Save it as a file.";
/// No room.
pub const STORAGE_FULL: &str = "There is no room left in this browser's storage, so the last changes are not saved. Save as a file, or delete a network on the start page.";
/// Writing failed.
pub const STORAGE_FAILED: &str =
    "Saving in this browser failed, so the last changes are not saved. Save as a file to keep them.";
/// What was stored cannot be read.
pub const STORAGE_BROKEN: &str =
    "What was stored of this network cannot be read. Open a file of it, or start another one here.";
/// Another tab has a newer version.
pub const OTHER_TAB: &str = "This network was changed in another tab, so what you change here is not saved. Load that version, or keep yours as a copy.";
/// Keep this version besides.
pub const KEEP_COPY: &str = "Keep mine as a copy";
/// Load the newer version.
pub const LOAD_NEWER: &str = "Load the newer version";
/// Drop target.
pub const DROP: &str = "Drop to import or open";
/// A file that cannot be read.
#[must_use]
pub fn unreadable(name: &str) -> String {
    format!("The browser could not read {name}. Check that it still exists and try again.")
}
/// A picked or dropped thing holds nothing.
pub const NO_FILES: &str =
    "There is no JSON file in what you chose. Choose files that end in .json, or their folder.";
/// Too much at once.
#[must_use]
pub fn too_large(name: &str, megabytes: usize, limit: usize) -> String {
    format!("{name} has {megabytes} MB; at most {limit} MB are read. Leave out what you do not need.")
}
/// An import is going on.
#[must_use]
pub fn importing(files: usize) -> String {
    if files == 1 { "Reading 1 file…".to_owned() } else { format!("Reading {files} files…") }
}
/// The import's part of the program did not load.
pub const IMPORTER_NOT_LOADED: &str = "The part of Hopscope that reads AWS output did not load. Check your connection and choose the files again; if that does not help, reload the page.";
/// The import broke down.
pub const IMPORT_STOPPED: &str =
    "The import stopped before it was done, perhaps for lack of memory. Choose fewer files at once.";
/// What an import made.
#[must_use]
pub fn imported(count: usize) -> String {
    if count == 1 { "Imported 1 component.".to_owned() } else { format!("Imported {count} components.") }
}
/// Heading of what an import has to say.
pub const IMPORT_NOTES: &str = "Not simulated yet, kept as boxes:";
/// A problem, for screen readers.
pub const PROBLEM: &str = "Problem";
/// The drawer of flows.
pub const FLOW_DRAWER: &str = "Flows";
/// The current entry of the history.
pub const HISTORY_HERE: &str = "now";
/// An act that opens a menu of choices.
pub const CONNECT_WITH: &str = "Connect with";
/// Search among possible targets.
pub const SEARCH_HERE: &str = "Search";
/// The dock of the Build lens.
pub const PROBLEMS: &str = "Problems";
/// No flow is chosen.
pub const NO_FLOW: &str = "No flow yet. Add one to send a packet.";
/// How many problems.
#[must_use]
pub fn problem_count(count: usize) -> String {
    match count {
        0 => "No problems".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    }
}
/// Light, as one of three.
pub const LIGHT: &str = "Light";
/// Dark, as one of three.
pub const DARK: &str = "Dark";
/// As the system prefers, as one of three.
pub const SYSTEM: &str = "System";
/// The dock of the Flow lens.
pub const PLAYER: &str = "Packet";

/// A starter's document that could not be loaded.
#[must_use]
pub fn starter_missing(slug: &str) -> String {
    format!(
        "The starter \"{slug}\" could not be loaded. Check the connection and try again, or start from a blank canvas."
    )
}
