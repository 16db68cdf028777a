//! Strings of the page and of pictures.

/// Name of the tool.
pub const NAME: &str = "Hopscope";
/// A document without a name.
pub const UNTITLED: &str = "Untitled network";
/// A document without components.
pub const EMPTY_SCENE: &str = "An empty network map.";
/// The internet.
pub const INTERNET: &str = "Internet";
/// What the internet stands for.
pub const INTERNET_AT_LARGE: &str = "any public host";
/// The column of subnets that name no zone.
pub const NO_ZONE: &str = "No zone";
/// Badge of things in a failed zone.
pub const ZONE_FAILED: &str = "zone failed";
/// Badge of an Elastic IP address.
pub const ELASTIC: &str = "EIP";
/// Badge of an auto-assigned public address.
pub const PUBLIC_IP: &str = "public IP";
/// Direction of a rule list.
pub const INBOUND: &str = "inbound";
/// Direction of a rule list.
pub const OUTBOUND: &str = "outbound";
/// Mark of steps after a refusal.
pub const WOULD: &str = "would have been";
/// Heading of further refusals.
pub const WOULD_ALSO_BLOCK: &str = "Would also block";
/// Heading of the return leg.
pub const RETURN: &str = "Return";
/// Heading of the forward leg.
pub const FORWARD: &str = "Forward";
/// Nothing to return.
pub const NO_RETURN: &str = "No reply: the request never arrives.";
/// Heading of hints.
pub const WORTH_KNOWING: &str = "Worth knowing";

/// Play the flow.
pub const PLAY: &str = "Play";
/// Pause it.
pub const PAUSE: &str = "Pause";
/// One step on.
pub const STEP_FORWARD: &str = "Step forward";
/// One step back.
pub const STEP_BACK: &str = "Step back";
/// Back to the beginning.
pub const TO_START: &str = "To the beginning";
/// On to the end.
pub const TO_END: &str = "To the end";
/// Speed of playing.
pub const SPEED: &str = "Speed";

/// Columns of a route table.
pub const COL_DESTINATION: &str = "Destination";
/// Columns of a route table.
pub const COL_TARGET: &str = "Target";
/// Columns of a route table.
pub const COL_ORIGIN: &str = "Kind";
/// Columns of effective routes: whether the route counts.
pub const COL_STATE: &str = "State";
/// A route that counts.
pub const ROUTE_ACTIVE: &str = "active";
/// A route whose target is unusable.
pub const ROUTE_BLACKHOLE: &str = "blackhole";
/// Columns of evidence: what became of the row.
pub const COL_OUTCOME: &str = "Outcome";
/// Columns of a rule list.
pub const COL_LIST: &str = "List";
/// Columns of a rule list.
pub const COL_NUMBER: &str = "Rule";
/// Columns of a rule list.
pub const COL_RULE: &str = "Says";
/// Columns of a choice.
pub const COL_CANDIDATE: &str = "Candidate";
/// Columns of a list of DNS records.
pub const COL_RECORD: &str = "Record";
/// Columns of the ladder.
pub const COL_STEP: &str = "Step";
/// Columns of the ladder.
pub const COL_WHERE: &str = "Where";
/// Columns of the ladder.
pub const COL_DECISION: &str = "Decision";
/// Columns of the ladder.
pub const COL_WHY: &str = "Why";
/// Columns of the ladder.
pub const COL_PACKET: &str = "Packet";
/// A route that won.
pub const CHOSEN: &str = "chosen";
/// A route that won but leads nowhere.
pub const CHOSEN_BLACKHOLE: &str = "chosen, but its target is unusable";
/// A rule that decided.
pub const DECIDED: &str = "decided";

/// Header field, as rewrites name it.
pub const F_VERSION: &str = "IP version";
/// Header field, as rewrites name it.
pub const F_SOURCE: &str = "source address";
/// Header field, as rewrites name it.
pub const F_DESTINATION: &str = "destination address";
/// Header field, as rewrites name it.
pub const F_PROTOCOL: &str = "protocol";
/// Header field, as rewrites name it.
pub const F_SOURCE_PORT: &str = "source port";
/// Header field, as rewrites name it.
pub const F_DESTINATION_PORT: &str = "destination port";
/// Header field, as rewrites name it.
pub const F_ICMP_TYPE: &str = "ICMP type";
/// Header field.
pub const F_ICMP_CODE: &str = "ICMP code";
/// Header field, as rewrites name it.
pub const F_ICMP_IDENTIFIER: &str = "ICMP identifier";
/// Header field.
pub const F_SIZE: &str = "size";
/// Header field.
pub const F_FRAGMENT: &str = "fragment";
/// Yes.
pub const YES: &str = "yes";

/// Heading of the reason.
pub const WHY: &str = "Why";
/// Mark of a leg that never ran.
pub const WHAT_WOULD_HAPPEN: &str = "what would happen";
/// The empty choice of a reference.
pub const NONE: &str = "None";
/// Target of the VPC's own routes.
pub const LOCAL: &str = "local";

/// Column of a rule or route table.
pub const COL_PRIVATE: &str = "Private address";
/// Column of a rule or route table.
pub const COL_PUBLIC: &str = "Public address";
/// Column of a rule or route table.
pub const COL_PROTOCOL: &str = "Protocol";
/// Column of a rule or route table.
pub const COL_PORTS: &str = "Ports";
/// Column of a rule or route table.
pub const COL_PEER: &str = "Peer";
/// Column of a rule or route table.
pub const COL_NOTE: &str = "Note";
/// Column of a rule or route table.
pub const COL_RULE_NUMBER: &str = "Rule";
/// Column of a rule or route table.
pub const COL_ACTION: &str = "Action";
/// Column of a rule or route table.
pub const COL_BLOCK: &str = "CIDR block";
/// Column of a rule or route table.
pub const COL_PROPAGATED: &str = "Propagated";
/// Column of a rule or route table.
pub const COL_PORT: &str = "Port";
/// Column of a rule or route table.
pub const COL_FORWARD_TO: &str = "Forward to";
/// Column of a rule or route table.
pub const COL_TO_PORT: &str = "To port";
/// Every IPv4 address.
pub const ANY_IPV4: &str = "0.0.0.0/0 (any IPv4)";
/// Every IPv6 address.
pub const ANY_IPV6: &str = "::/0 (any IPv6)";
/// What a cell wants.
pub const P_NUMBER: &str = "Write a whole number.";
/// What a cell wants; the words follow.
pub const P_CHOICE: &str = "Choose one of";
/// What a cell wants.
pub const P_PROTOCOL: &str = "Write all, tcp, udp, icmp, icmpv6 or a protocol number from 0 to 255.";
/// What a cell wants.
pub const P_PORTS: &str = "Write a port (443), a range (1024-65535), an ICMP type (8/0) or all.";
/// What a cell wants.
pub const P_PEER: &str = "Write a block such as 10.0.0.0/16, or choose a security group or prefix list.";
/// What a cell wants.
pub const P_BLOCK: &str = "Write a block such as 10.0.0.0/16 or 2001:db8::/56.";
/// What a cell wants.
pub const P_EMPTY_BLOCK: &str = "Empty: write a block such as 10.0.0.0/16.";
/// An address where a block is wanted; the block follows.
pub const P_NO_LENGTH: &str = "The prefix length is missing; for this one address write";
/// What a cell wants.
pub const P_WANTS_V4: &str = "Write an IPv4 block here.";
/// What a cell wants.
pub const P_WANTS_V6: &str = "Write an IPv6 block here.";
/// What a cell wants.
pub const P_ADDRESS: &str = "Write an IP address such as 10.0.0.10.";
/// What a cell wants.
pub const P_TARGET: &str = "Empty: choose a target.";
/// A component that routes cannot lead to.
pub const P_NOT_TARGET: &str = "Routes cannot lead there: choose a gateway, an interface or an instance.";
/// Follows the id of something that is not there.
pub const P_GONE: &str = "does not exist: choose another one.";
/// Precedes the kind of something else.
pub const P_WRONG_KIND: &str = "This does not fit here; it is a component of the kind";
