//! Components that move packets by themselves: what each of them tells the engine, so that adding
//! one takes its own file and its line in [`crate::catalog`]. The parts of a VPC (subnets, tables,
//! interfaces, ACLs, groups) are no such components: lowering and the pipeline know them.

use std::fmt::Debug;
use std::net::IpAddr;

use hopscope_forward::{Outcome, Visit};
use hopscope_net::prefix::Family;

use crate::arena::Ix;
use crate::document::Node;
use crate::lower::Build;
use crate::network::{Eni, Network, Subnet, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

/// A component that moves packets by itself.
///
/// Lowering runs in this order: the VPC's parts, [`declare`](Self::declare) of every component,
/// [`link`](Self::link) in the catalogue's order, address indexes, [`settle`](Self::settle) in
/// the catalogue's order, routes of VPC tables.
pub(crate) trait Component: Sized + Debug {
    /// Its configuration.
    type Config;
    /// Where a packet can be at it.
    type Stage: Copy + Debug + Ord;

    /// Reads what the configuration says by itself. `None`: it cannot exist and stays a drawing.
    fn declare(build: &Build<'_>, node: &Node, config: &Self::Config) -> Option<Self>;

    /// Finds the other components it names, and draws its interfaces.
    fn link(_: &mut Build<'_>) {}

    /// Computes what it learns from others.
    fn settle(_: &mut Build<'_>) {}

    /// Runs one stage.
    fn visit(network: &Network, stage: Self::Stage, visit: &mut Visit<'_>) -> Outcome<At>;

    /// Whether a route of that VPC that names it works; a blackhole otherwise (RT-16).
    fn usable(_: &Network, _: Ix<Self>, _: Ix<Vpc>) -> bool {
        false
    }

    /// Whether a route of a gateway route table, or one narrower than local, may name it (RT-08,
    /// RT-25).
    fn is_middlebox() -> bool {
        false
    }

    /// A packet that a subnet's route sends here. Only called where it is usable.
    fn enter(_: &Network, _: Ix<Self>, _: Ix<Subnet>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }

    /// A packet that a gateway route table sends here (RT-25).
    fn enter_from_edge(_: &Network, _: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }

    /// A packet that one of its own interfaces received, past ACL and security group.
    fn receive(_: &Network, _: Ix<Self>, _: Ix<Eni>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }

    /// Addresses at which it is an end of flows, and whether they are on the internet.
    fn addresses(&self) -> Vec<(IpAddr, Outside)> {
        Vec::new()
    }

    /// Its address as a sender, or as the destination of a flow that names it.
    fn address(_: &Network, _: Ix<Self>, _: Family) -> Option<IpAddr> {
        None
    }

    /// The address that its name has on the internet, where that is another one.
    fn public_address(_: &Network, _: Ix<Self>, _: Family) -> Option<IpAddr> {
        None
    }

    /// Sends a packet: records the hop `send` and says where the packet goes.
    fn send(_: &Network, _: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }

    /// Names that AWS gives it, the one that alias records lead to first (R53-04). The zone of each
    /// is AWS's own; its records are answered with the addresses it has now.
    fn names(_: &Network, _: Ix<Self>) -> Vec<Published> {
        Vec::new()
    }

    /// A packet from the internet for one of its [`Outside::Internet`] addresses.
    fn receive_from_internet(_: &Network, _: Ix<Self>, _: &mut Visit<'_>) -> Outcome<At> {
        Outcome::Stopped
    }

    /// What is wrong or worth telling about every component of the kind.
    fn check(_: &mut Check<'_>) {}
}

/// A name that AWS gives a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    /// In lower case, without the final dot.
    pub name: String,
    /// Addresses of both families, in the order of the component.
    pub addresses: Vec<IpAddr>,
    /// Seconds that answers are kept: 60 for load balancers (R53-06).
    pub ttl: u32,
    /// Who is answered.
    pub to: Audience,
    /// What an alias that evaluates its target's health is told (R53-23).
    pub healthy: bool,
}

/// Who is answered about a name of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Everybody: the name is in public DNS.
    Everybody,
    /// Whoever asks the resolver of that VPC; the name hides what public DNS says (IFE-03).
    Vpc(Ix<Vpc>),
    /// The same, but only who asks through an inbound Resolver endpoint (IFE-11).
    InboundOf(Ix<Vpc>),
}

/// Where an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Reachable over the internet.
    Internet,
    /// In a private network.
    Private,
}
