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
/// Columns of evidence: what became of the row.
pub const COL_OUTCOME: &str = "Outcome";
/// Columns of a rule list.
pub const COL_LIST: &str = "List";
/// Columns of a rule list.
pub const COL_NUMBER: &str = "Rule";
/// Columns of a rule list.
pub const COL_RULE: &str = "Says";
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
