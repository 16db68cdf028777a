//! A Direct Connect connection: a port at a location and the fibre to it (DX-01 to DX-08).

use hopscope_forward::{Id, Outcome, ReasonSpec, Severity, Visit};

use crate::arena::Ix;
use crate::catalog::{Config as Drawn, Part};
use crate::component::{Failure, Field, FieldKind, Shape, Spec};
use crate::components::direct_connect_lag::DxLag;
use crate::components::direct_connect_location::DxLocation;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::fabric::Component;
use crate::lower::Build;
use crate::network::{Network, Thing};
use crate::pipeline::At;
use crate::validate::{Check, codes};

mod carrier;

pub(crate) use carrier::Carrier;

record! {
    /// Configuration of a connection. Its parent is the location.
    pub struct Config {
        /// `dedicated` or `hosted` (DX-01).
        pub connection_type: String = "dedicated",
        /// Bandwidth (DX-01).
        pub port_speed: String = "1Gbps",
        /// AWS's state; nothing passes unless `available` (DX-04).
        pub state: String = "available",
        /// The LOA-CFA was used: the fibre is there (DX-04).
        pub cross_connect: bool = true,
        /// The transceiver of the cross-connect; the right one if empty (DX-01).
        pub optic: String,
        /// Bandwidth that the site's router is set to; the port's if empty (DX-02).
        pub site_speed: String,
        /// DX-02.
        pub auto_negotiation: bool,
        /// DX-06.
        pub macsec: bool,
        /// What becomes of packets while MACsec has no session: `should_encrypt` lets them pass in clear
        /// text, `must_encrypt` takes the connection down (DX-06).
        pub encryption_mode: String => "should_encrypt",
        /// A switch that knows no MACsec stands between the site's router and AWS's port (DX-06).
        pub switch_between: bool,
        /// What somebody on the fibre does with frames: `none`, `replayed` or `altered` (DX-06).
        pub frame_fault: String => "none",
        /// DX-05.
        pub lag: Option<Id>,
    }
}

/// What it says about itself.
pub static SPEC: Spec = Spec {
    kind: "direct-connect-connection",
    name: "Direct Connect connection",
    aws_type: Some("AWS::DirectConnect::Connection"),
    id_prefix: "dxcon",
    summary: "A physical port at a Direct Connect location.",
    parents: &["direct-connect-location"],
    shape: Shape::Card,
    route_target: (false, false),
    endpoint: false,
    fields: &[
        Field::new("connection_type", "Type", FieldKind::Choice(&["dedicated", "hosted"]), ""),
        Field::new(
            "port_speed",
            "Port speed",
            FieldKind::Choice(&[
                "50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps", "1Gbps", "2Gbps", "5Gbps",
                "10Gbps", "25Gbps", "100Gbps", "400Gbps",
            ]),
            "",
        ),
        Field::new(
            "state",
            "State",
            FieldKind::Choice(&["requested", "pending", "available", "down", "deleted"]),
            "requested, then pending (LOA-CFA issued), then available",
        ),
        Field::new(
            "cross_connect",
            "Cross-connect",
            FieldKind::Flag,
            "The fibre that the LOA-CFA authorises",
        ),
        Field::new(
            "optic",
            "Transceiver",
            FieldKind::Choice(&[
                "",
                "1000BASE-LX",
                "10GBASE-LR",
                "100GBASE-LR4",
                "400GBASE-LR4",
                "1000BASE-T",
                "10GBASE-SR",
            ]),
            "Single-mode fibre only; the right one if empty",
        ),
        Field::new("site_speed", "Speed at the router", FieldKind::Text, "The port's if empty"),
        Field::new("auto_negotiation", "Auto-negotiation", FieldKind::Flag, "Must be off above 1 Gbps"),
        Field::new("macsec", "MACsec", FieldKind::Flag, "Encrypts between your router and AWS's port"),
        Field::new(
            "encryption_mode",
            "MACsec encryption mode",
            FieldKind::Choice(&["should_encrypt", "must_encrypt"]),
            "must_encrypt takes the connection down while nothing is encrypted",
        ),
        Field::new(
            "switch_between",
            "Switch without MACsec",
            FieldKind::Flag,
            "A provider's device between your router and AWS's port",
        ),
        Field::new(
            "frame_fault",
            "Frames on the fibre are",
            FieldKind::Choice(&["none", "replayed", "altered"]),
            "To see what MACsec does; without it nobody notices",
        ),
        Field::new("lag", "Link aggregation group", FieldKind::Ref(&["direct-connect-lag"]), ""),
    ],
    failure: Some(Failure { field: "state", down: "down", up: "available" }),
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/WorkingWithConnections.html",
};

/// A device between router and port keeps MACsec from coming up (DX-06).
pub static MACSEC_SESSION: ReasonSpec = ReasonSpec {
    code: "I_DX_MACSEC_SESSION",
    aws_code: None,
    severity: Severity::Warning,
    rules: &["DX-06"],
    docs: "https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html",
};

packet_reason! {
    "https://docs.aws.amazon.com/directconnect/latest/UserGuide/MACsec.html",
    /// MACsec drops a frame that was sent before, or that is not as it was sent (DX-06; IEEE 802.1AE,
    /// section 10.6).
    FRAME_DROPPED, "X_DX_MACSEC_DROPPED", None, &["DX-06"]
}

/// Reasons it raises.
pub static REASONS: &[&ReasonSpec] = &[&MACSEC_SESSION, &FRAME_DROPPED];

/// What somebody on the fibre does with frames (DX-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameFault {
    /// A frame that was captured is sent again.
    Replayed,
    /// A frame is changed on its way.
    Altered,
}

impl FrameFault {
    fn read(text: &str) -> Option<Self> {
        match text {
            "replayed" => Some(Self::Replayed),
            "altered" => Some(Self::Altered),
            _ => None,
        }
    }

    /// By what the receiver knows it.
    pub(crate) fn tell(self) -> &'static str {
        match self {
            Self::Replayed => "its packet number was received before",
            Self::Altered => "its integrity check value (ICV) does not fit what it carries",
        }
    }
}

impl Config {
    /// Whether MACsec encrypts frames on it: it is on, and both ends meet directly (DX-06).
    #[must_use]
    pub fn encrypts(&self) -> bool {
        self.macsec && !self.switch_between
    }
}

/// Speeds of dedicated and of hosted connections in Mbps (DX-01).
const DEDICATED: &[u32] = &[1_000, 10_000, 100_000, 400_000];
/// Transceivers that Direct Connect takes, by speed in Mbps (DX-01).
const OPTICS: &[(u32, &str)] =
    &[(1_000, "1000BASE-LX"), (10_000, "10GBASE-LR"), (100_000, "100GBASE-LR4"), (400_000, "400GBASE-LR4")];
/// The slowest dedicated port with MACsec in Mbps (DX-06).
const MACSEC: u32 = 10_000;
const HOSTED: &[u32] = &[50, 100, 200, 300, 400, 500, 1_000, 2_000, 5_000, 10_000, 25_000];

/// How MACsec stands on a connection (DX-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Macsec {
    Off,
    On,
    /// Wanted, but the two ends are no neighbours.
    NoSession,
}

/// It, resolved.
#[derive(Debug)]
pub(crate) struct DxConnection {
    pub id: Id,
    pub location: Option<Ix<DxLocation>>,
    pub lag: Option<Ix<DxLag>>,
    pub hosted: bool,
    /// Mbps.
    pub speed: Option<u32>,
    /// As typed.
    pub speed_text: String,
    pub macsec: Macsec,
    pub frame_fault: Option<FrameFault>,
    /// As chosen; empty for the right one.
    optic: String,
    /// As typed; empty for the port's.
    site_speed: String,
    /// What of itself keeps it down (DX-02, DX-04).
    down: Option<&'static str>,
    /// How far its provisioning came.
    progress: Progress,
}

/// How far the provisioning of a connection came (DX-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    /// Ordered; no port yet.
    Requested,
    /// The letter is there, the fibre is not.
    Lettered,
    /// The fibre is there; whether the link is up is another question.
    Patched,
    /// The link is up.
    Linked,
}

/// Where a packet can be at it: only where it is down (DX-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {}

impl Component for DxConnection {
    type Config = Config;
    type Stage = Stage;

    fn declare(_: &Build<'_>, node: &Node, config: &Config) -> Option<Self> {
        let speed = speed(&config.port_speed);
        let macsec = match (config.macsec, config.encrypts()) {
            (false, _) => Macsec::Off,
            (true, true) => Macsec::On,
            (true, false) => Macsec::NoSession,
        };
        let down = if config.state != "available" {
            // DX-04: requested and pending ports are as down as a failed one.
            Some("port")
        } else if !config.cross_connect {
            Some("cross-connect")
        } else if config.auto_negotiation && speed.is_some_and(|mbps| mbps > 1_000) {
            // DX-02: above 1 Gbps AWS does not negotiate.
            Some("auto-negotiated link")
        } else if !config.site_speed.trim().is_empty() && self::speed(&config.site_speed) != speed {
            // DX-02: both ends are set to one speed by hand.
            Some("link speed")
        } else if !fits(&config.optic, speed) {
            Some("transceiver")
        } else if macsec == Macsec::NoSession && config.encryption_mode == "must_encrypt" {
            // DX-06: rather nothing than clear text.
            Some("MACsec session")
        } else {
            None
        };
        Some(Self {
            id: node.id.clone(),
            location: None,
            lag: None,
            hosted: config.connection_type == "hosted",
            speed,
            speed_text: config.port_speed.clone(),
            macsec,
            frame_fault: FrameFault::read(&config.frame_fault),
            optic: config.optic.clone(),
            site_speed: config.site_speed.clone(),
            down,
            progress: match (config.state.as_str(), down) {
                ("requested", _) => Progress::Requested,
                ("pending", _) => Progress::Lettered,
                _ if !config.cross_connect => Progress::Lettered,
                (_, Some(_)) => Progress::Patched,
                (_, None) => Progress::Linked,
            },
        })
    }

    fn link(build: &mut Build<'_>) {
        for node in build.nodes() {
            let Drawn::DirectConnectConnection(config) = &node.config else { continue };
            let location = location_of(build, node);
            let lag = match config.lag.as_ref().and_then(|id| build.thing(id)) {
                Some(Thing::Part(Part::DirectConnectLag(ix))) => Some(ix),
                _ => None,
            };
            if let Some(Thing::Part(Part::DirectConnectConnection(ix))) = build.thing(&node.id)
                && let Some(connection) = build.network.fabric.dx_connections.get_mut(ix)
            {
                connection.location = location;
                connection.lag = lag;
                if let Some(lag) = lag.and_then(|lag| build.network.fabric.dx_lags.get_mut(lag)) {
                    lag.links.push(ix);
                }
            }
        }
    }

    fn visit(_: &Network, stage: Stage, _: &mut Visit<'_>) -> Outcome<At> {
        match stage {}
    }

    /// DX-01: the speeds that AWS and its partners sell, and what goes with them.
    fn check(check: &mut Check<'_>) {
        let network = check.network;
        for (_, connection) in network.fabric.dx_connections.iter() {
            link(check, connection);
            let (sold, wanted) = if connection.hosted {
                (HOSTED, "50 Mbps to 25 Gbps on a hosted connection")
            } else {
                (DEDICATED, "1, 10, 100 or 400 Gbps on a dedicated connection")
            };
            if !connection.speed.is_some_and(|mbps| sold.contains(&mbps)) {
                check.report(
                    Diagnostic::new(&codes::DX_SPEED, &connection.id)
                        .field("port_speed")
                        .fact("speed", &connection.speed_text)
                        .fact("wanted", wanted),
                );
            }
        }
    }
}

/// DX-01, DX-02, DX-06: transceiver, the router's speed, and MACsec.
fn link(check: &mut Check<'_>, connection: &DxConnection) {
    let port = &connection.speed_text;
    if !fits(&connection.optic, connection.speed) {
        let right = optic_of(connection.speed).unwrap_or("single-mode fibre");
        check.report(
            Diagnostic::new(&codes::DX_OPTIC, &connection.id)
                .field("optic")
                .fact("optic", &connection.optic)
                .fact("wanted", format!("{right} on single-mode fibre")),
        );
    }
    if !connection.site_speed.trim().is_empty() && speed(&connection.site_speed) != connection.speed {
        check.report(
            Diagnostic::new(&codes::DX_SPEED, &connection.id)
                .field("site_speed")
                .fact("speed", &connection.site_speed)
                .fact("wanted", format!("the router must be set to {port}, as the port is")),
        );
    }
    if connection.macsec != Macsec::Off
        && !connection.hosted
        && connection.speed.is_some_and(|mbps| mbps < MACSEC)
    {
        check.report(Diagnostic::new(&codes::DX_MACSEC, &connection.id).field("macsec").fact("speed", port));
    }
}

/// The transceiver for a speed; none for speeds of hosted connections, which are the partner's.
fn optic_of(speed: Option<u32>) -> Option<&'static str> {
    OPTICS.iter().find(|(mbps, _)| Some(*mbps) == speed).map(|(_, optic)| *optic)
}

/// Whether a transceiver is left to AWS's choice, or is the one for the speed.
fn fits(optic: &str, speed: Option<u32>) -> bool {
    optic.is_empty() || optic_of(speed) == Some(optic)
}

/// A speed as typed (`10Gbps`), in Mbps.
fn speed(text: &str) -> Option<u32> {
    let text = text.trim();
    let (digits, unit) = match text.strip_suffix("Gbps") {
        Some(digits) => (digits, 1_000),
        None => (text.strip_suffix("Mbps")?, 1),
    };
    digits.trim().parse::<u32>().ok()?.checked_mul(unit)
}

/// The location that a connection or group stands in.
pub(crate) fn location_of(build: &Build<'_>, node: &Node) -> Option<Ix<DxLocation>> {
    match build.thing(node.parent.as_ref()?)? {
        Thing::Part(Part::DirectConnectLocation(ix)) => Some(ix),
        _ => None,
    }
}

/// Why the link itself carries nothing, its group not considered.
pub(crate) fn own_fault(network: &Network, ix: Ix<DxConnection>) -> Option<&'static str> {
    let connection = &network.fabric.dx_connections[ix];
    match connection.location {
        // DX-25: nothing at a failed location works.
        Some(location) if network.fabric.dx_locations[location].failed => Some("location"),
        _ => connection.down,
    }
}
