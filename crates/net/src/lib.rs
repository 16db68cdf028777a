//! Addresses, prefixes, ports, protocols and packets: the words every other crate speaks.
//!
//! Knows nothing of clouds, documents or browsers. Everything is a plain value.

mod packet;
mod port;
pub mod prefix;
mod protocol;

pub use ipnet::{IpNet, Ipv4Net, Ipv6Net};
pub use packet::{FieldChange, FlowKey, Packet, Transport};
pub use port::{PortRange, PortRangeError};
pub use protocol::{Protocol, ProtocolError};
