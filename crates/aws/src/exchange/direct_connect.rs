//! How a Direct Connect link comes to be: port, letter, fibre, VLANs, BGP, and where the virtual
//! interfaces lead (DX-01 to DX-14).

use hopscope_forward::{Id, Reason, Where};
use hopscope_net::IpNet;

use super::{Phase, Procedure, Role, Teller, Topic, What};
use crate::arena::Ix;
use crate::catalog::Part;
use crate::components::direct_connect_connection::{Carrier, DxConnection, Progress};
use crate::components::direct_connect_gateway;
use crate::components::direct_connect_lag::DxLag;
use crate::components::network_interface;
use crate::components::virtual_interface::{self, Door, SPEC, Use, Vif};
use crate::network::Network;
use crate::validate::codes;

/// Interfaces of one procedure; a connection may have 51 (DX-12).
const MOST_INTERFACES: usize = 12;
/// Prefixes of one message.
const MOST_PREFIXES: usize = 40;

/// The set-up of one virtual interface.
pub(super) fn of_interface(network: &Network, ix: Ix<Vif>) -> Procedure {
    let carrier = network.fabric.vifs[ix].carrier;
    tell(network, ix.into(), carrier, &[ix])
}

/// The set-up of a connection with everything on it.
pub(super) fn of_connection(network: &Network, ix: Ix<DxConnection>) -> Procedure {
    let lag = network.fabric.dx_connections[ix].lag;
    let carrier = lag.map_or(Carrier::Connection(ix), Carrier::Lag);
    tell(network, ix.into(), Some(carrier), &on(network, carrier))
}

/// The set-up of a group with everything on it.
pub(super) fn of_lag(network: &Network, ix: Ix<DxLag>) -> Procedure {
    let carrier = Carrier::Lag(ix);
    tell(network, ix.into(), Some(carrier), &on(network, carrier))
}

fn on(network: &Network, carrier: Carrier) -> Vec<Ix<Vif>> {
    let vifs = network.fabric.vifs.iter().filter(|(_, vif)| vif.carrier == Some(carrier));
    vifs.map(|(ix, _)| ix).take(MOST_INTERFACES).collect()
}

fn tell(network: &Network, subject: Part, carrier: Option<Carrier>, vifs: &[Ix<Vif>]) -> Procedure {
    let mut setup = Setup::new(network, subject, carrier, vifs);
    setup.port();
    let linked = !setup.teller.off;
    let mut broken: Vec<Ix<Vif>> = Vec::new();
    setup.vlans(vifs, &mut broken);
    setup.sessions(vifs, &mut broken);
    setup.onward(vifs, &broken);
    let first = setup.teller.told.acts.iter().find_map(|act| act.stopped.clone());
    // With several interfaces one may fail alone: the link as such works.
    let reason = first.filter(|_| !linked || broken.len() == vifs.len());
    setup.teller.end(reason)
}

struct Setup<'a> {
    teller: Teller<'a>,
    carrier: Option<Carrier>,
    admin: usize,
    router: usize,
    port: usize,
}

impl<'a> Setup<'a> {
    fn new(network: &'a Network, subject: Part, carrier: Option<Carrier>, vifs: &[Ix<Vif>]) -> Self {
        let mut teller = Teller::new(network, Topic::DirectConnect, subject, Phase::Port);
        let admin = teller.role(Role::Administrator);
        let router = vifs.iter().find_map(|vif| network.fabric.vifs[*vif].router);
        let router = match router {
            Some(router) => teller.part(router.into()),
            None => admin,
        };
        let port = match carrier {
            Some(Carrier::Connection(ix)) => teller.part(ix.into()),
            Some(Carrier::Lag(ix)) => teller.part(ix.into()),
            None => teller.part(subject),
        };
        Self { teller, carrier, admin, router, port }
    }

    /// DX-04: order, letter, fibre, light.
    fn port(&mut self) {
        let network = self.teller.network;
        let (admin, router, port) = (self.admin, self.router, self.port);
        let speed = self.carrier.map(|it| it.speed_text(network)).unwrap_or_default();
        let location = self.carrier.and_then(|it| it.location(network)).map(|it| it.id.clone());
        self.teller.asks(admin, port, What::OrderPort { speed: speed.clone(), location });
        let progress = self.carrier.map_or(Progress::Linked, |it| it.progress(network));
        let fault = self.fault();
        let stop_at = |teller: &mut Teller<'_>, stage: Progress| {
            if progress == stage
                && let Some(reason) = &fault
            {
                teller.stop(reason.clone());
            }
        };
        stop_at(&mut self.teller, Progress::Requested);
        self.teller.answers(port, admin, What::Letter);
        let staff = self.teller.role(Role::Colocation);
        stop_at(&mut self.teller, Progress::Lettered);
        self.teller.asks(admin, staff, What::CrossConnect);
        stop_at(&mut self.teller, Progress::Patched);
        self.teller.asks(router, port, What::Link { speed });
        if self.carrier.is_some_and(|it| it.macsec(network)) {
            self.teller.asks(router, port, What::Macsec);
        }
    }

    fn fault(&self) -> Option<Reason> {
        let network = self.teller.network;
        let carrier = self.carrier?;
        let failed = carrier.fault(network)?;
        let id = carrier.id(network);
        let at = Where::new(carrier.kind(), id);
        Some(Reason::new(&network_interface::BAD_STATE, at).fact("interface", id).fact("failed", failed))
    }

    /// Says one thing about one interface that may fail there, without stopping the others.
    fn about(&mut self, vif: Ix<Vif>, broken: &mut Vec<Ix<Vif>>, reason: Option<Reason>, say: Say) {
        let before = self.teller.off;
        if broken.contains(&vif) && !before {
            self.teller.off = true;
        } else if let Some(reason) = reason.filter(|_| !before) {
            self.teller.stop(reason);
            broken.push(vif);
        }
        for (from, to, response, what) in say {
            self.teller.act(from, to, what, response);
        }
        if !before {
            self.teller.recover();
        }
    }

    /// DX-03: one tag for each interface, the same at both ends.
    fn vlans(&mut self, vifs: &[Ix<Vif>], broken: &mut Vec<Ix<Vif>>) {
        self.teller.phase = Phase::Vlans;
        let network = self.teller.network;
        let (router, port) = (self.router, self.port);
        for ix in vifs {
            let vif = &network.fabric.vifs[*ix];
            let what =
                What::Tagged { vlan: vif.tag(), interface: vif.id.clone(), purpose: vif.purpose.word() };
            let reason = virtual_interface::down(network, *ix).filter(|it| fails(it, "router"));
            self.about(*ix, broken, reason, vec![(router, port, false, what)]);
        }
        let mut tags: Vec<(u32, &Id)> = Vec::new();
        for ix in vifs {
            let vif = &network.fabric.vifs[*ix];
            let taken = tags.iter().find(|(tag, _)| *tag == vif.vlan).map(|(_, id)| (*id).clone());
            tags.push((vif.vlan, &vif.id));
            let down = virtual_interface::down(network, *ix).filter(|it| fails(it, "VLAN"));
            let reason = unusable(vif, taken.as_ref()).or(down);
            let own = self.teller.part((*ix).into());
            let what = What::Maps { vlan: vif.vlan, purpose: vif.purpose.word() };
            self.about(*ix, broken, reason, vec![(port, own, false, what)]);
        }
    }

    /// BGP, and BFD beside it (DX-07).
    fn sessions(&mut self, vifs: &[Ix<Vif>], broken: &mut Vec<Ix<Vif>>) {
        self.teller.phase = Phase::Bgp;
        let network = self.teller.network;
        let router = self.router;
        for ix in vifs {
            let vif = &network.fabric.vifs[*ix];
            let own = self.teller.part((*ix).into());
            let cgw = vif.router.map(|router| &network.fabric.cgws[router]);
            let aws =
                cgw.and_then(|cgw| cgw.links.iter().find(|link| link.part == Part::VirtualInterface(*ix)));
            let told: Vec<IpNet> = virtual_interface::offers(network, *ix).map(|it| it.prefix).collect();
            let back = virtual_interface::announced(network, *ix);
            let open = |asn| What::BgpOpen { asn, address: None };
            let on = virtual_interface::noticed_after(network, *ix);
            let say = vec![
                (router, own, false, open(cgw.map_or(0, |cgw| cgw.asn))),
                (own, router, true, open(aws.map_or(0, |link| link.asn))),
                (router, own, false, What::Update { prefixes: first(told) }),
                (own, router, false, What::Update { prefixes: first(back) }),
                (router, own, false, What::Bfd { seconds: on, on: vif.bfd }),
            ];
            // Whatever else keeps it down shows here at the latest.
            let reason = virtual_interface::down(network, *ix);
            self.about(*ix, broken, reason, say);
        }
    }

    /// DX-09 to DX-11, DX-14: where they end.
    fn onward(&mut self, vifs: &[Ix<Vif>], broken: &[Ix<Vif>]) {
        self.teller.phase = Phase::Onward;
        let network = self.teller.network;
        let mut broken = broken.to_vec();
        for ix in vifs {
            let vif = &network.fabric.vifs[*ix];
            let own = self.teller.part((*ix).into());
            let purpose = vif.purpose.word();
            let prefixes = first(virtual_interface::announced(network, *ix));
            let mut say: Say = Vec::new();
            match vif.door {
                Some(Door::Vgw(vgw)) => {
                    let gateway = self.teller.part(vgw.into());
                    say.push((own, gateway, false, What::Leads { purpose, prefixes }));
                }
                Some(Door::Dxgw(dxgw)) => {
                    let gateway = self.teller.part(dxgw.into());
                    say.push((own, gateway, false, What::Leads { purpose, prefixes: prefixes.clone() }));
                    let transit = vif.purpose == Use::Transit;
                    for behind in direct_connect_gateway::behind(network, dxgw).into_iter().take(6) {
                        if matches!(behind, Part::TransitGateway(_)) == transit {
                            let to = self.teller.part(behind);
                            let what = What::Leads { purpose: "association", prefixes: prefixes.clone() };
                            say.push((gateway, to, false, what));
                        }
                    }
                }
                None if vif.purpose == Use::Public => {
                    let services = self.teller.role(Role::AwsServices);
                    say.push((own, services, false, What::Leads { purpose, prefixes }));
                }
                None => {}
            }
            self.about(*ix, &mut broken, None, say);
        }
    }
}

/// Messages of one interface: from, to, whether it answers, what.
type Say = Vec<(usize, usize, bool, What)>;

fn fails(reason: &Reason, what: &str) -> bool {
    reason.facts.iter().any(|(name, value)| *name == "failed" && value == what)
}

/// A tag that AWS does not take (DX-03).
fn unusable(vif: &Vif, taken: Option<&Id>) -> Option<Reason> {
    let problem = match taken {
        Some(other) => format!("{other} has it already"),
        None if !(1..=4094).contains(&vif.vlan) => "VLAN numbers go from 1 to 4094".to_owned(),
        None => return None,
    };
    let at = Where::new(SPEC.kind, &vif.id);
    Some(Reason::new(&codes::DX_VLAN, at).fact("vlan", vif.vlan).fact("problem", problem))
}

fn first(mut prefixes: Vec<IpNet>) -> Vec<IpNet> {
    prefixes.truncate(MOST_PREFIXES);
    prefixes
}
