//! Glyphs of actions, in the manner of the components' own ([`hopscope_view::icons`]).

use yew::prelude::*;

/// A glyph in the colour of the text around it, `size` pixels wide and high; decoration for
/// assistive technology. Its name is the kind slug of a component, or that of an action.
pub fn icon(name: &str, size: u32) -> Html {
    let size = size.to_string();
    html! {
        <svg class="icon" viewBox="0 0 24 24" width={size.clone()} height={size} aria-hidden="true" focusable="false">
            <path d={path(name)} />
        </svg>
    }
}

/// The outline of an action's glyph, or of a component's.
#[must_use]
pub fn path(name: &str) -> &'static str {
    match name {
        "select" => "M6 3.5 18.5 11l-5.7 1.5 3.2 5.8-2.4 1.3-3.2-5.800L6 18z",
        "hand" => {
            "M8 12.500V6.200a1.4 1.4 0 0 1 2.8 0V11M10.8 11V4.700a1.4 1.4 0 0 1 2.8 0V11M13.6 11V6a1.4 1.4 0 0 1 2.8 0v7.500M16.4 9.500a1.4 1.4 0 0 1 2.8 0v5.300c0 3.7-2.3 6-5.7 6-2.7 0-4.2-1.2-5.6-3.500l-2.7-4.400a1.4 1.4 0 0 1 2.3-1.500L8 12.5"
        }
        "connect" => {
            "M4 17.500h4.500a2 2 0 0 0 2-2v-7a2 2 0 0 1 2-2H20M17 3.500l3 3-3 3M2.5 17.500a1.5 1.5 0 1 0 3 0 1.5 1.5 0 0 0-3 0"
        }
        "containers" => "M3.5 4.500h17v15h-17zM7 8.500h10v7H7z",
        "gateways" => {
            "M5 21V5.500a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M9 12.500h6M12.5 10l2.5 2.5-2.5 2.5"
        }
        "costs" => {
            "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM14.8 9.200c-.5-1-1.500-1.500-2.800-1.500-1.6 0-2.8.8-2.8 2.100 0 3 5.8 1.400 5.8 4.400 0 1.300-1.3 2.100-3 2.100-1.4 0-2.5-.6-3-1.700M12 6v12"
        }
        "tables" => "M4 5h16v14H4zM4 9.500h16M4 14.200h16M9.5 9.500V19",
        "world" => {
            "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c2.6 2.7 3.7 5.7 3.7 9s-1.1 6.3-3.7 9c-2.6-2.7-3.7-5.7-3.7-9s1.1-6.3 3.7-9z"
        }
        "mend" => "M14.5 5.500a4 4 0 0 0-5 5L4 16v4h4l5.5-5.500a4 4 0 0 0 5-5L16 12l-4-4z",
        "plus" => "M12 5v14M5 12h14",
        "minus" => "M5 12h14",
        "fit" => {
            "M4 9V5.500A1.5 1.5 0 0 1 5.5 4H9M15 4h3.500A1.5 1.5 0 0 1 20 5.500V9M20 15v3.500a1.5 1.5 0 0 1-1.5 1.500H15M9 20H5.500A1.5 1.5 0 0 1 4 18.500V15M9 9h6v6H9z"
        }
        "undo" => "M8.5 5 4 9.5 8.5 14M4.5 9.500H14a5.5 5.5 0 0 1 0 11h-3",
        "redo" => "M15.5 5 20 9.5 15.5 14M19.5 9.500H10a5.5 5.5 0 0 0 0 11h3",
        "search" => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 20 20",
        "more" => "M5.5 12h.01M12 12h.01M18.5 12h.01",
        "home" => "M4 11.5 12 4.500l8 7M6.5 10v9.500h11V10M10 19.500v-5h4v5",
        "close" => "M6 6l12 12M18 6 6 18",
        "check" => "M5 12.5 10 17.5 19.5 7",
        "chevron-down" => "M6 9.500l6 6 6-6",
        "chevron-up" => "M6 14.5l6-6 6 6",
        "chevron-right" => "M9.5 6l6 6-6 6",
        "overview" => "M3.5 5h17v14h-17zM12 12h6v4.500h-6z",
        "note" => "M5 4.500h14v10l-5 5H5zM14 19.500v-5h5M8.5 8.500h7M8.5 12h4",
        "text" => {
            "M8 4.500c-2 0-2.500.8-2.500 2.500v2.500c0 1.500-.6 2.500-2 2.500 1.400 0 2 1 2 2.500V17c0 1.700.5 2.500 2.500 2.500M16 4.500c2 0 2.500.8 2.500 2.500v2.500c0 1.500.6 2.500 2 2.500-1.400 0-2 1-2 2.500V17c0 1.700-.5 2.500-2.500 2.500M9.500 12h.01M12 12h.01M14.5 12h.01"
        }
        "outline" => "M4 5.500h6M8 12h6M8 18.500h6M5.5 5.500v13H8M5.5 12H8",
        "trash" => "M4.5 6.500h15M9.5 6.500V4h5v2.500M6.5 6.500l1 14h9l1-14M10 10.500v6M14 10.500v6",
        "duplicate" => "M8.5 8.500h11v11h-11zM15.5 8.500v-4h-11v11h4",
        "rename" => "M4 20l1-4.500L16 4.500l3.5 3.5-11 11zM13.5 7l3.5 3.5",
        "inside" => "M4 4.500h16v15H4zM12 8.500v7M8.5 12h7",
        "open" => "M3.5 19V5.500h6l2 2.500h9V19z",
        "save" => "M12 4v11M7.5 10.5 12 15l4.5-4.500M4.5 19.500h15",
        "export" => "M13 4.500H5v15h14V11M9.5 14.500 19.5 4.500M14.5 4h5.500v5.500",
        "print" => "M7 8V3.500h10V8M7 16.500H4V8h16v8.500h-3M7 13.500h10v7H7z",
        "share" => "M12 14V3.5M8 7l4-3.500L16 7M7 11H5v9.500h14V11h-2",
        "import" => "M12 15V4M7.5 8.5 12 4l4.5 4.500M4.5 15.500v4h15v-4",
        "theme" => "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
        "keyboard" => {
            "M3 6.500h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M6.5 14h.01M17 14h.01M9.5 14h5"
        }
        "warning" => "M12 4 21 19.500H3zM12 10v4.500M12 17h.01",
        "info" => "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5M12 8h.01",
        "flows" => "M4 7h10.5M11.5 4l3 3-3 3M20 17H9.500M12.5 14l-3 3 3 3M18 7h2M4 17h2",
        "history" => "M4 12a8 8 0 1 0 2.5-5.800M4 4.500V9h4.500M12 8v4.500l3 2",
        "inspector" => "M3.5 5h17v14h-17zM14.5 5v14M17 9h1M17 12h1",
        "dock" => "M3.5 5h17v14h-17zM3.5 14h17",
        "marquee" => {
            "M4 8V5.500A1.5 1.5 0 0 1 5.5 4H8M11 4h2M16 4h2.500A1.5 1.5 0 0 1 20 5.500V8M20 11v2M20 16v2.500a1.5 1.5 0 0 1-1.5 1.500H16M13 20h-2M8 20H5.500A1.5 1.5 0 0 1 4 18.500V16M4 13v-2"
        }
        "align-left" => "M4 3.500v17M7.5 7h11v3.500h-11zM7.5 13.500h6V17h-6z",
        "align-center" => "M12 3.500V7M12 10.500v3M12 17v3.500M6.5 7h11v3.500h-11zM9 13.500h6V17H9z",
        "align-right" => "M20 3.500v17M5.5 7h11v3.500h-11zM10.5 13.500h6V17h-6z",
        "align-top" => "M3.5 4h17M7 7.500h3.500v11H7zM13.500 7.500H17v6h-3.500z",
        "align-middle" => "M3.5 12H7M10.500 12h3M17 12h3.500M7 6.500h3.500v11H7zM13.500 9H17v6h-3.500z",
        "align-bottom" => "M3.5 20h17M7 5.500h3.500v11H7zM13.500 10.500H17v6h-3.500z",
        "distribute-h" => "M4 3.500v17M20 3.500v17M10 7h4v10h-4z",
        "distribute-v" => "M3.5 4h17M3.5 20h17M7 10h10v4H7z",
        "tidy" => "M4 4h7v7H4zM14 4h6v4h-6zM14 11h6v9h-6zM4 14h7v6H4z",
        "split" => "M4 6h16v12H4zM12 3.500v17",
        "join" => "M3.5 7.500H9v9H3.500zM15 7.500h5.500v9H15zM9 12h6",
        "space" => "M3.5 9h17v6h-17zM8 9v6M11 9v6M17 9v6",
        "cut" => {
            "M6.500 15.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM17.500 15.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5zM8 16 16.500 3.500M16 16 7.500 3.500"
        }
        "copy" => "M8.5 8.500h11v11h-11zM15.5 8.500v-4h-11v11h4",
        "paste" => "M9 5H5.500v15.500h13V5H15M9 3.500h6v3H9zM9 11h6M9 14.500h6",
        "settings" => {
            "M4 7h8M18 7h2M12 7a3 3 0 1 0 6 0 3 3 0 0 0-6 0M4 17h2M12 17h8M6 17a3 3 0 1 0 6 0 3 3 0 0 0-6 0"
        }
        "play" => "M7.5 5v14l11-7z",
        kind => hopscope_view::icons::path(kind),
    }
}
