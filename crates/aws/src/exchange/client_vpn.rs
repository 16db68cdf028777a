//! How a user logs in to a Client VPN endpoint, and what the first packet passes (CVPN-01 to CVPN-19).

use std::net::IpAddr;

use hopscope_forward::{Reason, Where};
use hopscope_net::IpNet;
use hopscope_net::prefix::nth;

use super::{Party, Phase, Procedure, Role, Teller, Topic, What};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::client_vpn_endpoint::{self, AUTH_FAILED, ClientVpn, Landing, SPEC};
use crate::components::vpn_client::VpnClient;
use crate::network::Network;
use crate::validate::codes;

/// The login of one user; of the first who is drawn where none is named.
pub(super) fn tell(network: &Network, ix: Ix<ClientVpn>, user: Option<Ix<VpnClient>>) -> Procedure {
    let endpoint = &network.fabric.cvpns[ix];
    let user = user.or_else(|| endpoint.clients.first().copied());
    let subject = user.map_or(Part::ClientVpnEndpoint(ix), Part::VpnClient);
    let mut login = Login::new(network, ix, user, subject);
    login.handshake();
    login.push();
    login.gates();
    let reason = login.teller.told.acts.iter().find_map(|act| act.stopped.clone());
    login.teller.end(reason)
}

struct Login<'a> {
    teller: Teller<'a>,
    ix: Ix<ClientVpn>,
    endpoint: &'a ClientVpn,
    user: Option<&'a VpnClient>,
    person: usize,
    client: usize,
    server: usize,
}

impl<'a> Login<'a> {
    fn new(network: &'a Network, ix: Ix<ClientVpn>, user: Option<Ix<VpnClient>>, subject: Part) -> Self {
        let mut teller = Teller::new(network, Topic::ClientVpnLogin, subject, Phase::Handshake);
        let person = teller.role(Role::Person);
        let client = match user {
            Some(user) => teller.part(user.into()),
            // Nobody is drawn: the client all the same is no component.
            None => teller.party(Party { role: Role::Component, id: None, kind: "vpn-client" }),
        };
        let server = teller.part(ix.into());
        let user = user.map(|user| &network.fabric.vpn_clients[user]);
        Self { teller, ix, endpoint: &network.fabric.cvpns[ix], user, person, client, server }
    }

    fn landing(&self) -> Option<Landing> {
        self.endpoint.landing(self.teller.network, self.user.and_then(|user| user.subnet))
    }

    /// CVPN-01, CVPN-02: both ends show who they are, to each other.
    fn handshake(&mut self) {
        let (person, client, server, endpoint) = (self.person, self.client, self.server, self.endpoint);
        let authentication = endpoint.authentication.as_str();
        let transport = endpoint.transport.clone();
        self.teller.asks(person, client, What::Credentials { authentication: authentication.to_owned() });
        // An endpoint that is out of service answers nobody.
        let native = client_vpn_endpoint::attachment(self.teller.network, self.ix).is_some();
        if endpoint.failed || (self.landing().is_none() && !native) {
            let reason = client_vpn_endpoint::out_of_service(self.teller.network, endpoint, None);
            self.teller.stop(reason);
        }
        self.teller.asks(client, server, What::Hello { transport: transport.clone() });
        if endpoint.certificate.is_empty() {
            let at = Where::new(SPEC.kind, &endpoint.id);
            self.teller.stop(Reason::new(&codes::CVPN_CERT, at));
        }
        self.teller.answers(server, client, What::ServerCertificate { name: endpoint.certificate.clone() });
        self.teller.asks(client, client, What::ChecksServer);
        let refused = self.user.filter(|user| !user.logged_in).map(|user| {
            Reason::new(&AUTH_FAILED, Where::new(SPEC.kind, &endpoint.id).of(&user.id))
                .fact("client", &user.id)
                .fact("endpoint", &endpoint.id)
        });
        let second = if authentication.contains("active-directory") {
            Some(Role::Directory)
        } else if authentication.contains("saml") {
            Some(Role::IdentityProvider)
        } else {
            None
        };
        // What is not one of the other two is a certificate, alone or before them.
        if authentication.contains("certificate") || second.is_none() {
            self.teller.asks(client, server, What::ClientCertificate);
            // With two factors the engine does not say which one fails: the last one it is.
            if let Some(reason) = refused.clone().filter(|_| second.is_none()) {
                self.teller.stop(reason);
            }
            self.teller.asks(server, server, What::ChecksClient);
        }
        if let Some(role) = second {
            self.second_factor(role, refused);
        }
        self.teller.asks(client, server, What::TlsTunnel { transport });
    }

    fn second_factor(&mut self, role: Role, refused: Option<Reason>) {
        let (client, server) = (self.client, self.server);
        let other = self.teller.role(role);
        let groups = self.user.map(|user| user.groups.clone()).unwrap_or_default();
        if role == Role::Directory {
            self.teller.asks(client, server, What::Password);
            self.teller.asks(server, other, What::Password);
            if let Some(reason) = refused {
                self.teller.stop(reason);
            }
            self.teller.answers(other, server, What::UserKnown { groups });
        } else {
            self.teller.asks(client, other, What::SamlLogin);
            if let Some(reason) = refused {
                self.teller.stop(reason);
            }
            self.teller.answers(other, client, What::SamlAssertion);
            self.teller.asks(client, server, What::SamlAssertion);
        }
    }

    /// CVPN-09, CVPN-10, CVPN-19: what the client is told once it is in.
    fn push(&mut self) {
        self.teller.phase = Phase::Push;
        let (client, server, endpoint) = (self.client, self.server, self.endpoint);
        let own = self.user.and_then(|user| user.v4.map(IpAddr::V4).or(user.v6.map(IpAddr::V6)));
        let dns = endpoint.dns_servers.clone();
        let what = What::Push { address: own, routes: endpoint.pushed(), dns: dns.clone() };
        self.teller.answers(server, client, what);
        // With none named the client keeps its own servers.
        if let Some(first) = dns.first() {
            let there = self.teller.role(Role::DnsServer);
            self.teller.asks(client, there, What::AsksName { server: *first });
        }
    }

    /// CVPN-05: a route, then an authorization rule, then the interface in a subnet.
    fn gates(&mut self) {
        self.teller.phase = Phase::Gates;
        let network = self.teller.network;
        let (client, server, endpoint, landing) = (self.client, self.server, self.endpoint, self.landing());
        let Some(destination) = self.destination(landing) else { return };
        self.teller.asks(client, server, What::FirstPacket { destination });
        let native = client_vpn_endpoint::attachment(network, self.ix).is_some();
        let route: Option<IpNet> = client_vpn_endpoint::way_of(endpoint, landing, native, destination);
        if let (None, Some(user)) = (route, self.user) {
            let reason = client_vpn_endpoint::unrouted(network, endpoint, user, landing, destination);
            self.teller.stop(reason);
        }
        self.teller.asks(server, server, What::EndpointRoute { route });
        if let Some(user) = self.user {
            let rule = client_vpn_endpoint::granting(endpoint, user, destination);
            if rule.is_none() {
                let reason = client_vpn_endpoint::unauthorized(endpoint, user, destination);
                self.teller.stop(reason);
            }
            self.teller.asks(server, server, What::Authorizes { rule });
        }
        let Some(landing) = landing else { return };
        let eni = &network.enis[landing.eni];
        let subnet = &network.subnets[landing.subnet];
        let into = self.teller.component(&subnet.id, "subnet");
        // CVPN-07: IPv6 keeps the client's own address.
        let address = eni.v4.first().map(|pair| IpAddr::V4(pair.private)).filter(|_| destination.is_ipv4());
        self.teller.asks(server, into, What::LeavesBy { address, destination });
    }

    /// Somebody in the VPC whom the first packet goes to: the first instance that is drawn there,
    /// or the VPC's eleventh address.
    fn destination(&self, landing: Option<Landing>) -> Option<IpAddr> {
        let network = self.teller.network;
        let vpc = network.subnets[landing?.subnet].vpc;
        let instances = network.enis.iter().filter(|(_, eni)| eni.instance.is_some());
        let mut here = instances.filter(|(_, eni)| network.subnets[eni.subnet].vpc == vpc);
        let first = here.find_map(|(_, eni)| eni.v4.first().map(|pair| IpAddr::V4(pair.private)));
        first.or_else(|| network.vpcs[vpc].v4.first().and_then(|net| nth(&IpNet::V4(*net), 10)))
    }
}
