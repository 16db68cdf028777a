//! What listens on a host: sockets by protocol, address and port, and who takes a packet that came
//! as far as that (PIPE-15). Knows nothing of whose host it is.

use std::net::{IpAddr, SocketAddr};

use hopscope_forward::{Evidence, Hop, LegKind, Reason, Visit, Where};
use hopscope_net::{Packet, Protocol};

use crate::catalog::Config;
use crate::component::{Field, FieldKind, Rows};
use crate::components::instance;
use crate::diagnostic::Diagnostic;
use crate::validate::{Check, codes};

record! {
    /// One socket that listens.
    pub struct Listener {
        /// Address and port: `0.0.0.0:8080` and `[::]:8080` are every address of the family.
        pub address: String,
        /// `tcp` or `udp`.
        pub protocol: String = "tcp",
        /// `IPV6_V6ONLY`: a socket at `[::]` takes no IPv4 (RFC 3493, section 5.3).
        pub v6_only: bool,
    }
}

/// What they are to a form.
pub static LISTENERS: Rows = Rows {
    noun: "listener",
    columns: &[
        Field::new("address", "Address and port", FieldKind::Text, "0.0.0.0:8080, [::]:8080, [::1]:8080"),
        Field::new("protocol", "Protocol", FieldKind::Choice(&["tcp", "udp"]), ""),
        Field::new("v6_only", "IPv6 only", FieldKind::Flag, "IPV6_V6ONLY of a socket at [::]"),
    ],
};

/// One line of help for the field that holds them.
pub(crate) const HELP: &str = "Sockets; everything listens if empty";

/// A socket that listens.
#[derive(Clone, Debug)]
struct Socket {
    at: SocketAddr,
    protocol: Protocol,
    v6_only: bool,
}

impl Socket {
    fn read(row: &Listener) -> Option<Self> {
        let at = row.address.trim().parse().ok()?;
        let protocol = if row.protocol == "udp" { Protocol::UDP } else { Protocol::TCP };
        Some(Self { at, protocol, v6_only: row.v6_only })
    }

    fn takes(&self, packet: &Packet) -> bool {
        if self.protocol != packet.protocol || packet.destination_port() != Some(self.at.port()) {
            return false;
        }
        match (self.at.ip(), packet.destination) {
            (IpAddr::V4(own), IpAddr::V4(asked)) => own.is_unspecified() || own == asked,
            (IpAddr::V6(own), IpAddr::V6(asked)) => own.is_unspecified() || own == asked,
            // RFC 3493: an IPv6 socket takes IPv4 under mapped addresses, unless told not to.
            (IpAddr::V6(own), IpAddr::V4(asked)) => {
                !self.v6_only && (own.is_unspecified() || own.to_ipv4_mapped() == Some(asked))
            }
            (IpAddr::V4(_), IpAddr::V6(_)) => false,
        }
    }
}

/// The sockets of a host; none drawn is everything. A row that cannot be read listens to nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sockets(Option<Vec<Socket>>);

impl Sockets {
    pub fn read(rows: &[Listener]) -> Self {
        Self((!rows.is_empty()).then(|| rows.iter().filter_map(Socket::read).collect()))
    }
}

/// A host at whose door a packet stands takes it, or refuses it because nothing listens there.
/// Replies go to the socket that asked, and are not judged.
pub(crate) fn take(sockets: &Sockets, hop: Hop, at: Where, visit: &mut Visit<'_>) {
    let packet = visit.packet.clone();
    let asks = visit.leg != LegKind::Return && packet.protocol.has_ports();
    let (Some(sockets), Some(port), true) = (&sockets.0, packet.destination_port(), asks) else {
        visit.record(hop);
        return;
    };
    let check = |check, passed, value| Evidence::Check { check, passed, value: Some(value) };
    let Some(socket) = sockets.iter().find(|socket| socket.takes(&packet)) else {
        let asked = SocketAddr::new(packet.destination, port);
        let reason = Reason::new(&instance::NO_LISTENER, at)
            .fact("protocol", packet.protocol)
            .fact("address", asked)
            .fact(
                "answer",
                if packet.protocol == Protocol::TCP { "a reset" } else { "ICMP port unreachable" },
            );
        visit.deny(hop.with(check("socket", false, asked.to_string())).by(&["PIPE-15"]), reason);
        return;
    };
    let mut hop = hop.with(check("socket", true, socket.at.to_string())).by(&["PIPE-02", "PIPE-15"]);
    if let (true, IpAddr::V4(source)) = (socket.at.is_ipv6(), packet.source) {
        hop = hop.with(check("mapped-source", true, source.to_ipv6_mapped().to_string()));
    }
    visit.record(hop);
}

/// Rows that are no socket.
pub(crate) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let rows = match &node.config {
            Config::Instance(config) => &config.listeners,
            Config::InternetHost(config) => &config.listeners,
            Config::OnPremisesHost(config) => &config.listeners,
            _ => continue,
        };
        for (n, row) in rows.iter().enumerate().filter(|(_, row)| Socket::read(row).is_none()) {
            check.report(
                Diagnostic::new(&codes::UNREADABLE, &node.id)
                    .field(format!("listeners/{n}/address"))
                    .fact("text", &row.address)
                    .fact("wanted", "an address and a port such as 0.0.0.0:8080 or [::]:8080"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hopscope_net::Transport;

    fn takes(address: &str, v6_only: bool, destination: &str, port: u16) -> bool {
        let row = Listener { address: address.to_owned(), v6_only, ..Listener::default() };
        let destination: IpAddr = destination.parse().unwrap();
        let source = if destination.is_ipv4() { "198.51.100.7" } else { "2001:db8:ffff::7" };
        let packet = Packet {
            source: source.parse().unwrap(),
            destination,
            protocol: Protocol::TCP,
            transport: Transport::Ports { source: 50_000, destination: port },
            size: 60,
            dont_fragment: true,
            fragment: false,
        };
        Socket::read(&row).is_some_and(|socket| socket.takes(&packet))
    }

    #[test]
    fn sockets_take_what_their_kernel_would_give_them() {
        let (four, six) = ("10.0.1.10", "2600:1f14:e22:8101::10");
        for (address, v6_only, takes_four, takes_six) in [
            ("0.0.0.0:8080", false, true, false),
            ("0.0.0.0:8080", true, true, false),
            ("[::]:8080", false, true, true),
            ("[::]:8080", true, false, true),
            ("127.0.0.1:8080", false, false, false),
            ("[::1]:8080", false, false, false),
            ("10.0.1.10:8080", false, true, false),
            ("10.0.1.11:8080", false, false, false),
            ("[2600:1f14:e22:8101::10]:8080", false, false, true),
            ("[::ffff:10.0.1.10]:8080", false, true, false),
            ("[::ffff:10.0.1.10]:8080", true, false, false),
            ("8080", false, false, false),
            ("", false, false, false),
        ] {
            assert_eq!(takes(address, v6_only, four, 8080), takes_four, "{address} {v6_only} IPv4");
            assert_eq!(takes(address, v6_only, six, 8080), takes_six, "{address} {v6_only} IPv6");
            assert!(!takes(address, v6_only, four, 8081), "{address}");
        }
    }
}
