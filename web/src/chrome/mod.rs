//! What stands round the map: bars, drawers, dialogs, messages.

pub mod add_inside;
pub mod banner;
pub mod catalogue;
pub mod choices;
pub mod commands;
pub mod connect_to;
pub mod costs;
pub mod drawer;
pub mod files;
pub mod history;
pub mod live;
pub mod modal;
pub mod outline;
pub mod palette;
pub mod rail;
pub mod settings;
pub mod shortcuts;
pub mod theme;
pub mod topbar;
