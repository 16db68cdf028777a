//! What routers and AWS's gateways tell each other over each dynamic link, step by step, now and
//! after the link fails: data for those who learn BGP here. Knows no packets and no words.

use std::net::IpAddr;

use hopscope_forward::{Id, RouteLoss, RouteOrigin};
use hopscope_net::{IpNet, prefix};
use serde::Serialize;

use crate::arena::Ix;
use crate::bgp::Announcement;
use crate::catalog::Part;
use crate::components::customer_gateway::{self, Cgw};
use crate::components::direct_connect_gateway::Dxgw;
use crate::components::on_premises::Site;
use crate::components::transit_gateway_attachment::{self, Attached, Attachment};
use crate::components::transit_gateway_route_table::TgwTable;
use crate::components::virtual_interface::{self, Door, Use, Vif};
use crate::components::vpn_connection::{self, Vpn};
use crate::components::{direct_connect_gateway, virtual_private_gateway};
use crate::network::{Network, Target};

/// Everything that is told over one VPN connection or virtual interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exchange {
    /// The VPN connection or virtual interface.
    pub link: Id,
    /// Its kind slug.
    pub kind: &'static str,
    /// The site, where one is drawn round the router.
    pub site: Option<Id>,
    /// The site's router.
    pub router: Id,
    /// AWS's end; the link itself where it ends at no gateway (public virtual interfaces).
    pub gateway: Id,
    /// Whether the link works now.
    pub up: bool,
    /// In the order in which they happen.
    pub steps: Vec<Step>,
}

/// One step. Several may share a number where one gateway stands for several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// 1 to 9, see [`What`].
    pub number: u8,
    /// Who acts.
    pub from: Id,
    /// Towards whom; the same where it acts on itself.
    pub to: Id,
    /// What happens.
    pub what: What,
    /// The component whose failure keeps it from happening now.
    pub stopped_by: Option<Id>,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum What {
    /// 1: the tunnels, or the link that carries the virtual interface, come up.
    LinkUp {
        /// Tunnels of a VPN connection; none for a virtual interface.
        tunnels: Vec<TunnelState>,
    },
    /// 2: the routers at both ends speak BGP.
    Session {
        /// The site's autonomous system number.
        site_asn: u32,
        /// AWS's.
        aws_asn: u32,
        /// Inside addresses, one pair for each tunnel that has a block.
        addresses: Vec<Inside>,
    },
    /// 3: the site tells its prefixes.
    SiteAnnounces {
        /// With the attributes as AWS hears them.
        prefixes: Vec<Told>,
    },
    /// 4: a gateway of AWS weighs them against what it hears elsewhere.
    GatewaySelects {
        /// Each with whether it won.
        prefixes: Vec<Weighed>,
    },
    /// 5: they appear in tables.
    Installs {
        /// Tables of a VPC or transit gateway that the gateway writes into.
        tables: Vec<Installed>,
    },
    /// 6: AWS tells its prefixes: blocks of VPCs, routes of a table, allowed prefixes.
    AwsAnnounces {
        /// With the attributes as the site hears them.
        prefixes: Vec<Told>,
    },
    /// 7: the site's routers weigh them.
    SiteSelects {
        /// Each with whether it won.
        prefixes: Vec<Weighed>,
    },
    /// 8: they are the site's routes.
    SiteInstalls {
        /// Prefixes that lead over this link.
        prefixes: Vec<IpNet>,
    },
    /// 9: packets follow, and what they follow once the link fails.
    Traffic {
        /// Towards the site.
        to_site: Vec<Path>,
        /// From the site.
        from_site: Vec<Path>,
    },
}

/// One tunnel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TunnelState {
    /// Its label.
    pub name: String,
    /// AWS's address outside.
    pub aws: Option<IpAddr>,
    /// The router's address outside.
    pub site: Option<IpAddr>,
    /// Whether it works now.
    pub up: bool,
    /// AWS is about to replace its end (VPN-12).
    pub maintenance: bool,
}

/// The two addresses of a BGP session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inside {
    /// The tunnel.
    pub name: String,
    /// AWS's address.
    pub aws: IpAddr,
    /// The router's.
    pub site: IpAddr,
}

/// A prefix with its attributes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The prefix.
    pub prefix: IpNet,
    /// Autonomous systems, nearest first.
    pub as_path: Vec<u32>,
    /// Multi-exit discriminator.
    pub med: Option<u32>,
    /// What the receiver prefers it by: a level of 1 to 3 that a community asks AWS for (DX-20),
    /// or the number that the site's router gives.
    pub local_preference: u32,
}

/// A prefix that was weighed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Weighed {
    /// The prefix.
    pub prefix: IpNet,
    /// The link that carries it now; none where nothing does.
    pub by: Option<Id>,
    /// Why this link does not; none where it does.
    pub lost: Option<RouteLoss>,
}

/// A table and the prefixes that are in it now through this link's gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Installed {
    /// The table.
    pub table: Id,
    /// Of the prefixes that this link announces.
    pub prefixes: Vec<IpNet>,
}

/// How a prefix is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// The prefix.
    pub prefix: IpNet,
    /// The gateway that forwards, or the site.
    pub at: Id,
    /// The link that carries it now.
    pub now: Option<Id>,
    /// The link that carries it when this one has failed.
    pub then: Option<Id>,
}

/// What is told over every dynamic VPN connection and virtual interface, in the order in which
/// they are drawn.
#[must_use]
pub fn advertisements(network: &Network) -> Vec<Exchange> {
    let vpns = network.fabric.vpns.iter().filter(|(_, vpn)| vpn.dynamic);
    let vpns = vpns.filter_map(|(ix, vpn)| Some(Talk::of_vpn(network, ix, vpn)?.exchange()));
    let vifs = network.fabric.vifs.iter();
    let vifs = vifs.filter_map(|(ix, vif)| Some(Talk::of_vif(network, ix, vif)?.exchange()));
    vpns.chain(vifs).collect()
}

/// What is told over one dynamic VPN connection.
pub(crate) fn of_vpn(network: &Network, ix: Ix<Vpn>) -> Option<Exchange> {
    let vpn = &network.fabric.vpns[ix];
    Some(Talk::of_vpn(network, ix, vpn).filter(|_| vpn.dynamic)?.exchange())
}

/// Where a link's announcements are weighed, and by what the gateway there knows the link.
struct Receiver {
    gateway: Part,
    through: Part,
}

/// One link with everything that both ends say.
struct Talk<'a> {
    network: &'a Network,
    link: Part,
    router: Ix<Cgw>,
    site: Option<Ix<Site>>,
    /// AWS's end.
    end: Part,
    aws_asn: u32,
    up: bool,
    blame: Option<Id>,
    tunnels: Vec<TunnelState>,
    addresses: Vec<Inside>,
    heard: Vec<Announcement>,
    told: Vec<Told>,
    receivers: Vec<Receiver>,
}

/// What virtual interfaces are compared by, the better the smaller (DX-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    length: u8,
    preference: u8,
    as_path: usize,
    med: u32,
}

impl<'a> Talk<'a> {
    fn of_vpn(network: &'a Network, ix: Ix<Vpn>, vpn: &Vpn) -> Option<Self> {
        let (router, end, link) = (vpn.cgw?, vpn.gateway?, Part::VpnConnection(ix));
        let cgw = &network.fabric.cgws[router];
        let usable = vpn_connection::usable_tunnels(network, ix);
        let tunnels = vpn.tunnels.iter().enumerate().map(|(n, tunnel)| TunnelState {
            name: vpn_connection::name(vpn, n),
            aws: tunnel.outside,
            site: cgw.outside,
            up: usable.contains(&n),
            maintenance: tunnel.maintenance,
        });
        let addresses = vpn.tunnels.iter().enumerate().filter_map(|(n, tunnel)| {
            let inside = tunnel.inside?;
            let (aws, site) = (prefix::nth(&inside, 1)?, prefix::nth(&inside, 2)?);
            Some(Inside { name: vpn_connection::name(vpn, n), aws, site })
        });
        let med = vpn_connection::site_tunnel(network, ix).map(|tunnel| vpn_connection::med(vpn, tunnel));
        let told = vpn_connection::announced(network, ix).into_iter().map(|(prefix, as_path)| Told {
            prefix,
            as_path,
            med,
            local_preference: vpn.local_preference,
        });
        let up = !usable.is_empty();
        Some(Self {
            network,
            link,
            router,
            site: cgw.site,
            end,
            aws_asn: vpn.asn,
            up,
            blame: (!up).then(|| vpn_connection::blame(network, ix)),
            tunnels: tunnels.collect(),
            addresses: addresses.collect(),
            heard: vpn.taught.clone(),
            told: told.collect(),
            receivers: vec![Receiver { gateway: end, through: link }],
        })
    }

    fn of_vif(network: &'a Network, ix: Ix<Vif>, vif: &Vif) -> Option<Self> {
        let (router, link) = (vif.router?, Part::VirtualInterface(ix));
        let cgw = &network.fabric.cgws[router];
        let (end, receivers) = match vif.door {
            Some(Door::Vgw(vgw)) => {
                let gateway = Part::VirtualPrivateGateway(vgw);
                (gateway, vec![Receiver { gateway, through: link }])
            }
            Some(Door::Dxgw(dxgw)) => {
                let through = Part::DirectConnectGateway(dxgw);
                let behind = direct_connect_gateway::behind(network, dxgw).into_iter();
                let transit = vif.purpose == Use::Transit;
                let behind = behind.filter(|it| matches!(it, Part::TransitGateway(_)) == transit);
                (through, behind.map(|gateway| Receiver { gateway, through }).collect())
            }
            None if vif.purpose == Use::Public => (link, Vec::new()),
            None => return None,
        };
        let seen = cgw.links.iter().find(|it| it.part == link)?;
        let told = virtual_interface::announced(network, ix).into_iter().map(|prefix| Told {
            prefix,
            as_path: vec![seen.asn],
            med: None,
            local_preference: seen.local_preference,
        });
        Some(Self {
            network,
            link,
            router,
            site: cgw.site,
            end,
            aws_asn: seen.asn,
            up: virtual_interface::is_up(network, ix),
            blame: virtual_interface::blame(network, ix),
            tunnels: Vec::new(),
            addresses: Vec::new(),
            heard: virtual_interface::offers(network, ix).cloned().collect(),
            told: told.collect(),
            receivers,
        })
    }

    fn id(&self, part: Part) -> Id {
        part.id(self.network).clone()
    }

    fn exchange(self) -> Exchange {
        let (router, end) = (self.network.fabric.cgws[self.router].id.clone(), self.id(self.end));
        let site = self.site.map(|site| self.network.fabric.sites[site].id.clone());
        let home = site.clone().unwrap_or_else(|| router.clone());
        let mut steps = Vec::new();
        let mut step = |number, from: &Id, to: &Id, what| {
            let stopped_by = self.blame.clone();
            steps.push(Step { number, from: from.clone(), to: to.clone(), what, stopped_by });
        };
        step(1, &router, &end, What::LinkUp { tunnels: self.tunnels.clone() });
        let site_asn = self.network.fabric.cgws[self.router].asn;
        let session = What::Session { site_asn, aws_asn: self.aws_asn, addresses: self.addresses.clone() };
        step(2, &router, &end, session);
        step(3, &router, &end, What::SiteAnnounces { prefixes: self.heard.iter().map(told).collect() });
        for receiver in &self.receivers {
            let gateway = self.id(receiver.gateway);
            let prefixes = self.heard.iter().map(|it| self.weighed(receiver, it.prefix)).collect();
            step(4, &end, &gateway, What::GatewaySelects { prefixes });
            step(5, &gateway, &gateway, What::Installs { tables: self.installed(receiver) });
        }
        step(6, &end, &router, What::AwsAnnounces { prefixes: self.told.clone() });
        let prefixes = self.told.iter().map(|it| self.weighed_at_site(it.prefix)).collect();
        step(7, &router, &router, What::SiteSelects { prefixes });
        let own = self.id(self.link);
        let carried = |it: &&Told| self.weighed_at_site(it.prefix).by.as_ref() == Some(&own);
        let prefixes = self.told.iter().filter(carried).map(|it| it.prefix).collect();
        step(8, &router, &home, What::SiteInstalls { prefixes });
        step(9, &home, &end, self.traffic(&home));
        Exchange { link: own, kind: self.link.kind(), site, router, gateway: end, up: self.up, steps }
    }

    /// The links that would carry a prefix from a gateway, the best first.
    fn ways(&self, receiver: &Receiver, prefix: IpNet) -> Vec<Part> {
        let network = self.network;
        let vias: Vec<Part> = match receiver.gateway {
            Part::VirtualPrivateGateway(vgw) => {
                let all = virtual_private_gateway::choices(network, vgw, &prefix).into_iter();
                all.filter(|choice| choice.up).map(|choice| choice.via).collect()
            }
            _ => self.table_ways(receiver, prefix),
        };
        let mut links = Vec::new();
        for via in vias {
            match via {
                Part::DirectConnectGateway(dxgw) => {
                    let ranked = self.interfaces(dxgw, receiver.gateway, prefix);
                    links.extend(ranked.into_iter().map(|(_, vif)| Part::VirtualInterface(vif)));
                }
                link => links.push(link),
            }
        }
        links
    }

    /// The same from the tables of a transit gateway that this link appears in.
    fn table_ways(&self, receiver: &Receiver, prefix: IpNet) -> Vec<Part> {
        let network = self.network;
        let mut vias = Vec::new();
        for (_, table) in network.fabric.tgw_tables.iter().filter(|(_, table)| self.is_in(receiver, table)) {
            let covering = table.routes.covering(prefix.addr()).filter(|(net, _)| net.contains(&prefix));
            let rows = covering.flat_map(|(_, rows)| rows);
            vias.extend(rows.filter(|row| row.lost != Some(RouteLoss::Withdrawn)).filter_map(|row| {
                let (attachment, _) = row.to?;
                match network.fabric.attachments[attachment].to {
                    Attached::Vpn(vpn) if vpn_connection::is_up(network, vpn) => {
                        Some(Part::VpnConnection(vpn))
                    }
                    Attached::Vpn(_) => None,
                    Attached::Dxgw(dxgw) => Some(Part::DirectConnectGateway(dxgw)),
                    _ => Some(Part::TransitGatewayAttachment(attachment)),
                }
            }));
        }
        vias
    }

    fn attachment(&self, receiver: &Receiver) -> Option<Ix<Attachment>> {
        match receiver.gateway {
            Part::TransitGateway(tgw) => {
                transit_gateway_attachment::of_resource_at(self.network, tgw, receiver.through)
            }
            _ => None,
        }
    }

    fn is_in(&self, receiver: &Receiver, table: &TgwTable) -> bool {
        let own = self.attachment(receiver);
        own.is_some()
            && table.routes.iter().any(|(_, rows)| rows.iter().any(|row| row.to.map(|(to, _)| to) == own))
    }

    /// The virtual interfaces of a Direct Connect gateway that carry a prefix for a gateway behind it,
    /// the best first (DX-20).
    fn interfaces(&self, dxgw: Ix<Dxgw>, gateway: Part, prefix: IpNet) -> Vec<(Rank, Ix<Vif>)> {
        let network = self.network;
        let (vifs, region) = direct_connect_gateway::interfaces(network, dxgw, gateway);
        let mut found = Vec::new();
        for vif in vifs.into_iter().filter(|vif| virtual_interface::is_up(network, *vif)) {
            let heard = virtual_interface::ranked(network, vif, region);
            let best = heard.filter(|it| it.prefix.contains(&prefix)).map(|it| Rank {
                length: u8::MAX - it.prefix.prefix_len(),
                preference: u8::MAX - it.preference,
                as_path: it.as_path.len(),
                med: it.med.unwrap_or(0),
            });
            found.extend(best.min().map(|rank| (rank, vif)));
        }
        found.sort_by(|(a, x), (b, y)| {
            let id = |vif: &Ix<Vif>| &network.fabric.vifs[*vif].id;
            a.cmp(b).then_with(|| id(x).cmp(id(y)))
        });
        found
    }

    /// Why this link is not the one that a Direct Connect gateway sends a prefix by (DX-20).
    fn outranked(&self, receiver: &Receiver, prefix: IpNet) -> Option<RouteLoss> {
        let Part::DirectConnectGateway(dxgw) = receiver.through else { return None };
        let ranked = self.interfaces(dxgw, receiver.gateway, prefix);
        let (best, _) = ranked.first()?;
        let (own, _) = ranked.iter().find(|(_, vif)| Part::VirtualInterface(*vif) == self.link)?;
        Some(if own.length != best.length {
            RouteLoss::ShorterPrefix { by: own.length.saturating_sub(best.length) }
        } else if own.preference != best.preference {
            RouteLoss::LowerPreference
        } else if own.as_path != best.as_path {
            RouteLoss::LongerAsPath
        } else if own.med != best.med {
            RouteLoss::HigherMed
        } else {
            RouteLoss::EqualCost
        })
    }

    /// Whether the gateway takes this link for a prefix.
    fn weighed(&self, receiver: &Receiver, prefix: IpNet) -> Weighed {
        let ways = self.ways(receiver, prefix);
        let by = ways.first().map(|part| self.id(*part));
        if ways.first() == Some(&self.link) {
            return Weighed { prefix, by, lost: None };
        }
        let lost = if self.up { self.loss(receiver, prefix) } else { Some(RouteLoss::Withdrawn) };
        let lost = lost.or_else(|| self.outranked(receiver, prefix));
        Weighed { prefix, by, lost: lost.or(Some(RouteLoss::EqualCost)) }
    }

    fn loss(&self, receiver: &Receiver, prefix: IpNet) -> Option<RouteLoss> {
        let network = self.network;
        match receiver.gateway {
            Part::VirtualPrivateGateway(vgw) => {
                let own = virtual_private_gateway::choices(network, vgw, &prefix).into_iter();
                own.filter(|it| it.destination == prefix).find(|it| it.via == receiver.through)?.lost
            }
            _ => {
                let own = self.attachment(receiver)?;
                network.fabric.tgw_tables.iter().find_map(|(_, table)| {
                    let mut rows = table.routes.iter().filter(|(net, _)| **net == prefix);
                    let rows = rows.next()?.1;
                    rows.iter().find(|row| row.to.is_some_and(|(to, _)| to == own))?.lost
                })
            }
        }
    }

    /// Tables that the gateway writes prefixes of this link into.
    fn installed(&self, receiver: &Receiver) -> Vec<Installed> {
        let network = self.network;
        let announced = |net: &IpNet| self.heard.iter().any(|it| it.prefix == *net);
        let mut tables: Vec<Installed> = Vec::new();
        match receiver.gateway {
            Part::VirtualPrivateGateway(_) => {
                for (_, table) in network.tables.iter() {
                    let rows = table.routes.iter().filter(|route| {
                        route.origin == RouteOrigin::Propagated
                            && route.target == Target::Part(receiver.gateway)
                    });
                    let prefixes: Vec<IpNet> =
                        rows.map(|route| route.destination).filter(announced).collect();
                    let waiting = table.withdrawn.iter().any(|route| announced(&route.destination));
                    if !prefixes.is_empty() || waiting {
                        tables.push(Installed { table: table.id.clone(), prefixes });
                    }
                }
            }
            _ => {
                let Some(own) = self.attachment(receiver) else { return tables };
                for (_, table) in network.fabric.tgw_tables.iter() {
                    let here = table.routes.iter().filter(|(net, rows)| {
                        announced(net) && rows.iter().any(|row| row.to.is_some_and(|(to, _)| to == own))
                    });
                    let mut here = here.peekable();
                    if here.peek().is_none() {
                        continue;
                    }
                    let won = here.filter(|(_, rows)| {
                        rows.iter().any(|row| row.lost.is_none() && row.to.is_some_and(|(to, _)| to == own))
                    });
                    let prefixes = won.map(|(net, _)| *net).collect();
                    tables.push(Installed { table: table.id.clone(), prefixes });
                }
            }
        }
        tables
    }

    /// Links of the site's routers for a prefix, the best first.
    fn site_ways(&self, prefix: IpNet) -> Vec<Part> {
        let Some(site) = self.site else { return if self.up { vec![self.link] } else { Vec::new() } };
        let all = customer_gateway::choices(self.network, site, &prefix).into_iter();
        all.filter(|choice| choice.up).filter_map(|choice| choice.link).collect()
    }

    fn weighed_at_site(&self, prefix: IpNet) -> Weighed {
        let by = self.site_ways(prefix).first().copied();
        let lost = match self.site {
            _ if by == Some(self.link) => None,
            _ if !self.up => Some(RouteLoss::Withdrawn),
            Some(site) => {
                let all = customer_gateway::choices(self.network, site, &prefix).into_iter();
                all.filter(|it| it.destination == prefix)
                    .find(|it| it.link == Some(self.link))
                    .and_then(|it| it.lost)
            }
            None => None,
        };
        Weighed { prefix, by: by.map(|part| self.id(part)), lost }
    }

    /// What carries a prefix now, and without this link.
    fn path(&self, prefix: IpNet, at: Id, ways: &[Part]) -> Path {
        let now = ways.first().map(|part| self.id(*part));
        let then = ways.iter().find(|part| **part != self.link).map(|part| self.id(*part));
        Path { prefix, at, now, then }
    }

    fn traffic(&self, home: &Id) -> What {
        let mut to_site = Vec::new();
        for receiver in &self.receivers {
            let gateway = self.id(receiver.gateway);
            for it in &self.heard {
                to_site.push(self.path(it.prefix, gateway.clone(), &self.ways(receiver, it.prefix)));
            }
        }
        let from_site = self.told.iter().map(|it| {
            let ways = self.site_ways(it.prefix);
            self.path(it.prefix, home.clone(), &ways)
        });
        What::Traffic { to_site, from_site: from_site.collect() }
    }
}

fn told(announcement: &Announcement) -> Told {
    Told {
        prefix: announcement.prefix,
        as_path: announcement.as_path.clone(),
        med: announcement.med,
        local_preference: u32::from(announcement.preference),
    }
}
