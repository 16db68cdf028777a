//! The side panels and the dock: inspector, flows, player, problems.

pub mod card;
mod cell;
mod combobox;
mod dock;
mod ends;
mod evidence;
mod expectations;
mod failures;
mod fields;
mod flow_form;
mod flows;
mod focus;
mod glyph;
mod hub;
mod inspector;
mod ladder;
mod mends;
mod note;
mod packet;
mod problems;
mod related;
mod request;
mod row_parts;
mod row_table;
mod rows;
mod sequence;
mod sequence_compare;
mod space;
mod spread;
mod table_field;
mod tabs;
mod text;
mod timeline;
mod trace_tab;
mod transport;
mod verdict;

pub use dock::dock;
pub use flows::flow_panel;
pub use inspector::inspector;
pub use problems::Problems;
pub use space::SpacePanel;
pub use text::{TextHold, TextPanel, restore_width};
pub use verdict::verdict_mark;

/// Aims the keyboard at a field of a component, for when the inspector shows it.
pub fn aim_at(node: &hopscope_aws::Id, path: &str) {
    focus::aim(node, Some(focus::Goal::Path(path.to_owned())));
}
