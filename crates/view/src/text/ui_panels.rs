//! Strings of the panels: inspector, tables, flows, player, ladder, packet card, problems.

use hopscope_forward::{LegKind, Severity, Verdict};

// ---- inspector ----

/// Name of the inspector region.
pub const INSPECTOR: &str = "Inspector";
/// Shown when nothing is selected.
pub const NOTHING_SELECTED: &str = "Nothing is selected.";
/// What to do then.
pub const NOTHING_SELECTED_HINT: &str =
    "Click something on the map or in the outline to see and change it here.";
/// Label of the name input.
pub const NAME_LABEL: &str = "Name";
/// Name of the breadcrumb.
pub const BREADCRUMB: &str = "Inside";
/// Tab with the fields.
pub const TAB_PROPERTIES: &str = "Properties";
/// Tab with the route table.
pub const TAB_ROUTES: &str = "Routes";
/// Tab with the security groups.
pub const TAB_GROUPS: &str = "Security groups";
/// Tab with the network ACL.
pub const TAB_ACL: &str = "Network ACL";
/// Tab of a VPC or Region with the tables it owns.
pub const TAB_TABLES: &str = "Tables";
/// Choice of a reference that is empty.
pub const NONE: &str = "None";
/// Link to the AWS page.
pub const DOCS: &str = "AWS documentation";
/// Nothing to edit.
pub const NO_FIELDS: &str = "There is nothing to set on this component.";
/// A list field without anything to choose from.
pub const NOTHING_TO_CHOOSE: &str = "There is none in this VPC yet.";
/// Heading above components that use a table.
pub const USED_BY: &str = "Used by";
/// Nothing uses a table.
pub const USED_BY_NONE: &str = "Nothing uses this yet.";
/// A VPC without tables.
pub const NO_TABLES: &str = "No route tables, network ACLs or security groups are drawn here.";
/// Shared tables change for everyone who uses them.
#[must_use]
pub fn shared_by(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        n => format!("Shared by {n}: a change here changes all of them."),
    }
}
/// An instance or interface without a security group.
pub const NO_GROUPS: &str = "No security group is attached: nothing may enter or leave.";
/// A subnet whose VPC draws no main table.
pub const IMPLIED_MAIN: &str =
    "Implied main route table: the VPC's own blocks are local, everything else is dropped.";
/// A subnet whose VPC draws no default ACL.
pub const IMPLIED_ACL: &str = "Implied default network ACL: it allows everything in both directions.";
/// How a subnet got its table.
pub const VIA_MAIN: &str = "The VPC's main table.";
/// How a subnet got its ACL.
pub const VIA_DEFAULT: &str = "The VPC's default ACL.";
/// How a subnet got its table or ACL.
pub const VIA_CHOICE: &str = "Chosen by the subnet.";
/// A button that selects a component.
#[must_use]
pub fn jump_to(name: &str) -> String {
    format!("Select {name}")
}
/// A component with that id is gone.
#[must_use]
pub fn missing(id: &str) -> String {
    format!("{id} (missing)")
}

// ---- failures ----

/// Heading of the switches of a component.
pub const FAILURE: &str = "Service";
/// In service.
pub const IN_SERVICE: &str = "In service";
/// Out of service.
pub const OUT_OF_SERVICE: &str = "Failed";
/// Takes it out of service.
pub const FAIL: &str = "Fail";
/// Puts it back.
pub const RESTORE: &str = "Restore";
/// Heading of everything that is failed.
pub const FAILED_NOW: &str = "Failed now";
/// Puts everything back.
pub const RESTORE_ALL: &str = "Restore all";
/// A button that fails something, for screen readers.
#[must_use]
pub fn fail_what(what: &str) -> String {
    format!("Fail {what}")
}
/// A button that restores something, for screen readers.
#[must_use]
pub fn restore_what(what: &str) -> String {
    format!("Restore {what}")
}

// ---- effective routes ----

/// Tab with the routes as they are.
pub const TAB_EFFECTIVE: &str = "Effective routes";
/// A table without any.
pub const NO_EFFECTIVE: &str = "It knows no route now.";
/// Tab with what routers tell each other.
pub const TAB_TOLD: &str = "Advertisements";
/// Heading of what routers tell each other.
pub const ADVERTISEMENTS: &str = "Routes and advertisements";
/// Nobody speaks BGP.
pub const NO_ADVERTISEMENTS: &str = "No router tells another anything here.";

// ---- asymmetric paths ----

/// Heading of the two legs side by side.
pub const ASYMMETRIC: &str = "Request and reply take different ways";
/// What is marked.
pub const ASYMMETRIC_NOTE: &str = "What keeps track of flows must see both directions.";
/// Mark of something that saw one direction.
pub const SAW_ONE: &str = "saw only this direction";

// ---- tables ----

/// Heading of the peer of an inbound rule.
pub const SOURCE: &str = "Source";
/// Heading of the peer of an outbound rule.
pub const DESTINATION: &str = "Destination";
/// Add a row.
pub const ADD_ROW: &str = "Add row";
/// Move the current row up.
pub const MOVE_UP: &str = "Move up";
/// Move the current row down.
pub const MOVE_DOWN: &str = "Move down";
/// Show columns that are seldom needed.
pub const MORE_COLUMNS: &str = "More columns";
/// Hide them.
pub const FEWER_COLUMNS: &str = "Fewer columns";
/// Heading of the column with the delete buttons, for screen readers.
pub const ROW_ACTIONS: &str = "Actions";
/// Keys of a table.
pub const TABLE_KEYS: &str = "Enter or the arrow keys move between rows, Alt with an arrow key moves the row, and rows can be pasted from a spreadsheet.";
/// Mark of a row that decided at the current step.
pub const ROW_DECIDED: &str = "decided the current step";
/// Mark of an implied row.
pub const ROW_IMPLIED: &str = "implied, cannot be changed";
/// An empty table.
pub const NO_ROWS: &str = "None yet.";
/// What one row of a field is called.
#[must_use]
pub fn row_noun(field: &str) -> &'static str {
    match field {
        "routes" => "Route",
        "inbound" => "Inbound rule",
        "outbound" => "Outbound rule",
        "entries" => "Entry",
        "private_ips" => "Private address",
        "port_forwards" => "Port forward",
        "cidrs" => "IPv4 block",
        "ipv6_cidrs" => "IPv6 block",
        "ipv6" | "addresses" | "dns_servers" => "Address",
        "associations" => "Association",
        "tunnels" => "Tunnel",
        "listeners" => "Listener",
        "quotas" => "Quota",
        "interfaces" => "Interface",
        "announces" | "static_routes" | "networks" => "Prefix",
        "connect_peers" => "Connect peer",
        "authorization_rules" => "Authorization rule",
        "stateless_rules" => "Stateless rule",
        "stateful_rules" => "Stateful rule",
        "policy" => "Statement",
        _ => "Row",
    }
}
/// Add one row to a field.
#[must_use]
pub fn add_row(field: &str) -> String {
    format!("Add {}", lower_first(row_noun(field)))
}
/// Name of a cell (`Route 2 destination`).
#[must_use]
pub fn cell_label(noun: &str, row: &str, column: &str) -> String {
    // "Inbound rule 100 rule" would be the name of the cell that holds the number.
    let column = if noun.ends_with(&lower_first(column)) { "number" } else { column };
    format!("{noun} {row} {}", lower_first(column))
}
/// Delete one row.
#[must_use]
pub fn delete_row(noun: &str, row: &str) -> String {
    format!("Delete {} {row}", lower_first(noun))
}
/// The rest of an ACL.
pub const ACL_REST: &str = "the rest";
/// The rest of a security group.
pub const GROUP_REST: &str = "Anything that no rule allows is refused.";
/// Remove a list entry.
#[must_use]
pub fn local_route(block: &str) -> String {
    format!("{block} stays inside the VPC")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let keeps_case = text.starts_with("IPv") || text.chars().take(2).all(char::is_uppercase);
    match chars.next() {
        Some(first) if !keeps_case => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

// ---- flows ----

/// Heading of the flow list.
pub const FLOWS: &str = "Flows";
/// How many flows there are.
#[must_use]
pub fn flow_count(count: usize) -> String {
    if count == 1 { "1 flow".to_owned() } else { format!("{count} flows") }
}
/// Button that adds a flow.
pub const NEW_FLOW: &str = "New flow";
/// No flows.
pub const NO_FLOWS: &str =
    "No flows yet. A flow says who sends what to whom; Hopscope then shows every decision on the way.";
/// Label of the source.
pub const FROM: &str = "From";
/// Label of the destination.
pub const TO: &str = "To";
/// Swap both ends.
pub const SWAP: &str = "Swap ends";
/// Label of the protocol.
pub const PROTOCOL: &str = "Protocol";
/// Label of the port.
pub const PORT: &str = "Port";
/// Label of the address family.
pub const FAMILY: &str = "IP version";
/// What else a destination may be.
pub const URL_HELP: &str =
    "The destination may also be a URL, such as https://app.example.com/ or dns:app.example.com?type=A";
/// What a question is.
pub const QUESTION_HELP: &str =
    "A question to the sender's resolver. dns://10.0.0.2/NAME?type=AAAA asks that server.";
/// Label of the method of a request.
pub const METHOD: &str = "Method";
/// Label of the size of a request's body.
pub const BODY: &str = "Body, bytes";
/// Label of how often the client asks.
pub const RATE: &str = "Requests in 5 minutes";
/// Label of the header fields of a request.
pub const HEADERS: &str = "Header fields, Name: value; …";
/// Tab with the answers to one question, asked many times.
pub const TAB_SPREAD: &str = "Many answers";
/// Column of the answer.
pub const ANSWER: &str = "Answer";
/// Column of its share.
pub const SHARE: &str = "Share";
/// Below the shares.
pub const SPREAD_HELP: &str = "Each question is asked as if by somebody else, with a seed of its own: nothing is cached, and the same drawing gives the same shares.";

/// What was asked how often.
#[must_use]
pub fn spread(question: &str, count: u64) -> String {
    format!("{question}, asked {count} times: the first address of each answer.")
}

/// A share: `80.3 % (803)`.
#[must_use]
pub fn share(times: u64, count: u64) -> String {
    format!("{:.1} % ({times})", times as f64 * 100.0 / count.max(1) as f64)
}
/// Family left to the ends.
pub const FAMILY_AUTO: &str = "Auto";
/// Label of the expectation.
pub const EXPECT: &str = "Expected";
/// No expectation.
pub const EXPECT_NOTHING: &str = "Nothing expected";
/// A flow that must be encrypted all the way.
pub const NEEDS_ENCRYPTION: &str = "Needs end-to-end encryption";
/// Label of the flow's own name.
pub const FLOW_NAME: &str = "Name (optional)";
/// Heading of the expectations.
pub const EXPECTATIONS: &str = "Expectations";
/// Column.
pub const ACTUAL: &str = "Actual";
/// Column.
pub const FLOW: &str = "Flow";
/// Column.
pub const RESULT: &str = "Result";
/// Expectation holds.
pub const MET: &str = "met";
/// Expectation does not hold.
pub const NOT_MET: &str = "not met";
/// No flow has an expectation.
pub const NO_EXPECTATIONS: &str =
    "No flow says what it expects. Choose an expected verdict above to have it checked after every change.";
/// How many expectations hold.
#[must_use]
pub fn expectations_met(met: usize, all: usize) -> String {
    format!("{met} of {all} met")
}
/// Pick an end on the map.
pub const PICK: &str = "Pick on the map";
/// Picking is on.
pub const PICKING: &str = "Click an instance, an interface or an internet host on the map. Escape cancels.";
/// Delete the flow.
pub const DELETE_FLOW: &str = "Delete flow";
/// Duplicate the flow.
pub const DUPLICATE_FLOW: &str = "Duplicate flow";
/// Options for an end.
#[must_use]
pub fn end_options(label: &str) -> String {
    format!("Choices for {}", lower_first(label))
}
/// A flow that cannot be traced.
pub const CANNOT_TRACE: &str = "Not traced";
/// The internet as an end.
pub const THE_INTERNET: &str = "The internet";
/// Name of a protocol choice by its word in documents.
#[must_use]
pub fn protocol_name(protocol: &str) -> &str {
    match protocol {
        "tcp" => "TCP",
        "udp" => "UDP",
        "icmp" => "ICMP",
        "icmpv6" => "ICMPv6",
        other => other,
    }
}
/// The choice for any other protocol.
pub const OTHER_PROTOCOL: &str = "Other number";
/// Label of the number of another protocol.
pub const PROTOCOL_NUMBER: &str = "Protocol number";

// ---- player ----

/// Name of the transport buttons.
pub const TRANSPORT: &str = "Player";
/// Start playing.
pub const PLAY: &str = "Play";
/// Stop playing.
pub const PAUSE: &str = "Pause";
/// One step back.
pub const STEP_BACK: &str = "Step back";
/// One step forward.
pub const STEP_FORWARD: &str = "Step forward";
/// To the first step.
pub const TO_START: &str = "To the start";
/// To the last step.
pub const TO_END: &str = "To the end";
/// Label of the speed.
pub const SPEED: &str = "Speed";
/// Name of the timeline.
pub const TIMELINE: &str = "Timeline";
/// Nothing to play.
pub const NO_STORY: &str = "Choose a flow, or make a new one, to see a packet travel.";
/// Tabs of the dock.
pub const TAB_LADDER: &str = "Ladder";
/// Tabs of the dock.
pub const TAB_PACKET: &str = "Packet";
/// Tabs of the dock.
pub const TAB_TEXT: &str = "Text";
/// Name of the dock's tabs.
pub const DOCK_TABS: &str = "Details of the flow";
/// What the slider says (`Step 3 of 12: …`).
#[must_use]
pub fn step_of(step: usize, all: usize, sentence: &str) -> String {
    format!("Step {} of {all}: {sentence}", step + 1)
}
/// A speed in a word (`½×`).
#[must_use]
pub fn speed_name(speed: f64) -> String {
    if (speed - 0.25).abs() < 1e-9 {
        "¼×".to_owned()
    } else if (speed - 0.5).abs() < 1e-9 {
        "½×".to_owned()
    } else {
        format!("{speed}×")
    }
}
/// Heading of a lane.
#[must_use]
pub fn lane(leg: LegKind) -> &'static str {
    super::leg_title(leg)
}
/// A lane without steps.
pub const LANE_EMPTY: &str = "No packet travels this way.";
/// Mark of a rung after a refusal on its leg.
pub const WOULD_HAPPEN: &str = "what would happen";
/// Mark of a further refusal.
pub const WOULD_BLOCK: &str = "would also block";
/// Show the evidence of a rung.
pub const SHOW_TABLE: &str = "Show the table";
/// Hide it.
pub const HIDE_TABLE: &str = "Hide the table";
/// Name of the toggle of a rung.
#[must_use]
pub fn evidence_of(title: &str) -> String {
    format!("What {title} decided by")
}
/// Go to the rule that refused.
pub const WHY: &str = "Why?";
/// Name of that button.
#[must_use]
pub fn why_of(title: &str) -> String {
    format!("Why? Show the rule of {title}")
}
/// Mark of the winner of a table.
pub const DECIDED: &str = "decided";
/// How often a flow is blocked.
#[must_use]
pub fn blocked_times(count: usize) -> String {
    if count == 1 { "Blocked once:".to_owned() } else { format!("Blocked {count} times:") }
}
/// Rules of the reference.
#[must_use]
pub fn rules_cited(rules: &[&str]) -> String {
    format!("Rules {}", rules.join(", "))
}
/// AWS's code for the same cause.
#[must_use]
pub fn aws_code(code: &str) -> String {
    format!("AWS: {code}")
}
/// Heading of things worth telling.
pub const WORTH_TELLING: &str = "Worth telling";

// ---- packet ----

/// Heading of a packet layer.
pub const LAYER_IP: &str = "IP";
/// Heading of the header fields at a step.
#[must_use]
pub fn packet_at(title: &str) -> String {
    format!("The packet at {title}")
}
/// Label before a struck-through value, for screen readers.
pub const WAS: &str = "was";
/// Label before the new value, for screen readers.
pub const NOW: &str = "now";
/// Nothing was rewritten.
pub const UNCHANGED: &str = "Nothing is rewritten here.";
/// How many fields were rewritten.
#[must_use]
pub fn rewritten(count: usize) -> String {
    if count == 1 { "1 field rewritten here".to_owned() } else { format!("{count} fields rewritten here") }
}
/// Heading of remembered flows.
pub const REMEMBERED: &str = "Remembered flows";
/// None so far.
pub const REMEMBERED_NONE: &str = "Nothing on the way remembers this flow yet.";
/// Column.
pub const COLUMN_STEP: &str = "Step";
/// Column.
pub const COLUMN_ELEMENT: &str = "Element";
/// Column.
pub const COLUMN_ENTRY: &str = "Entry";

// ---- text ----

/// Copy as plain text.
pub const COPY_TEXT: &str = "Copy text";
/// Copy as Markdown.
pub const COPY_MARKDOWN: &str = "Copy as Markdown";
/// Said after copying.
pub const COPIED: &str = "Copied";
/// The browser refused.
pub const COPY_REFUSED: &str = "The browser did not allow copying. Select the text and copy it by hand.";
/// Name of the text.
pub const LADDER_TEXT: &str = "The trace as text";

// ---- problems ----

/// Heading of the problems.
pub const PROBLEMS: &str = "Problems";
/// No problems.
pub const NO_PROBLEMS: &str = "No problems. Everything drawn so far could exist in AWS.";
/// Heading of a group of problems.
#[must_use]
pub fn severity_heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny | Severity::Error => "Errors",
        Severity::Warning => "Warnings",
        Severity::Info => "Worth knowing",
    }
}
/// One problem's severity in a word.
#[must_use]
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny | Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Info => "Note",
    }
}
/// How many problems.
#[must_use]
pub fn problem_count(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}

/// Finds mends in a large document, on request.
pub const FIND_MENDS: &str = "Look for a way to mend it";
/// The list of mends.
pub const MENDS: &str = "A way to mend it, tried out";

/// The other mends, folded.
#[must_use]
pub fn other_mends(count: usize) -> String {
    if count == 1 { "One other way".to_owned() } else { format!("{count} other ways") }
}

/// What a mend leads to, and what else it changes.
#[must_use]
pub fn mend_then(verdict: Verdict, next: Option<&str>, flips: &[(String, Verdict)]) -> String {
    let mut text = match next {
        Some(next) => format!("Then it gets as far as {next}."),
        None => format!("Then it is {}.", verdict.word()),
    };
    for (flow, verdict) in flips.iter().take(3) {
        text.push_str(&format!(" Also changes: {flow} is {}.", verdict.word()));
    }
    if flips.len() > 3 {
        text.push_str(&format!(" And {} more.", flips.len() - 3));
    }
    text
}

/// Label of the text that says what a network shows.
pub const ABOUT: &str = "About this network";
/// What may stand there.
pub const ABOUT_HINT: &str = "What it shows, in a paragraph for whoever opens it";

/// Shows the rest of a long list of problems.
#[must_use]
pub fn all_problems(count: usize) -> String {
    format!("Show all {count}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_names_read_like_sentences() {
        assert_eq!(cell_label("Route", "2", "Destination"), "Route 2 destination");
        assert_eq!(cell_label("Inbound rule", "100", "CIDR block"), "Inbound rule 100 CIDR block");
        assert_eq!(cell_label("Inbound rule", "100", "Rule"), "Inbound rule 100 number");
        assert_eq!(add_row("cidrs"), "Add IPv4 block");
        assert_eq!(add_row("routes"), "Add route");
    }

    #[test]
    fn counts_have_a_singular() {
        assert_eq!(blocked_times(1), "Blocked once:");
        assert_eq!(problem_count(1), "1 problem");
        assert_eq!(problem_count(2), "2 problems");
        assert_eq!(speed_name(0.25), "¼×");
        assert_eq!(speed_name(2.0), "2×");
    }
}
