//! Strings of editing: arranging, finding, context menus, the address space of a VPC.

// ---- arranging ----

/// Name of the tool bar of a selection.
pub const SELECTION: &str = "Selection";
/// Left edges in a line.
pub const ALIGN_LEFT: &str = "Align left";
/// Centres below one another.
pub const ALIGN_CENTER: &str = "Align centres";
/// Right edges in a line.
pub const ALIGN_RIGHT: &str = "Align right";
/// Top edges in a line.
pub const ALIGN_TOP: &str = "Align top";
/// Middles beside one another.
pub const ALIGN_MIDDLE: &str = "Align middles";
/// Bottom edges in a line.
pub const ALIGN_BOTTOM: &str = "Align bottom";
/// The same space between each, sideways.
pub const DISTRIBUTE_HORIZONTALLY: &str = "Distribute horizontally";
/// The same space between each, downwards.
pub const DISTRIBUTE_VERTICALLY: &str = "Distribute vertically";
/// Tidies and keeps what was moved by hand.
pub const TIDY: &str = "Tidy, keep what was moved by hand";
/// Tidies what was moved by hand as well.
pub const TIDY_ALL: &str = "Tidy everything, also what was moved by hand";
/// Tidies the inside of a container.
pub const TIDY_INSIDE: &str = "Tidy inside, also what was moved by hand";
/// Selects all of the kinds that are selected.
pub const SAME_KIND: &str = "Select all of this kind";
/// The tool that selects by a rectangle.
pub const TOOL_MARQUEE: &str = "Select an area";
/// What that tool waits for.
pub const MARQUEE_WAITS: &str = "Drag a rectangle round what you want to select. Esc ends.";

// ---- finding ----

/// Name of the search on the map.
pub const FIND: &str = "Find on the map";
/// What can be typed there.
pub const FIND_PLACEHOLDER: &str = "Name, address, block, port, rule text";
/// How many places were found.
#[must_use]
pub fn places(count: usize, most: usize) -> String {
    match count {
        0 => "Nothing found.".to_owned(),
        1 => "1 place".to_owned(),
        n if n >= most => format!("{n} places or more"),
        n => format!("{n} places"),
    }
}
/// What keys do there.
pub const FIND_HELP: &str = "Arrows walk through the places, Enter goes there, Esc ends.";

// ---- context menus ----

/// Name of a component's menu.
#[must_use]
pub fn menu_of(name: &str) -> String {
    format!("Actions for {name}")
}
/// Name of the empty map's menu.
pub const MENU_GROUND: &str = "Actions for the map";
/// Name of a row's menu.
#[must_use]
pub fn menu_of_row(row: &str) -> String {
    format!("Actions for {row}")
}
/// What else can be done with what is selected.
pub const MORE: &str = "More actions";
/// Edit a block in its place.
pub const EDIT_BLOCK: &str = "Edit CIDR block";
/// Edit the text of a note.
pub const EDIT_NOTE: &str = "Edit the text";
/// Open the address space of a VPC.
pub const SPACE_OPEN: &str = "Address space…";
/// Add inside.
pub const ADD_INSIDE: &str = "Add inside…";
/// Add anything.
pub const ADD: &str = "Add…";
/// Connect with something.
pub const CONNECT: &str = "Connect to…";
/// Move into another container.
pub const MOVE: &str = "Move to…";
/// What moves.
#[must_use]
pub fn move_to(name: &str) -> String {
    format!("Move {name} to")
}
/// Take out of service, or put back.
pub const FAIL: &str = "Fail or restore";
/// Cut.
pub const CUT: &str = "Cut";
/// Copy.
pub const COPY: &str = "Copy";
/// Paste.
pub const PASTE: &str = "Paste";
/// Duplicate.
pub const DUPLICATE: &str = "Duplicate";
/// Delete.
pub const DELETE: &str = "Delete";
/// Show it as large as it fits.
pub const ZOOM_TO: &str = "Zoom to it";
/// Show the selection as large as it fits.
pub const ZOOM_SELECTION: &str = "Zoom to the selection";
/// Show its fields.
pub const INSPECT: &str = "Show in the inspector";
/// Go to the row that a line is drawn for.
pub const GO_TO_ROUTE: &str = "Go to the route";
/// Delete the route that a line is drawn for.
pub const DELETE_ROUTE: &str = "Delete the route";
/// The component that a line is drawn for.
#[must_use]
pub fn go_to(name: &str) -> String {
    format!("Go to {name}")
}
/// Delete the component that a line is drawn for.
#[must_use]
pub fn delete(name: &str) -> String {
    format!("Delete {name}")
}
/// Halve a subnet.
pub const SPLIT: &str = "Split into two halves";
/// Join a subnet with its other half.
pub const JOIN: &str = "Join with its other half";
/// Join two halves of a block.
pub const JOIN_HALVES: &str = "Join both halves";
/// A row before this one.
pub const ROW_ABOVE: &str = "Insert row above";
/// A row after this one.
pub const ROW_BELOW: &str = "Insert row below";
/// The same row again.
pub const ROW_DUPLICATE: &str = "Duplicate row";
/// One row up.
pub const ROW_UP: &str = "Move row up";
/// One row down.
pub const ROW_DOWN: &str = "Move row down";
/// The row away.
pub const ROW_DELETE: &str = "Delete row";
/// The clipboard cannot be read.
pub const PASTE_BY_KEYS: &str = "This browser lets a page paste by keys only: press Ctrl V on the map.";

// ---- address space ----

/// Name of the tab and the dialog.
pub const SPACE: &str = "Address space";
/// The dialog of a VPC.
#[must_use]
pub fn space_of(name: &str) -> String {
    format!("Address space of {name}")
}
/// How much of a block is used.
#[must_use]
pub fn space_used(used: u64, size: u64) -> String {
    format!("{} of {} addresses are in subnets", grouped(used), grouped(size))
}
/// A free part.
#[must_use]
pub fn space_free(block: &str, size: u64) -> String {
    format!("{block}, free, {} addresses", grouped(size))
}
/// A part that a subnet uses.
#[must_use]
pub fn space_taken(block: &str, subnet: &str, size: u64) -> String {
    format!("{block}, subnet {subnet}, {} addresses", grouped(size))
}
/// Too small for a subnet.
pub const SPACE_CRUMB: &str = "too small for a subnet";
/// Free.
pub const FREE: &str = "free";
/// What a part is counted in.
pub const ADDRESSES: &str = "addresses";
/// What the list of parts is called.
#[must_use]
pub fn parts_of(block: &str) -> String {
    format!("Parts of {block}")
}
/// Label of the chooser of sizes.
pub const SIZE: &str = "Size";
/// One size: block, and hosts it has room for.
#[must_use]
pub fn size_of(length: u8, hosts: u64) -> String {
    format!("/{length}: {} addresses for hosts", grouped(hosts))
}
/// Label of the chooser of zones.
pub const ZONE: &str = "Zone";
/// The zone that has the fewest subnets.
pub const ZONE_ANY: &str = "The one with the fewest subnets";
/// The act.
#[must_use]
pub fn create_subnet(block: &str) -> String {
    format!("Create subnet {block}")
}
/// What AWS keeps.
pub const FIVE_RESERVED: &str = "AWS keeps five addresses of every subnet: the first four and the last.";
/// Nothing is free.
pub const SPACE_FULL: &str = "No part is free. Add a CIDR block to the VPC, or split a subnet.";
/// There is no block.
pub const SPACE_NONE: &str = "This VPC has no IPv4 block.";
/// No VPC is meant.
pub const SPACE_SELECT: &str = "Select a VPC to see its address space.";
/// Select a part first.
pub const SPACE_CHOOSE: &str = "Choose a free part to make a subnet of it.";

/// A number with its thousands apart.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(11), "11");
        assert_eq!(grouped(4091), "4,091");
        assert_eq!(grouped(65_536), "65,536");
        assert_eq!(grouped(4_294_967_296), "4,294,967,296");
    }
}
