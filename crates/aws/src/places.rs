//! Where on earth components and addresses are: Regions by their code, everything outside by what its
//! author wrote (R53-12 to R53-19). Knows places; what Route 53, CloudFront or Global Accelerator make
//! of them is theirs.

use std::net::IpAddr;

use hopscope_forward::Id;
use hopscope_names::geo::{self, Place, latency};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::catalog::{Config, Part};
use crate::components::network_interface;
use crate::diagnostic::Diagnostic;
use crate::document::Node;
use crate::lower::Build;
use crate::network::{Network, Owner, Thing, Vpc};
use crate::validate::{Check, codes};

/// Where a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The place itself; a Region's is the city it is near.
    pub place: &'static Place,
    /// The Region, of what is in one.
    pub region: Option<&'static geo::Region>,
}

impl Located {
    fn in_region(region: &'static geo::Region) -> Self {
        Self { place: &region.place, region: Some(region) }
    }

    fn at(place: &'static Place) -> Self {
        Self { place, region: None }
    }
}

/// The AWS Region that a Region of the drawing is, by its field, else its name, else its id.
pub(crate) fn aws_region(node: &Node) -> Option<&'static geo::Region> {
    let Config::Region(config) = &node.config else { return None };
    [config.place.as_str(), node.name.as_str(), &node.id].into_iter().find_map(geo::Region::find)
}

/// Notes where the components outside VPCs are, as their containers say; before they link.
pub(crate) fn locate(build: &mut Build<'_>) {
    for node in build.nodes() {
        let at = match &node.config {
            Config::InternetHost(config) => Place::find(&config.place).map(Located::at),
            Config::VpnClient(config) => Place::find(&config.place).map(Located::at),
            _ if matches!(build.thing(&node.id), Some(Thing::Part(_))) => around(build, &node.id),
            _ => None,
        };
        if let Some(at) = at {
            build.network.located.insert(node.id.clone(), at);
        }
    }
}

/// By the site or the Region that a node is in, whichever is nearer.
fn around(build: &Build<'_>, id: &Id) -> Option<Located> {
    let document = build.document;
    if let Some(Config::OnPremises(site)) = document.enclosing(id, "on-premises").map(|node| &node.config) {
        return Place::find(&site.place).map(Located::at);
    }
    let region = build.region_around(id)?;
    build.network.regions[region].aws.map(Located::in_region)
}

impl Network {
    /// Where a component is: a Region by its code, what is in a Region there, a host, site or client
    /// where its author put it. `None` where nobody wrote it down.
    #[must_use]
    pub fn place_of(&self, id: &str) -> Option<Located> {
        match *self.index.get(id)? {
            Thing::Region(ix) => self.regions[ix].aws.map(Located::in_region),
            Thing::Vpc(vpc) => self.place_of_vpc(vpc),
            Thing::Subnet(ix) => self.place_of_vpc(self.subnets[ix].vpc),
            Thing::Table(ix) => self.place_of_vpc(self.tables[ix].vpc),
            Thing::Group(ix) => self.place_of_vpc(self.groups[ix].vpc?),
            Thing::Eni(ix) => self.place_of_vpc(self.vpc_of_eni(ix)),
            Thing::Instance(ix) => {
                self.instances[ix].enis.first().and_then(|eni| self.place_of_vpc(self.vpc_of_eni(*eni)))
            }
            Thing::InternetGateway(ix) => self.place_of_vpc(self.igws[ix].vpc),
            Thing::EgressOnly(ix) => self.place_of_vpc(self.eigws[ix].vpc),
            Thing::Nat(ix) => self.place_of_vpc(self.nats[ix].vpc),
            Thing::Host(_) | Thing::Part(_) => self.located.get(id).copied(),
            Thing::Zone(_) | Thing::Acl(_) | Thing::Internet | Thing::Inert(_) => None,
        }
    }

    /// Where the owner of an address is, private or public; `None` where nothing drawn has it or
    /// nobody knows where that is.
    #[must_use]
    pub fn place_of_address(&self, address: IpAddr) -> Option<Located> {
        let mut hosts = self.hosts.iter().map(|(_, host)| host);
        if let Some(host) = hosts.find(|host| host.address(Family::of(address)) == Some(address)) {
            return self.place_of(&host.id);
        }
        if let Some((part, _)) = self.ends.get(&address) {
            return self.place_of_part(*part);
        }
        if let IpAddr::V4(public) = address
            && let Some((owner, _)) = self.public.get(&public)
        {
            return self.place_of_vpc(match owner {
                Owner::Eni(eni) => self.vpc_of_eni(*eni),
                Owner::Nat(nat) => self.nats[*nat].vpc,
            });
        }
        if let Some(eni) = network_interface::owner_of(self, address) {
            return self.place_of_vpc(self.vpc_of_eni(eni));
        }
        let mut sites = self.fabric.sites.iter().map(|(_, site)| site);
        let site = sites.find(|site| site.networks.iter().any(|net| net.contains(&address)))?;
        self.place_of(&site.id)
    }

    /// A round trip between two components in milliseconds, by the fixed matrix of R53-12; `None` where
    /// one of them is nobody knows where.
    #[must_use]
    pub fn latency(&self, a: &str, b: &str) -> Option<u32> {
        Some(latency(self.place_of(a)?.place, self.place_of(b)?.place))
    }

    /// Kilometres between two components along the surface of the earth.
    #[must_use]
    pub fn distance(&self, a: &str, b: &str) -> Option<u32> {
        Some(self.place_of(a)?.place.at.km_to(self.place_of(b)?.place.at))
    }

    /// Where a component that moves packets by itself is.
    pub(crate) fn place_of_part(&self, part: Part) -> Option<Located> {
        self.located.get(part.id(self)).copied()
    }

    /// Where a VPC is.
    pub(crate) fn place_of_vpc(&self, vpc: Ix<Vpc>) -> Option<Located> {
        self.regions[self.vpcs[vpc].region?].aws.map(Located::in_region)
    }
}

/// A place that nobody finds on a map.
pub(crate) fn check(check: &mut Check<'_>) {
    for node in check.nodes() {
        let (text, found, wanted) = match &node.config {
            Config::Region(config) => (
                &config.place,
                geo::Region::find(&config.place).is_some(),
                "the code of an AWS Region such as eu-west-1",
            ),
            Config::InternetHost(config) => (&config.place, Place::find(&config.place).is_some(), PLACE),
            Config::OnPremises(config) => (&config.place, Place::find(&config.place).is_some(), PLACE),
            Config::VpnClient(config) => (&config.place, Place::find(&config.place).is_some(), PLACE),
            _ => continue,
        };
        if !found && !text.trim().is_empty() {
            check.report(
                Diagnostic::new(&codes::UNREADABLE, &node.id)
                    .field("place")
                    .fact("text", text)
                    .fact("wanted", wanted),
            );
        }
    }
}

const PLACE: &str = "a large city such as Lisbon, a country, or a Region's code";
