//! A connection or group of connections as what carries virtual interfaces (DX-05, DX-06). Knows nothing of
//! how a connection is drawn.

use hopscope_forward::{Evidence, Id};

use super::{DxConnection, FrameFault, Macsec, Progress, SPEC, own_fault};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::direct_connect_lag::{self, DxLag};
use crate::components::direct_connect_location::DxLocation;
use crate::lower::Build;
use crate::network::{Network, Thing};

/// What carries a virtual interface: a connection, or the group it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// A connection of its own.
    Connection(Ix<DxConnection>),
    /// A link aggregation group.
    Lag(Ix<DxLag>),
}

impl Carrier {
    /// The carrier of a virtual interface that is drawn in `parent`. A connection in a group
    /// hands its interfaces to the group (DX-05).
    pub fn of(build: &Build<'_>, parent: &Id) -> Option<Self> {
        match build.thing(parent)? {
            Thing::Part(Part::DirectConnectLag(ix)) => Some(Self::Lag(ix)),
            Thing::Part(Part::DirectConnectConnection(ix)) => {
                let lag = build.network.fabric.dx_connections[ix].lag;
                Some(lag.map_or(Self::Connection(ix), Self::Lag))
            }
            _ => None,
        }
    }

    pub fn id(self, network: &Network) -> &Id {
        match self {
            Self::Connection(ix) => &network.fabric.dx_connections[ix].id,
            Self::Lag(ix) => &network.fabric.dx_lags[ix].id,
        }
    }

    pub fn kind(self) -> &'static str {
        match self {
            Self::Connection(_) => SPEC.kind,
            Self::Lag(_) => direct_connect_lag::SPEC.kind,
        }
    }

    pub fn location(self, network: &Network) -> Option<&DxLocation> {
        let ix = match self {
            Self::Connection(ix) => network.fabric.dx_connections[ix].location,
            Self::Lag(ix) => network.fabric.dx_lags[ix].location,
        };
        ix.map(|ix| &network.fabric.dx_locations[ix])
    }

    /// What keeps it down.
    pub fn fault(self, network: &Network) -> Option<&'static str> {
        match self {
            Self::Connection(ix) => own_fault(network, ix),
            Self::Lag(ix) => direct_connect_lag::fault(network, ix),
        }
    }

    /// How far the provisioning came; the furthest of a group's links counts, and a group that is
    /// down for want of links is no further than its fibres.
    pub fn progress(self, network: &Network) -> Progress {
        let own = match self {
            Self::Connection(ix) => network.fabric.dx_connections[ix].progress,
            Self::Lag(ix) => {
                let links = network.fabric.dx_lags[ix].links.iter();
                let furthest = links.map(|link| network.fabric.dx_connections[*link].progress).max();
                furthest.unwrap_or(Progress::Requested)
            }
        };
        if self.fault(network).is_some() { own.min(Progress::Patched) } else { own }
    }

    /// Its bandwidth as typed, of each link of a group.
    pub fn speed_text(self, network: &Network) -> String {
        match self {
            Self::Connection(ix) => network.fabric.dx_connections[ix].speed_text.clone(),
            Self::Lag(ix) => {
                let links = &network.fabric.dx_lags[ix].links;
                let each = links.first().map(|link| network.fabric.dx_connections[*link].speed_text.as_str());
                each.map_or_else(String::new, |speed| format!("{} × {speed}", links.len()))
            }
        }
    }

    /// DX-05: how many links of a group work, of how many that must.
    pub fn links(self, network: &Network) -> Option<Evidence> {
        let Self::Lag(ix) = self else { return None };
        let (working, needed) = direct_connect_lag::links(network, ix);
        let value = Some(format!("{working}/{needed}"));
        Some(Evidence::Check { check: "dx-links", passed: working >= needed, value })
    }

    /// DX-06: whether frames between router and port are encrypted, on every link of a group.
    pub fn macsec(self, network: &Network) -> bool {
        match self {
            Self::Connection(ix) => network.fabric.dx_connections[ix].macsec == Macsec::On,
            Self::Lag(ix) => {
                let links = &network.fabric.dx_lags[ix].links;
                let on = |link: &Ix<DxConnection>| network.fabric.dx_connections[*link].macsec == Macsec::On;
                !links.is_empty() && links.iter().all(on)
            }
        }
    }

    /// DX-06: the connection on which MACsec drops what somebody did with its frames.
    pub fn dropped(self, network: &Network) -> Option<(&DxConnection, FrameFault)> {
        let connections = &network.fabric.dx_connections;
        let dropped = |link: &Ix<DxConnection>| {
            let link = Some(&connections[*link]).filter(|link| link.macsec == Macsec::On)?;
            Some((link, link.frame_fault?))
        };
        match self {
            Self::Connection(ix) => dropped(&ix),
            Self::Lag(ix) => network.fabric.dx_lags[ix].links.iter().find_map(dropped),
        }
    }

    /// DX-06: a connection on which MACsec is wanted and has no session.
    pub fn without_session(self, network: &Network) -> Option<&DxConnection> {
        let connections = &network.fabric.dx_connections;
        let failed = |link: &DxConnection| link.macsec == Macsec::NoSession;
        match self {
            Self::Connection(ix) => Some(&connections[ix]).filter(|link| failed(link)),
            Self::Lag(ix) => {
                let mut links = network.fabric.dx_lags[ix].links.iter().map(|link| &connections[*link]);
                links.find(|link| failed(link))
            }
        }
    }

    /// Sold by a partner (DX-12).
    pub fn hosted(self, network: &Network) -> bool {
        matches!(self, Self::Connection(ix) if network.fabric.dx_connections[ix].hosted)
    }
}
