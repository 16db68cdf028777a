//! What stands round the map: bars, drawers, dialogs, messages.

pub mod add_inside;
pub mod banner;
pub mod catalogue;
pub mod choices;
pub mod commands;
pub mod connect_to;
pub mod context_menu;
pub mod costs;
pub mod drawer;
pub mod export;
pub mod files;
pub mod history;
pub mod live;
pub mod menu_entries;
pub mod modal;
pub mod move_to;
pub mod outline;
pub mod palette;
pub mod popup_menu;
pub mod print;
pub mod rail;
pub mod share;
pub mod shortcuts;
pub mod space;
pub mod theme;
pub mod topbar;
