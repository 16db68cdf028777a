//! Light, dark, or as the system prefers.

use crate::{browser, preferences};

/// A theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system prefers.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The theme in force.
#[must_use]
pub fn current() -> Theme {
    match preferences::shown("theme").as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// Whether the page is dark now.
#[must_use]
pub fn is_dark() -> bool {
    match current() {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => browser::matches("(prefers-color-scheme: dark)"),
    }
}

/// Changes the theme and remembers it.
pub fn choose(theme: Theme) {
    preferences::show(
        "theme",
        match theme {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        },
    );
}
