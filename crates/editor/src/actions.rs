//! Every action of the page with its shortcut: data for the command palette and the shortcut
//! sheet. Knows nothing of what performs them.

/// Where an action stands in the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Tools of the rail.
    Tools,
    /// Changes of the drawing.
    Edit,
    /// What is seen.
    View,
    /// Sending packets.
    Flow,
    /// Documents.
    Document,
    /// Getting about and help.
    Help,
}

impl Group {
    /// Heading in the sheet.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Tools => "Tools",
            Self::Edit => "Edit",
            Self::View => "View",
            Self::Flow => "Flow",
            Self::Document => "Document",
            Self::Help => "Find and help",
        }
    }
}

/// One action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Stable name the page dispatches on (`edit.undo`, `tool.vpc`).
    pub key: &'static str,
    /// Words in the palette.
    pub title: &'static str,
    /// Where it stands.
    pub group: Group,
    /// Keys, the usual one first. `Mod` is Ctrl, or ⌘ on a Mac.
    pub shortcuts: &'static [&'static str],
}

impl Action {
    /// Whether a shortcut is a single character key, which a person can switch off (WCAG 2.1.4).
    #[must_use]
    pub fn is_single_key(shortcut: &str) -> bool {
        shortcut.chars().count() == 1
    }
}

const fn action(
    key: &'static str,
    title: &'static str,
    group: Group,
    shortcuts: &'static [&'static str],
) -> Action {
    Action { key, title, group, shortcuts }
}

/// Every action, in the order of the sheet.
pub static ACTIONS: &[Action] = &[
    action("tool.select", "Select", Group::Tools, &["V"]),
    action("tool.marquee", "Select an area", Group::Tools, &["S"]),
    action("tool.pan", "Pan", Group::Tools, &["H"]),
    action("tool.connect", "Connect", Group::Tools, &["L"]),
    action("tool.note", "Note", Group::Tools, &["M"]),
    action("edit.move", "Move to another container", Group::Edit, &["Shift+M"]),
    action("tool.connect-to", "Connect to…", Group::Tools, &["C"]),
    action(
        "tool.groups",
        "Open a group of components",
        Group::Tools,
        &["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"],
    ),
    action("tool.add", "Find a component to add", Group::Tools, &["A"]),
    action("tool.vpc", "Place VPC", Group::Tools, &[]),
    action("tool.subnet", "Place subnet", Group::Tools, &[]),
    action("tool.instance", "Place instance", Group::Tools, &[]),
    action("tool.internet-gateway", "Place internet gateway", Group::Tools, &[]),
    action("tool.nat-gateway", "Place NAT gateway", Group::Tools, &[]),
    action("tool.egress-only-internet-gateway", "Place egress-only internet gateway", Group::Tools, &[]),
    action("tool.route-table", "Place route table", Group::Tools, &[]),
    action("tool.security-group", "Place security group", Group::Tools, &[]),
    action("tool.internet-host", "Place internet host", Group::Tools, &[]),
    action("tool.network-acl", "Place network ACL", Group::Tools, &[]),
    action("tool.network-interface", "Place network interface", Group::Tools, &[]),
    action("tool.elastic-ip", "Place Elastic IP address", Group::Tools, &[]),
    action("tool.prefix-list", "Place prefix list", Group::Tools, &[]),
    action("tool.availability-zone", "Place Availability Zone", Group::Tools, &[]),
    action("tool.region", "Place Region", Group::Tools, &[]),
    action("tool.internet", "Place internet", Group::Tools, &[]),
    action("tool.vpc-peering-connection", "Place VPC peering connection", Group::Tools, &[]),
    action("tool.transit-gateway", "Place transit gateway", Group::Tools, &[]),
    action("tool.transit-gateway-attachment", "Place transit gateway attachment", Group::Tools, &[]),
    action("tool.transit-gateway-route-table", "Place transit gateway route table", Group::Tools, &[]),
    action("tool.virtual-private-gateway", "Place virtual private gateway", Group::Tools, &[]),
    action("tool.vpn-connection", "Place Site-to-Site VPN connection", Group::Tools, &[]),
    action("tool.direct-connect-gateway", "Place Direct Connect gateway", Group::Tools, &[]),
    action("tool.direct-connect-location", "Place Direct Connect location", Group::Tools, &[]),
    action("tool.direct-connect-lag", "Place link aggregation group", Group::Tools, &[]),
    action("tool.direct-connect-connection", "Place Direct Connect connection", Group::Tools, &[]),
    action("tool.virtual-interface", "Place virtual interface", Group::Tools, &[]),
    action("tool.on-premises", "Place on-premises site", Group::Tools, &[]),
    action("tool.on-premises-host", "Place on-premises host", Group::Tools, &[]),
    action("tool.on-premises-firewall", "Place on-premises firewall", Group::Tools, &[]),
    action("tool.customer-gateway", "Place customer gateway", Group::Tools, &[]),
    action("tool.client-vpn-endpoint", "Place Client VPN endpoint", Group::Tools, &[]),
    action("tool.vpn-client", "Place VPN client", Group::Tools, &[]),
    action("tool.aws-service", "Place AWS service", Group::Tools, &[]),
    action("tool.gateway-endpoint", "Place gateway endpoint", Group::Tools, &[]),
    action("tool.interface-endpoint", "Place interface endpoint", Group::Tools, &[]),
    action("tool.endpoint-service", "Place endpoint service", Group::Tools, &[]),
    action("tool.certificate", "Place ACM certificate", Group::Tools, &[]),
    action("tool.target-group", "Place target group", Group::Tools, &[]),
    action("tool.application-load-balancer", "Place Application Load Balancer", Group::Tools, &[]),
    action("tool.network-load-balancer", "Place Network Load Balancer", Group::Tools, &[]),
    action("tool.gateway-load-balancer", "Place Gateway Load Balancer", Group::Tools, &[]),
    action("tool.gateway-load-balancer-endpoint", "Place Gateway Load Balancer endpoint", Group::Tools, &[]),
    action("tool.network-firewall", "Place Network Firewall", Group::Tools, &[]),
    action("tool.network-firewall-endpoint", "Place Network Firewall endpoint", Group::Tools, &[]),
    action("tool.edge-location", "Place edge location", Group::Tools, &[]),
    action("tool.web-acl", "Place web ACL", Group::Tools, &[]),
    action("tool.cloudfront-distribution", "Place CloudFront distribution", Group::Tools, &[]),
    action("tool.shield-protection", "Place Shield Advanced protection", Group::Tools, &[]),
    action("tool.api-gateway", "Place API Gateway", Group::Tools, &[]),
    action("tool.app-mesh", "Place App Mesh", Group::Tools, &[]),
    action("tool.global-accelerator", "Place Global Accelerator", Group::Tools, &[]),
    action("tool.hosted-zone", "Place hosted zone", Group::Tools, &[]),
    action("tool.health-check", "Place health check", Group::Tools, &[]),
    action("tool.registered-domain", "Place registered domain", Group::Tools, &[]),
    action("tool.dns-server", "Place DNS server", Group::Tools, &[]),
    action("tool.resolver-endpoint", "Place Resolver endpoint", Group::Tools, &[]),
    action("tool.resolver-rule", "Place Resolver rule", Group::Tools, &[]),
    action("tool.dns-firewall-rule-group", "Place DNS Firewall rule group", Group::Tools, &[]),
    action("edit.fail", "Fail or restore", Group::Edit, &["X"]),
    action("edit.restore-all", "Restore everything that failed", Group::Edit, &[]),
    action("edit.add", "Add inside…", Group::Edit, &["N", "Insert"]),
    action("edit.undo", "Undo", Group::Edit, &["Mod+Z"]),
    action("edit.redo", "Redo", Group::Edit, &["Mod+Shift+Z", "Mod+Y"]),
    action("edit.history", "Show history", Group::Edit, &[]),
    action("edit.cut", "Cut", Group::Edit, &["Mod+X"]),
    action("edit.copy", "Copy", Group::Edit, &["Mod+C"]),
    action("edit.paste", "Paste", Group::Edit, &["Mod+V"]),
    action("edit.duplicate", "Duplicate", Group::Edit, &["Mod+D"]),
    action("edit.delete", "Delete", Group::Edit, &["Delete", "Backspace"]),
    action("edit.rename", "Rename", Group::Edit, &["F2"]),
    action("edit.select-all", "Select everything", Group::Edit, &["Mod+A"]),
    action("edit.same-kind", "Select all of this kind", Group::Edit, &["Mod+Shift+A"]),
    action("edit.extend", "Extend the selection", Group::Edit, &["Shift+Arrows"]),
    action("edit.menu", "Context menu", Group::Edit, &["Shift+F10", "ContextMenu"]),
    action("edit.nudge", "Nudge", Group::Edit, &["Alt+Arrows"]),
    action("edit.resize", "Resize", Group::Edit, &["Alt+Shift+Arrows"]),
    action("edit.align-left", "Align left", Group::Edit, &["Alt+Shift+ArrowLeft"]),
    action("edit.align-center", "Align centres", Group::Edit, &["Alt+Shift+C"]),
    action("edit.align-right", "Align right", Group::Edit, &["Alt+Shift+ArrowRight"]),
    action("edit.align-top", "Align top", Group::Edit, &["Alt+Shift+ArrowUp"]),
    action("edit.align-middle", "Align middles", Group::Edit, &["Alt+Shift+M"]),
    action("edit.align-bottom", "Align bottom", Group::Edit, &["Alt+Shift+ArrowDown"]),
    action("edit.distribute-horizontally", "Distribute horizontally", Group::Edit, &["Alt+Shift+H"]),
    action("edit.distribute-vertically", "Distribute vertically", Group::Edit, &["Alt+Shift+V"]),
    action("edit.split", "Split subnet into two halves", Group::Edit, &[]),
    action("edit.join", "Join subnet with its other half", Group::Edit, &[]),
    action("edit.space", "Address space of a VPC", Group::Edit, &[]),
    action("edit.tidy", "Tidy, keep what was moved by hand", Group::Edit, &["Shift+T"]),
    action("edit.tidy-all", "Tidy everything, also what was moved by hand", Group::Edit, &[]),
    action("view.fit", "Fit to window", Group::View, &["Shift+1", "F"]),
    action("view.fit-selection", "Fit selection", Group::View, &["Shift+2"]),
    action("view.zoom-in", "Zoom in", Group::View, &["+"]),
    action("view.zoom-out", "Zoom out", Group::View, &["-"]),
    action("view.zoom-reset", "Zoom to 100 %", Group::View, &[]),
    action("view.outline", "Show outline", Group::View, &["O"]),
    action("view.text", "Show the document as text", Group::View, &["T"]),
    action("view.build", "Build lens", Group::View, &["B"]),
    action("view.flow", "Flow lens", Group::View, &["G"]),
    action("view.inspector", "Inspector", Group::View, &["I"]),
    action("view.dock", "Dock", Group::View, &["D"]),
    action("view.theme", "Change theme", Group::View, &[]),
    action("flow.new", "Send a packet…", Group::Flow, &[]),
    action("flow.play", "Play or pause", Group::Flow, &["P"]),
    action("flow.toggle-dock", "Play or pause in the dock", Group::Flow, &["Space"]),
    action("flow.back", "Step back", Group::Flow, &["Shift+ArrowLeft"]),
    action("flow.forward", "Step forward", Group::Flow, &["Shift+ArrowRight"]),
    action("flow.back-dock", "Step back in the dock", Group::Flow, &["ArrowLeft"]),
    action("flow.forward-dock", "Step forward in the dock", Group::Flow, &["ArrowRight"]),
    action("flow.first", "First step", Group::Flow, &["Home"]),
    action("flow.last", "Last step", Group::Flow, &["End"]),
    action("flow.slower", "Slower", Group::Flow, &[","]),
    action("flow.faster", "Faster", Group::Flow, &["."]),
    action("flow.why", "Go to the rule that decided", Group::Flow, &[]),
    action("document.new", "New document", Group::Document, &[]),
    action("document.open", "Open a file…", Group::Document, &[]),
    action("document.import", "Import AWS CLI JSON…", Group::Document, &[]),
    action("document.save", "Save as a file", Group::Document, &["Mod+S"]),
    action("document.share", "Share", Group::Document, &[]),
    action("document.export", "Export", Group::Document, &[]),
    action("document.print", "Print sheet", Group::Document, &[]),
    action("document.rename", "Rename the document", Group::Document, &[]),
    action("document.duplicate", "Duplicate the document", Group::Document, &[]),
    action("document.home", "All documents", Group::Document, &[]),
    action("help.palette", "Command palette", Group::Help, &["Mod+K"]),
    action("help.find", "Find on the map", Group::Help, &["/", "Mod+F"]),
    action("help.shortcuts", "Keyboard shortcuts", Group::Help, &["?"]),
    action("help.back", "Back out one level", Group::Help, &["Escape"]),
];

/// Actions whose title matches what was typed, best first.
#[must_use]
pub fn find(text: &str) -> Vec<&'static Action> {
    let wanted = text.trim().to_lowercase();
    let mut hits: Vec<(u32, &Action)> = ACTIONS
        .iter()
        .filter_map(|action| crate::search::score(&wanted, action.title).map(|score| (score, action)))
        .collect();
    hits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    hits.into_iter().map(|(_, action)| action).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_key_and_no_shortcut_means_two_things() {
        let mut keys = BTreeSet::new();
        let mut shortcuts = BTreeSet::new();
        for action in ACTIONS {
            assert!(keys.insert(action.key), "{}", action.key);
            for shortcut in action.shortcuts {
                assert!(shortcuts.insert(shortcut), "{shortcut} of {}", action.key);
            }
        }
    }

    #[test]
    fn every_placeable_kind_has_a_tool() {
        for spec in crate::place::tools() {
            let key = format!("tool.{}", spec.kind);
            assert!(ACTIONS.iter().any(|action| action.key == key), "{key}");
        }
        for action in ACTIONS.iter().filter(|a| a.key.starts_with("tool.") && a.title.starts_with("Place")) {
            let kind = action.key.trim_start_matches("tool.");
            assert!(hopscope_aws::spec(kind).is_some(), "{kind}");
        }
    }

    #[test]
    fn typing_finds_an_action() {
        assert_eq!(find("undo").first().map(|action| action.key), Some("edit.undo"));
        assert_eq!(find("nat").first().map(|action| action.key), Some("tool.nat-gateway"));
        assert_eq!(find("").len(), ACTIONS.len());
        assert!(find("zzzz").is_empty());
    }
}
