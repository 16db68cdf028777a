//! Exchanges that are no packet flows, told message by message: how a Site-to-Site VPN comes up, how
//! a user logs in to Client VPN, how a Direct Connect link becomes a route. Data computed from the
//! drawn network, and where it stops; knows no words and no screen.

mod client_vpn;
mod direct_connect;
mod site_to_site;

use std::net::IpAddr;

use hopscope_forward::{Id, Reason};
use hopscope_net::IpNet;
use serde::Serialize;

use crate::advertisements::Installed;
use crate::catalog::Part;
use crate::network::{Network, Thing};

/// Most messages of one procedure; what would follow is left out.
pub const MOST_ACTS: usize = 400;

/// What is being set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A Site-to-Site VPN connection (VPN-01 to VPN-24).
    SiteToSiteVpn,
    /// A user's login to a Client VPN endpoint (CVPN-01 to CVPN-19).
    ClientVpnLogin,
    /// A Direct Connect port and the virtual interfaces on it (DX-01 to DX-14).
    DirectConnect,
}

/// A procedure: who tells whom what, in which order, and where it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Procedure {
    /// What is being set up.
    pub topic: Topic,
    /// The component it belongs to.
    pub subject: Id,
    /// Its kind slug.
    pub kind: &'static str,
    /// Who takes part, in order of appearance.
    pub parties: Vec<Party>,
    /// Messages in order.
    pub acts: Vec<Act>,
    /// Why it does not come to its end; none where it works.
    pub reason: Option<Reason>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// What it does here.
    pub role: Role,
    /// The component, where it is one.
    pub id: Option<Id>,
    /// The component's kind slug; empty where it is none.
    pub kind: &'static str,
}

/// What somebody does in a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A component of the drawing.
    Component,
    /// Whoever configures AWS and the router.
    Administrator,
    /// Whoever patches fibres at a Direct Connect location.
    Colocation,
    /// The site's internet provider, and the internet behind it.
    Internet,
    /// AWS's public side, where the tunnels' outside addresses are.
    AwsEdge,
    /// AWS's public services.
    AwsServices,
    /// A person at a VPN client.
    Person,
    /// The Active Directory that a Client VPN endpoint asks.
    Directory,
    /// The SAML identity provider that a user logs in at.
    IdentityProvider,
    /// A DNS server whose address is pushed to clients.
    DnsServer,
}

/// Part of a procedure, for headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// Things are made in AWS.
    Create,
    /// A tunnel comes up.
    Tunnel {
        /// Its name.
        name: String,
    },
    /// Routes become known, by BGP or by hand.
    Routes,
    /// What happens when the tunnel in use fails (VPN-10, VPN-24).
    Failover {
        /// The tunnel that fails.
        name: String,
        /// It has failed: this is no what-if.
        now: bool,
    },
    /// Packets follow.
    Traffic,
    /// The ends ask each other whether they live; repeated.
    KeepAlive,
    /// Both ends show who they are.
    Handshake,
    /// What the client is told.
    Push,
    /// What each packet must pass.
    Gates,
    /// Port, letter of authorization and fibre (DX-04).
    Port,
    /// VLANs of the virtual interfaces (DX-03).
    Vlans,
    /// BGP and BFD (DX-07).
    Bgp,
    /// Where the virtual interfaces lead (DX-09 to DX-11).
    Onward,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    /// Part of the procedure.
    pub phase: Phase,
    /// Who acts: position in [`Procedure::parties`].
    pub from: usize,
    /// Towards whom; the same where it acts on itself.
    pub to: usize,
    /// It answers an earlier one.
    pub response: bool,
    /// What happens.
    pub what: What,
    /// Why it fails here.
    pub stopped: Option<Reason>,
    /// It only would have happened: something failed before.
    pub would: bool,
}

/// What a message says or does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum What {
    /// The customer gateway, the gateway and the connection are made.
    CreateVpn {
        /// The customer gateway.
        router: Option<Id>,
        /// Its outside address and number.
        address: Option<IpAddr>,
        /// Autonomous system of the site.
        asn: u32,
        /// AWS's gateway.
        gateway: Option<Id>,
    },
    /// The configuration file: outside addresses of the tunnels and their keys.
    Configuration {
        /// Outside addresses.
        tunnels: Vec<Option<IpAddr>>,
    },
    /// It is loaded into the router.
    Configure,
    /// IKE phase 1: a secure channel between the ends.
    Ike {
        /// The tunnel's name.
        tunnel: String,
        /// AWS's outside address.
        address: Option<IpAddr>,
        /// UDP port.
        port: u16,
    },
    /// IKE phase 2: the IPsec keys.
    Ipsec {
        /// The tunnel's name.
        tunnel: String,
    },
    /// Both phases in one message.
    Both {
        /// The tunnel's name.
        tunnel: String,
        /// AWS's outside address.
        address: Option<IpAddr>,
    },
    /// BGP OPEN and KEEPALIVE.
    BgpOpen {
        /// The speaker's autonomous system.
        asn: u32,
        /// The speaker's address inside the tunnel or on the VLAN.
        address: Option<IpAddr>,
    },
    /// BGP UPDATE.
    Update {
        /// Prefixes.
        prefixes: Vec<IpNet>,
    },
    /// Prefixes become routes of tables of a VPC or transit gateway.
    Installs {
        /// Tables.
        tables: Vec<Installed>,
    },
    /// Prefixes become routes of the site.
    SiteInstalls {
        /// Prefixes.
        prefixes: Vec<IpNet>,
        /// Next hop of all of them: AWS's end inside the tunnel.
        via: Option<IpAddr>,
    },
    /// The site's prefixes are typed on the connection (VPN-03).
    StaticRoutes {
        /// Prefixes.
        prefixes: Vec<IpNet>,
    },
    /// Routes towards AWS are written into the router.
    RoutesByHand {
        /// Prefixes.
        prefixes: Vec<IpNet>,
    },
    /// The peer has been silent for so long that the tunnel counts as down (VPN-24).
    Silence {
        /// The tunnel's name.
        tunnel: String,
        /// Seconds.
        seconds: u32,
    },
    /// Traffic goes by another tunnel.
    Moves {
        /// The tunnel's name.
        tunnel: String,
        /// AWS's outside address.
        address: Option<IpAddr>,
    },
    /// A packet inside the tunnel or on the VLAN.
    Data {
        /// The tunnel's name; empty on a VLAN.
        tunnel: String,
    },
    /// Dead peer detection: are you there?
    KeepAlive {
        /// The tunnel's name.
        tunnel: String,
    },
    /// A user supplies a certificate or credentials.
    Credentials {
        /// How users authenticate.
        authentication: String,
    },
    /// TLS ClientHello.
    Hello {
        /// Transport protocol and port (`udp 443`).
        transport: String,
    },
    /// TLS: the certificate of the endpoint.
    ServerCertificate {
        /// Its name in ACM.
        name: String,
    },
    /// The client checks it by itself.
    ChecksServer,
    /// TLS: the certificate of the client.
    ClientCertificate,
    /// The endpoint checks it by itself.
    ChecksClient,
    /// User name and password, passed on.
    Password,
    /// The directory knows the user.
    UserKnown {
        /// Groups of the user.
        groups: Vec<String>,
    },
    /// Login in a browser at the identity provider.
    SamlLogin,
    /// The signed assertion about the user.
    SamlAssertion,
    /// The TLS tunnel stands.
    TlsTunnel {
        /// Transport protocol and port.
        transport: String,
    },
    /// Address, routes and DNS servers, pushed.
    Push {
        /// The client's address.
        address: Option<IpAddr>,
        /// Routes; none for a full tunnel (CVPN-09).
        routes: Option<Vec<IpNet>>,
        /// DNS servers.
        dns: Vec<IpAddr>,
    },
    /// A question for a name.
    AsksName {
        /// The server.
        server: IpAddr,
    },
    /// A first packet out of the tunnel.
    FirstPacket {
        /// Where it is going.
        destination: IpAddr,
    },
    /// A route of the endpoint is chosen (CVPN-05).
    EndpointRoute {
        /// Destination of the route.
        route: Option<IpNet>,
    },
    /// An authorization rule admits it (CVPN-06).
    Authorizes {
        /// The rule.
        rule: Option<String>,
    },
    /// It leaves by the endpoint's interface, with that one's address (CVPN-07).
    LeavesBy {
        /// Address of the interface.
        address: Option<IpAddr>,
        /// Where it is going.
        destination: IpAddr,
    },
    /// A port is ordered (DX-01).
    OrderPort {
        /// Bandwidth as typed.
        speed: String,
        /// The location.
        location: Option<Id>,
    },
    /// The letter of authorization for that port (DX-04).
    Letter,
    /// The fibre is patched.
    CrossConnect,
    /// Light, speed and duplex fit.
    Link {
        /// Bandwidth as typed.
        speed: String,
    },
    /// Both ends agree on MACsec keys (DX-06).
    Macsec,
    /// Frames with that tag on a sub-interface of their own (DX-03).
    Tagged {
        /// The tag.
        vlan: u32,
        /// The virtual interface it is meant for.
        interface: Id,
        /// Its type.
        purpose: &'static str,
    },
    /// AWS knows the tag.
    Maps {
        /// The tag.
        vlan: u32,
        /// Type of the virtual interface.
        purpose: &'static str,
    },
    /// BFD watches the link (DX-07).
    Bfd {
        /// Seconds until a failure is noticed.
        seconds: u32,
        /// The router does it too.
        on: bool,
    },
    /// The virtual interface leads on.
    Leads {
        /// Its type, or the kind of what joins.
        purpose: &'static str,
        /// Prefixes that AWS tells the site.
        prefixes: Vec<IpNet>,
    },
}

/// The kinds that have a procedure.
#[must_use]
pub fn has(kind: &str) -> bool {
    matches!(
        kind,
        "vpn-connection"
            | "client-vpn-endpoint"
            | "vpn-client"
            | "virtual-interface"
            | "direct-connect-connection"
            | "direct-connect-lag"
    )
}

/// The procedure of a component; none where its kind has none.
#[must_use]
pub fn procedure(network: &Network, id: &str) -> Option<Procedure> {
    let Some(Thing::Part(part)) = network.index.get(id) else { return None };
    match *part {
        Part::VpnConnection(ix) => Some(site_to_site::tell(network, ix)),
        Part::ClientVpnEndpoint(ix) => Some(client_vpn::tell(network, ix, None)),
        Part::VpnClient(ix) => {
            let endpoint = network.fabric.vpn_clients[ix].endpoint?;
            Some(client_vpn::tell(network, endpoint, Some(ix)))
        }
        Part::VirtualInterface(ix) => Some(direct_connect::of_interface(network, ix)),
        Part::DirectConnectConnection(ix) => Some(direct_connect::of_connection(network, ix)),
        Part::DirectConnectLag(ix) => Some(direct_connect::of_lag(network, ix)),
        _ => None,
    }
}

/// Writes a procedure down, message by message. After a failure everything is hypothetical.
struct Teller<'a> {
    network: &'a Network,
    told: Procedure,
    phase: Phase,
    /// Stops the next message.
    next: Option<Reason>,
    /// Something has been stopped.
    off: bool,
}

impl<'a> Teller<'a> {
    fn new(network: &'a Network, topic: Topic, subject: Part, phase: Phase) -> Self {
        let subject_id = subject.id(network).clone();
        let told = Procedure {
            topic,
            subject: subject_id,
            kind: subject.kind(),
            parties: Vec::new(),
            acts: Vec::new(),
            reason: None,
        };
        Self { network, told, phase, next: None, off: false }
    }

    /// The position of a component among the parties.
    fn component(&mut self, id: &Id, kind: &'static str) -> usize {
        self.party(Party { role: Role::Component, id: Some(id.clone()), kind })
    }

    fn part(&mut self, part: Part) -> usize {
        let id = part.id(self.network).clone();
        self.component(&id, part.kind())
    }

    /// The position of somebody who is no component.
    fn role(&mut self, role: Role) -> usize {
        self.party(Party { role, id: None, kind: "" })
    }

    fn party(&mut self, party: Party) -> usize {
        match self.told.parties.iter().position(|other| *other == party) {
            Some(position) => position,
            None => {
                self.told.parties.push(party);
                self.told.parties.len() - 1
            }
        }
    }

    /// The next message fails for that reason, and what follows does not happen.
    fn stop(&mut self, reason: Reason) {
        if !self.off {
            self.next = Some(reason);
        }
    }

    fn asks(&mut self, from: usize, to: usize, what: What) {
        self.act(from, to, what, false);
    }

    fn answers(&mut self, from: usize, to: usize, what: What) {
        self.act(from, to, what, true);
    }

    fn act(&mut self, from: usize, to: usize, what: What, response: bool) {
        if self.told.acts.len() >= MOST_ACTS {
            return;
        }
        let stopped = self.next.take();
        let would = self.off;
        self.off |= stopped.is_some();
        self.told.acts.push(Act { phase: self.phase.clone(), from, to, response, what, stopped, would });
    }

    /// What failed so far concerns one of several ways only: the rest goes on.
    fn recover(&mut self) {
        self.off = false;
        self.next = None;
    }

    /// The procedure; `reason` is why it does not work as a whole.
    fn end(mut self, reason: Option<Reason>) -> Procedure {
        self.told.reason = reason;
        self.told
    }
}
