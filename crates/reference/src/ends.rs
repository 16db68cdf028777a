//! Who begins a flow and who is called, from what the flow says.

use std::net::IpAddr;

use crate::cells::address;
use crate::world::{Interface, World};

/// Who starts the flow.
pub(crate) enum Start<'w, 'a> {
    Interface(&'w Interface<'a>),
    Internet,
    SiteHost(&'a str),
    AwsService(&'a str),
    Client(&'a str),
    /// The addresses of an interface endpoint or load balancer; it begins nothing itself.
    Endpoint(&'a str),
}

/// The end of a flow by its id, its address or its word, with the addresses it has.
pub(crate) fn start_at<'w, 'a>(world: &'w World<'a>, text: &str) -> Option<(Start<'w, 'a>, Vec<IpAddr>)> {
    let read = |list: &[String]| list.iter().filter_map(|a| address(a)).collect::<Vec<_>>();
    let stated = address(text);
    let named = |id: &str, list: &[IpAddr]| id == text || stated.is_some_and(|a| list.contains(&a));
    for host in world.site_hosts() {
        let list = read(&host.config.addresses);
        if named(host.id, &list) {
            return Some((Start::SiteHost(host.id), prefer(stated, list)));
        }
    }
    for service in world.services() {
        let list = read(&service.config.addresses);
        if named(service.id, &list) {
            return Some((Start::AwsService(service.id), prefer(stated, list)));
        }
    }
    for client in world.clients() {
        let list: Vec<IpAddr> =
            [&client.config.address, &client.config.ipv6].into_iter().filter_map(|a| address(a)).collect();
        if named(client.id, &list) {
            return Some((Start::Client(client.id), prefer(stated, list)));
        }
    }
    let mut own: Vec<_> = world.interfaces.iter().filter(|i| i.part == Some(text)).collect();
    own.sort_by_key(|i| world.zone_failed(i.subnet)); // IFE-17
    if let Some(i) = own.first() {
        return Some((Start::Endpoint(i.part?), i.addresses.clone()));
    }
    if let Some(i) = world.interfaces.iter().find(|i| i.id == text || i.instance == Some(text)) {
        return Some((Start::Interface(i), i.addresses.clone()));
    }
    if let Some((_, addresses)) = world.hosts.iter().find(|(id, _)| *id == text) {
        return Some((Start::Internet, addresses.clone()));
    }
    if text == "internet" || world.internet == Some(text) {
        let anyone = ["198.51.100.50", "2001:db8:ffff::50"];
        return Some((Start::Internet, anyone.iter().filter_map(|a| address(a)).collect()));
    }
    if let Some(stated) = text.strip_prefix("internet:") {
        return Some((Start::Internet, vec![address(stated)?]));
    }
    let stated = address(text)?;
    let interface = world.interfaces.iter().find(|i| i.addresses.contains(&stated))?;
    // The address named, and for the other family whatever else the interface has.
    let others = interface.addresses.iter().copied().filter(|a| a.is_ipv4() != stated.is_ipv4());
    Some((Start::Interface(interface), std::iter::once(stated).chain(others).collect()))
}

/// The stated address alone for its family, whatever else there is for the other.
fn prefer(stated: Option<IpAddr>, list: Vec<IpAddr>) -> Vec<IpAddr> {
    match stated {
        Some(stated) => {
            let others = list.into_iter().filter(|a| a.is_ipv4() != stated.is_ipv4());
            std::iter::once(stated).chain(others).collect()
        }
        None => list,
    }
}

/// The addresses the far end may be called by; public ones if the caller is outside.
pub(crate) fn far_addresses(world: &World<'_>, text: &str, from_outside: bool) -> Option<Vec<IpAddr>> {
    if let Some(stated) = address(text) {
        return Some(vec![stated]);
    }
    let (start, mut addresses) = start_at(world, text)?;
    if let (Start::Interface(interface), true) = (start, from_outside) {
        // Any public address of its own will do, that of an earlier private address first.
        let public = addresses.iter().find_map(|known| {
            world.publics.iter().find(|p| p.owner == interface.id && p.private == Some(*known))
        });
        if let Some(public) = public {
            addresses.insert(0, public.address);
        }
    }
    Some(addresses)
}
