//! Instances and network interfaces.

use std::collections::BTreeMap;

use hopscope_aws::components::instance;
use hopscope_aws::components::network_interface::{self, PrivateAddress};
use hopscope_aws::{Config, Id, Node};
use indexmap::IndexMap;

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;

/// An interface as described on its own, inside its instance, or both.
struct Interface<'a> {
    obj: Obj<'a>,
    instance: Option<&'a str>,
    /// Place among the interfaces of its instance.
    device: i64,
    managed: bool,
}

impl<'a> Build<'a> {
    /// Instances with their interfaces, then interfaces that belong to none.
    pub(super) fn hosts(&mut self) -> Result<(), ImportError> {
        self.find_gone()?;
        self.find_routed();
        let interfaces = self.gather_interfaces()?;
        let mut of_instance: BTreeMap<&str, Vec<(&str, &Interface<'a>)>> = BTreeMap::new();
        for (id, interface) in &interfaces {
            if let Some(instance) = interface.instance {
                of_instance.entry(instance).or_default().push((id, interface));
            }
        }
        for list in of_instance.values_mut() {
            list.sort_by_key(|(_, interface)| interface.device);
        }
        self.instances(&of_instance)?;
        for (id, interface) in &interfaces {
            if self.document.nodes.contains_key(*id) || self.drawn_with.contains_key(id) {
                continue;
            }
            self.stand_in_instance(id, interface)?;
            self.interface(id, interface)?;
        }
        Ok(())
    }

    /// What is terminated or deleted, and which interfaces are a NAT gateway's own.
    fn find_gone(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::Instance) {
            let obj = items.object(item);
            if state(&obj)? == Some("terminated") {
                let id = obj.id("InstanceId")?;
                self.gone.insert(id);
                self.join("Terminated instances, which are left out", id);
            }
        }
        for item in items.of(Kind::NatGateway) {
            let obj = items.object(item);
            let id = obj.id("NatGatewayId")?;
            if obj.text("State")? == Some("deleted") {
                self.gone.insert(id);
                self.join("Deleted NAT gateways, which are left out", id);
                continue;
            }
            for address in obj.list("NatGatewayAddresses")? {
                if let Some(public) = address.text("PublicIp")? {
                    self.nat_public.insert(public, id);
                }
                if let Some(interface) = address.text("NetworkInterfaceId")? {
                    self.drawn_with.insert(interface, id);
                }
            }
        }
        Ok(())
    }

    /// What routes lead to, for guessing who forwards.
    fn find_routed(&mut self) {
        for node in self.document.nodes.values() {
            if let Config::RouteTable(table) = &node.config {
                for route in &table.routes {
                    let default = matches!(route.destination.as_str(), "0.0.0.0/0" | "::/0");
                    *self.routed.entry(route.target.clone()).or_default() |= default;
                }
            }
        }
    }

    fn gather_interfaces(&mut self) -> Result<IndexMap<&'a str, Interface<'a>>, ImportError> {
        let items = self.items;
        let mut out: IndexMap<&str, Interface<'a>> = IndexMap::new();
        for item in items.of(Kind::NetworkInterface) {
            let obj = items.object(item);
            let id = obj.id("NetworkInterfaceId")?;
            let attachment = obj.object("Attachment")?;
            let (instance, device) = match &attachment {
                Some(attachment) => (attachment.text("InstanceId")?, attachment.number("DeviceIndex")?),
                None => (None, None),
            };
            let managed = obj.flag("RequesterManaged")?.unwrap_or_default()
                || !matches!(
                    obj.text("InterfaceType")?,
                    None | Some("interface" | "efa" | "efa-only" | "trunk" | "branch")
                )
                || (instance.is_none() && attachment.is_some());
            if out.contains_key(id) {
                self.repeated += 1;
                continue;
            }
            out.insert(id, Interface { obj, instance, device: device.unwrap_or_default(), managed });
        }
        for item in items.of(Kind::Instance) {
            let instance = items.object(item);
            let instance_id = instance.id("InstanceId")?;
            for obj in instance.list("NetworkInterfaces")? {
                let id = obj.id("NetworkInterfaceId")?;
                let device = match obj.object("Attachment")? {
                    Some(attachment) => attachment.number("DeviceIndex")?.unwrap_or_default(),
                    None => 0,
                };
                out.entry(id)
                    .and_modify(|have| {
                        if have.instance.is_none() {
                            have.instance = Some(instance_id);
                            have.device = device;
                        }
                    })
                    .or_insert(Interface { obj, instance: Some(instance_id), device, managed: false });
            }
        }
        Ok(out)
    }

    fn instances(
        &mut self,
        interfaces: &BTreeMap<&'a str, Vec<(&'a str, &Interface<'a>)>>,
    ) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::Instance) {
            let obj = items.object(item);
            let id = obj.id("InstanceId")?;
            if self.gone.contains(id) {
                continue;
            }
            let own = interfaces.get(id).map_or(&[][..], Vec::as_slice);
            let mut subnet = obj.text("SubnetId")?;
            for (_, interface) in own {
                subnet = subnet.or(interface.obj.text("SubnetId")?);
            }
            let Some(subnet) = subnet.filter(|subnet| self.has(subnet, "subnet")) else {
                self.inert(item, "Instance outside any described subnet", &["InstanceId"], None)?;
                continue;
            };
            let running = match state(&obj)? {
                None | Some("running") => true,
                Some("stopped") => false,
                Some(other) => {
                    self.join(
                        "Instances on their way between states, taken as stopped",
                        format!("{id} {other}"),
                    );
                    false
                }
            };
            let config = instance::Config {
                state: if running { "running" } else { "stopped" }.to_owned(),
                instance_type: obj.text("InstanceType")?.map(str::to_owned),
                role: self.role(&obj, id, own)?,
                ..instance::Config::default()
            };
            let name = self.name(&obj, id)?;
            let parent = Some(Id::from(subnet));
            if !self.put(Node { id: Id::from(id), name, parent, config: Config::Instance(config) }, obj.file)
            {
                continue;
            }
            for (interface_id, interface) in own {
                self.interface(interface_id, interface)?;
            }
            if own.is_empty() {
                self.only_interface(&obj, id)?;
            }
        }
        Ok(())
    }

    /// A dump cannot say what an instance does with packets for others; that a route leads to it
    /// and its check is off says that it forwards.
    fn role(
        &mut self,
        obj: &Obj<'a>,
        id: &str,
        own: &[(&str, &Interface<'a>)],
    ) -> Result<String, ImportError> {
        let mut unchecked = obj.flag("SourceDestCheck")? == Some(false);
        let mut public = obj.text("PublicIpAddress")?.is_some();
        for (_, interface) in own {
            unchecked |= interface.obj.flag("SourceDestCheck")? == Some(false);
            public |= interface.obj.map.get("Association").is_some_and(|found| !found.is_null());
        }
        let targets = std::iter::once(id).chain(own.iter().map(|(eni, _)| *eni));
        let routed = targets.filter_map(|target| self.routed.get(target).copied()).reduce(|a, b| a || b);
        Ok(match routed {
            Some(default) if unchecked => {
                let role = if default && public { "nat" } else { "router" };
                self.join(
                    "Instances that routes lead to; what they do with packets is assumed, so set their role",
                    format!("{id}: {role}"),
                );
                role
            }
            _ => "host",
        }
        .to_owned())
    }

    /// The interface of an instance that is described without any.
    fn only_interface(&mut self, obj: &Obj<'a>, id: &str) -> Result<(), ImportError> {
        let Some(address) = obj.text("PrivateIpAddress")? else { return Ok(()) };
        let mut config = network_interface::Config {
            source_dest_check: obj.flag("SourceDestCheck")?.unwrap_or(true),
            ..network_interface::Config::default()
        };
        let public = obj.text("PublicIpAddress")?.filter(|ip| !self.described.contains(ip));
        config
            .private_ips
            .push(PrivateAddress { address: address.to_owned(), public_ip: public.map(str::to_owned) });
        config.ipv6.extend(obj.text("Ipv6Address")?.map(str::to_owned));
        for group in obj.list("SecurityGroups")? {
            config.security_groups.extend(group.text("GroupId")?.map(Id::from));
        }
        let node = Node {
            id: self.free_id(&format!("{id}-interface")),
            name: String::new(),
            parent: Some(Id::from(id)),
            config: Config::NetworkInterface(config),
        };
        self.put(node, obj.file);
        Ok(())
    }

    /// The instance that an interface is attached to, where only the interface is described.
    fn stand_in_instance(&mut self, id: &str, interface: &Interface<'a>) -> Result<(), ImportError> {
        let Some(instance) = interface.instance else { return Ok(()) };
        if self.document.nodes.contains_key(instance) || self.gone.contains(instance) {
            return Ok(());
        }
        let Some(subnet) = interface.obj.text("SubnetId")?.filter(|subnet| self.has(subnet, "subnet")) else {
            return Ok(());
        };
        self.join(
            "Instances that are known from their interfaces only, taken as running",
            format!("{instance} by {id}"),
        );
        let node = Node {
            id: Id::from(instance),
            name: self.tags.get(instance).copied().unwrap_or_default().to_owned(),
            parent: Some(Id::from(subnet)),
            config: Config::Instance(instance::Config::default()),
        };
        self.put(node, interface.obj.file);
        Ok(())
    }

    fn interface(&mut self, id: &'a str, interface: &Interface<'a>) -> Result<(), ImportError> {
        let obj = &interface.obj;
        if interface.instance.is_some_and(|instance| self.gone.contains(instance)) {
            self.join("Interfaces of terminated instances, which are left out", id);
            return Ok(());
        }
        let subnet = obj.text("SubnetId")?.filter(|subnet| self.has(subnet, "subnet"));
        let instance =
            interface.instance.and_then(|id| self.document.nodes.get(id)).filter(|n| n.kind() == "instance");
        let home = instance.and_then(|node| node.parent.clone());
        let parent = match (instance.map(|node| node.id.clone()), subnet) {
            (Some(instance), _) => Some(instance),
            (None, Some(subnet)) => Some(Id::from(subnet)),
            (None, None) => {
                self.inert_object(obj, "Network interface outside any described subnet", Id::from(id), None);
                return Ok(());
            }
        };
        let mut config = network_interface::Config {
            subnet: subnet.filter(|subnet| home.as_deref().is_some_and(|home| home != *subnet)).map(Id::from),
            source_dest_check: obj.flag("SourceDestCheck")?.unwrap_or(true),
            ..network_interface::Config::default()
        };
        for group in obj.list("Groups")? {
            config.security_groups.extend(group.text("GroupId")?.map(Id::from));
        }
        for address in obj.list("Ipv6Addresses")? {
            config.ipv6.extend(address.text("Ipv6Address")?.map(str::to_owned));
        }
        for key in ["Ipv4Prefixes", "Ipv6Prefixes"] {
            if !obj.list(key)?.is_empty() {
                self.join("Interfaces with delegated prefixes, which are not modelled", id);
            }
        }
        let rows = obj.list("PrivateIpAddresses")?;
        let mut addresses = Vec::new();
        for row in &rows {
            addresses.push((row.flag("Primary")?.unwrap_or_default(), row));
        }
        let (primary, others): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|(primary, _)| *primary);
        for (primary, row) in primary.into_iter().chain(others) {
            let Some(address) = row.text("PrivateIpAddress")? else { continue };
            let association = row.object("Association")?;
            let public_ip = self.public_ip(id, association.as_ref(), (!primary).then_some(address))?;
            config.private_ips.push(PrivateAddress { address: address.to_owned(), public_ip });
        }
        if rows.is_empty()
            && let Some(address) = obj.text("PrivateIpAddress")?
        {
            let association = obj.object("Association")?;
            let public_ip = self.public_ip(id, association.as_ref(), None)?;
            config.private_ips.push(PrivateAddress { address: address.to_owned(), public_ip });
        }
        let mut name = self.name(obj, id)?;
        if interface.managed && interface.instance.is_none() {
            let kind = obj.text("InterfaceType")?.filter(|kind| *kind != "interface");
            if name.is_empty() {
                name = match kind {
                    Some(kind) => words(kind),
                    None => obj.text("Description")?.unwrap_or_default().to_owned(),
                };
            }
            let kind = kind.unwrap_or("service");
            config.service = Some(kind.to_owned());
            self.join("Interfaces that an AWS service runs; their addresses and groups are kept, the service behind them is not modelled", format!("{id}: {kind}"));
        }
        let node = Node { id: Id::from(id), name, parent, config: Config::NetworkInterface(config) };
        self.put(node, obj.file);
        Ok(())
    }

    /// The public address that AWS assigned; an account's own becomes an Elastic IP node.
    fn public_ip(
        &mut self,
        interface: &str,
        association: Option<&Obj<'a>>,
        secondary: Option<&str>,
    ) -> Result<Option<String>, ImportError> {
        let Some(association) = association else { return Ok(None) };
        let Some(address) = association.text("PublicIp")? else { return Ok(None) };
        if self.described.contains(address) {
            return Ok(None);
        }
        let account =
            association.text("IpOwnerId")?.is_some_and(|owner| owner.bytes().all(|b| b.is_ascii_digit()));
        if account || association.text("AllocationId")?.is_some() {
            let wanted =
                association.text("AllocationId")?.map_or_else(|| format!("eip-{address}"), str::to_owned);
            self.elastic_ip(&wanted, address, Some(interface), secondary, association.file);
            return Ok(None);
        }
        Ok(Some(address.to_owned()))
    }
}

/// The state of an instance.
fn state<'a>(obj: &Obj<'a>) -> Result<Option<&'a str>, ImportError> {
    match obj.object("State")? {
        Some(state) => state.text("Name"),
        None => Ok(None),
    }
}

/// `transit_gateway` as people write it.
fn words(kind: &str) -> String {
    let mut out = String::new();
    for (n, c) in kind.chars().take(80).enumerate() {
        match (n, c) {
            (0, c) => out.extend(c.to_uppercase()),
            (_, '_') => out.push(' '),
            (_, c) => out.push(c),
        }
    }
    out
}
