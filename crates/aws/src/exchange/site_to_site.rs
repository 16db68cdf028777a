//! How a Site-to-Site VPN connection comes up, carries packets and fails over (VPN-01 to VPN-24).

use hopscope_forward::{Reason, Where};
use hopscope_net::{IpNet, prefix};

use super::{Phase, Procedure, Role, Teller, Topic, What};
use crate::advertisements::{self, Installed};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::customer_gateway::Target as SiteTarget;
use crate::components::vpn_connection::{self, SPEC, Vpn};
use crate::components::{network_interface, transit_gateway_attachment};
use crate::network::{Network, Target};

/// IKE, and the port it moves to behind NAT or with acceleration (VPN-20).
const IKE: (u16, u16) = (500, 4500);

pub(super) fn tell(network: &Network, ix: Ix<Vpn>) -> Procedure {
    let vpn = &network.fabric.vpns[ix];
    let mut ends = Ends::new(network, ix);
    let usable = vpn_connection::usable_tunnels(network, ix);
    let down = usable.is_empty().then(|| vpn_connection::down_reason(network, ix));
    // Without router, gateway or transport no tunnel comes up, whatever its own state is.
    let dead = down.clone().filter(|_| vpn.tunnels.iter().any(|tunnel| tunnel.up));

    ends.create(vpn);
    let in_use = vpn_connection::site_tunnel(network, ix);
    // The first tunnel is told in full, the others in short.
    for (n, tunnel) in vpn.tunnels.iter().enumerate().take(4) {
        ends.teller.phase = Phase::Tunnel { name: vpn_connection::name(vpn, n) };
        let reason = if tunnel.up { dead.clone() } else { Some(tunnel_down(network, ix, n)) };
        if n == 0 {
            ends.tunnel(vpn, n, reason)
        } else {
            ends.second(vpn, n, reason)
        }
        ends.teller.recover();
    }
    ends.teller.phase = Phase::Routes;
    // What is typed by hand needs no tunnel.
    if !vpn.dynamic {
        ends.by_hand(network, ix);
    }
    if let Some(reason) = &down {
        // The next message fails, the rest is what would be.
        ends.teller.stop(reason.clone());
    }
    if vpn.dynamic {
        ends.sessions(network, ix);
    }
    let carries = in_use.unwrap_or(0);
    ends.failover(network, ix, carries, &usable);
    ends.traffic(vpn, carries);
    ends.keep_alive(vpn, carries);
    ends.teller.end(down)
}

/// One tunnel of several is down.
fn tunnel_down(network: &Network, ix: Ix<Vpn>, tunnel: usize) -> Reason {
    let vpn = &network.fabric.vpns[ix];
    Reason::new(&network_interface::BAD_STATE, Where::new(SPEC.kind, &vpn.id))
        .fact("interface", &vpn.id)
        .fact("failed", format!("tunnel {}", vpn_connection::name(vpn, tunnel)))
}

/// Who stands where.
struct Ends<'a> {
    teller: Teller<'a>,
    admin: usize,
    router: usize,
    /// What the tunnels' packets cross between router and gateway, from the site's side.
    relays: Vec<usize>,
    gateway: usize,
    /// Where packets for AWS go on to, behind the gateway.
    behind: usize,
}

impl<'a> Ends<'a> {
    fn new(network: &'a Network, ix: Ix<Vpn>) -> Self {
        let vpn = &network.fabric.vpns[ix];
        let part = Part::VpnConnection(ix);
        let mut teller = Teller::new(network, Topic::SiteToSiteVpn, part, Phase::Create);
        let admin = teller.role(Role::Administrator);
        let router = match vpn.cgw {
            Some(cgw) => teller.part(cgw.into()),
            None => teller.part(part),
        };
        let relays = match vpn.transport {
            // VPN-21: inside Direct Connect there is no internet on the way.
            Some(transport) => vec![teller.part(transport)],
            None => vec![teller.role(Role::Internet), teller.role(Role::AwsEdge)],
        };
        let gateway = match vpn.gateway {
            Some(gateway) => teller.part(gateway),
            None => teller.part(part),
        };
        let behind = match vpn.gateway {
            Some(Part::VirtualPrivateGateway(vgw)) => {
                network.fabric.vgws[vgw].vpc.map(|vpc| teller.component(&network.vpcs[vpc].id, "vpc"))
            }
            _ => None,
        };
        Self { admin, router, relays, gateway, behind: behind.unwrap_or(gateway), teller }
    }

    fn create(&mut self, vpn: &Vpn) {
        let network = self.teller.network;
        let cgw = vpn.cgw.map(|cgw| &network.fabric.cgws[cgw]);
        let what = What::CreateVpn {
            router: cgw.map(|cgw| cgw.id.clone()),
            address: cgw.and_then(|cgw| cgw.outside),
            asn: cgw.map_or(0, |cgw| cgw.asn),
            gateway: vpn.gateway.map(|part| part.id(network).clone()),
        };
        let tunnels = vpn.tunnels.iter().map(|tunnel| tunnel.outside).take(4).collect();
        let (admin, gateway, router) = (self.admin, self.gateway, self.router);
        self.teller.asks(admin, gateway, what);
        self.teller.answers(gateway, admin, What::Configuration { tunnels });
        self.teller.asks(admin, router, What::Configure);
    }

    /// From the router to the gateway across everything between, or back.
    fn relay(&mut self, what: &What, back: bool, stopped: Option<Reason>) {
        let mut way = vec![self.router];
        way.extend(&self.relays);
        way.push(self.gateway);
        if back {
            way.reverse();
        }
        let legs = way.len().saturating_sub(1);
        for (n, pair) in way.windows(2).enumerate() {
            let [from, to] = *pair else { continue };
            // Where the other end is silent, the question still travels: only its last leg fails.
            if n + 1 == legs
                && let Some(reason) = &stopped
            {
                self.teller.stop(reason.clone());
            }
            self.teller.act(from, to, what.clone(), back);
        }
    }

    fn tunnel(&mut self, vpn: &Vpn, n: usize, reason: Option<Reason>) {
        let tunnel = vpn_connection::name(vpn, n);
        let address = vpn.tunnels.get(n).and_then(|tunnel| tunnel.outside);
        let port = if vpn.accelerated { IKE.1 } else { IKE.0 };
        let ike = What::Ike { tunnel: tunnel.clone(), address, port };
        self.relay(&ike, false, reason);
        self.relay(&ike, true, None);
        let (router, gateway) = (self.router, self.gateway);
        self.teller.asks(router, gateway, What::Ipsec { tunnel: tunnel.clone() });
        self.teller.answers(gateway, router, What::Ipsec { tunnel });
    }

    fn second(&mut self, vpn: &Vpn, n: usize, reason: Option<Reason>) {
        let address = vpn.tunnels.get(n).and_then(|tunnel| tunnel.outside);
        let both = What::Both { tunnel: vpn_connection::name(vpn, n), address };
        let (router, gateway) = (self.router, self.gateway);
        if let Some(reason) = reason {
            self.teller.stop(reason);
        }
        self.teller.asks(router, gateway, both.clone());
        self.teller.answers(gateway, router, both);
    }

    /// BGP: the session, then what each side tells and what becomes of it (VPN-03, VPN-13).
    fn sessions(&mut self, network: &Network, ix: Ix<Vpn>) {
        let vpn = &network.fabric.vpns[ix];
        let tunnel = vpn_connection::site_tunnel(network, ix).and_then(|n| vpn.tunnels.get(n));
        let inside = tunnel.and_then(|tunnel| tunnel.inside);
        let nth = |n| inside.and_then(|net: IpNet| prefix::nth(&net, n));
        let site_asn = vpn.cgw.map_or(0, |cgw| network.fabric.cgws[cgw].asn);
        let (router, gateway, behind) = (self.router, self.gateway, self.behind);
        self.teller.asks(router, gateway, What::BgpOpen { asn: site_asn, address: nth(2) });
        self.teller.answers(gateway, router, What::BgpOpen { asn: vpn.asn, address: nth(1) });
        let told = Told::of(network, ix);
        self.teller.asks(router, gateway, What::Update { prefixes: told.site });
        self.teller.asks(gateway, behind, What::Installs { tables: told.tables });
        self.teller.asks(gateway, router, What::Update { prefixes: told.aws });
        self.teller.asks(router, router, What::SiteInstalls { prefixes: told.learned, via: nth(1) });
    }

    /// Static routing: nothing is told, everything is typed (VPN-03).
    fn by_hand(&mut self, network: &Network, ix: Ix<Vpn>) {
        let vpn = &network.fabric.vpns[ix];
        let prefixes: Vec<IpNet> = vpn.fixed.iter().map(|it| it.prefix).take(MOST).collect();
        let tables = installed(network, ix, &prefixes);
        let written = vpn.cgw.map(|cgw| {
            let routes = network.fabric.cgws[cgw].routes.iter();
            let here = routes.filter(|route| route.target == SiteTarget::Link(Part::VpnConnection(ix)));
            here.map(|route| route.destination).take(MOST).collect()
        });
        let (admin, router, gateway, behind) = (self.admin, self.router, self.gateway, self.behind);
        self.teller.asks(admin, gateway, What::StaticRoutes { prefixes });
        self.teller.asks(gateway, behind, What::Installs { tables });
        self.teller.asks(admin, router, What::RoutesByHand { prefixes: written.unwrap_or_default() });
    }

    /// VPN-10, VPN-24: the tunnel in use falls silent, another takes over. Where one is down already
    /// this is what has happened.
    fn failover(&mut self, network: &Network, ix: Ix<Vpn>, carries: usize, usable: &[usize]) {
        let vpn = &network.fabric.vpns[ix];
        let failed = vpn.tunnels.iter().position(|tunnel| !tunnel.up);
        let now = failed.is_some() && !usable.is_empty();
        let silent = failed.filter(|_| now).unwrap_or(carries);
        let next = if now { Some(carries) } else { usable.iter().copied().find(|n| *n != carries) };
        self.teller.phase = Phase::Failover { name: vpn_connection::name(vpn, silent), now };
        let before = self.teller.off;
        let router = self.router;
        let silence = What::Silence {
            tunnel: vpn_connection::name(vpn, silent),
            seconds: vpn_connection::DEAD_PEER_SECONDS,
        };
        self.teller.asks(router, router, silence);
        let to = next.or_else(|| (0..vpn.tunnels.len()).find(|n| *n != silent)).unwrap_or(silent);
        let moves = What::Moves {
            tunnel: vpn_connection::name(vpn, to),
            address: vpn.tunnels.get(to).and_then(|tunnel| tunnel.outside),
        };
        let nowhere = next.is_none().then(|| vpn_connection::down_reason(network, ix));
        self.relay(&moves, false, nowhere);
        // Without a second tunnel the what-if ends here; what is drawn goes on.
        if !before {
            self.teller.recover();
        }
    }

    fn traffic(&mut self, vpn: &Vpn, carries: usize) {
        self.teller.phase = Phase::Traffic;
        let tunnel = vpn_connection::name(vpn, carries);
        let (router, gateway, behind) = (self.router, self.gateway, self.behind);
        self.teller.asks(router, gateway, What::Data { tunnel: tunnel.clone() });
        if behind != gateway {
            self.teller.asks(gateway, behind, What::Data { tunnel: String::new() });
            self.teller.answers(behind, gateway, What::Data { tunnel: String::new() });
        }
        self.teller.answers(gateway, router, What::Data { tunnel });
    }

    fn keep_alive(&mut self, vpn: &Vpn, carries: usize) {
        self.teller.phase = Phase::KeepAlive;
        let tunnel = vpn_connection::name(vpn, carries);
        let (router, gateway) = (self.router, self.gateway);
        self.teller.asks(router, gateway, What::KeepAlive { tunnel: tunnel.clone() });
        self.teller.answers(gateway, router, What::KeepAlive { tunnel });
    }
}

/// Prefixes of one message that are told at most.
const MOST: usize = 100;

/// What is told over a dynamic connection.
#[derive(Default)]
struct Told {
    site: Vec<IpNet>,
    tables: Vec<Installed>,
    aws: Vec<IpNet>,
    learned: Vec<IpNet>,
}

impl Told {
    fn of(network: &Network, ix: Ix<Vpn>) -> Self {
        use advertisements::What as Step;
        let mut told = Self::default();
        let Some(exchange) = advertisements::of_vpn(network, ix) else { return told };
        for step in exchange.steps {
            match step.what {
                Step::SiteAnnounces { prefixes } => told.site = prefixes.iter().map(|it| it.prefix).collect(),
                Step::Installs { tables } => told.tables.extend(tables),
                Step::AwsAnnounces { prefixes } => told.aws = prefixes.iter().map(|it| it.prefix).collect(),
                Step::SiteInstalls { prefixes } => told.learned = prefixes,
                _ => {}
            }
        }
        for list in [&mut told.site, &mut told.aws, &mut told.learned] {
            list.truncate(MOST);
        }
        told
    }
}

/// Tables that have those prefixes by the connection's gateway, propagated or by hand.
fn installed(network: &Network, ix: Ix<Vpn>, prefixes: &[IpNet]) -> Vec<Installed> {
    let Some(gateway) = network.fabric.vpns[ix].gateway else { return Vec::new() };
    let typed = |net: &IpNet| prefixes.iter().any(|it| it.contains(net));
    let of_vpcs = network.tables.iter().map(|(_, table)| {
        let here = table.routes.iter().filter(|route| route.target == Target::Part(gateway));
        let prefixes = here.map(|route| route.destination).filter(typed).take(MOST).collect();
        Installed { table: table.id.clone(), prefixes }
    });
    let own = transit_gateway_attachment::of_resource(network, Part::VpnConnection(ix));
    let of_gateway = network.fabric.tgw_tables.iter().map(|(_, table)| {
        let here = table.routes.iter().filter(|(_, rows)| {
            rows.iter().any(|row| own.is_some() && row.to.map(|(to, _)| to) == own && row.lost.is_none())
        });
        let prefixes = here.map(|(net, _)| *net).filter(typed).take(MOST).collect();
        Installed { table: table.id.clone(), prefixes }
    });
    of_vpcs.chain(of_gateway).filter(|row| !row.prefixes.is_empty()).collect()
}
