//! Internet gateways, egress-only internet gateways, NAT gateways, Elastic IP addresses.

use hopscope_aws::components::{
    egress_only_internet_gateway, elastic_ip, internet, internet_gateway, nat_gateway,
};
use hopscope_aws::{Config, Id, Node};

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::Item;

impl<'a> Build<'a> {
    /// What stands between VPCs and the internet, and the internet.
    pub(super) fn edge(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::InternetGateway) {
            let config = Config::InternetGateway(internet_gateway::Config::default());
            self.gateway(item, "InternetGatewayId", config)?;
        }
        for item in items.of(Kind::EgressOnlyInternetGateway) {
            let config = Config::EgressOnlyInternetGateway(egress_only_internet_gateway::Config::default());
            self.gateway(item, "EgressOnlyInternetGatewayId", config)?;
        }
        for item in items.of(Kind::NatGateway) {
            self.nat_gateway(item)?;
        }
        for item in items.of(Kind::Address) {
            self.address(item)?;
        }
        let id = self.free_id("internet");
        let config = Config::Internet(internet::Config::default());
        self.document.put(Node { id, name: String::new(), parent: None, config });
        Ok(())
    }

    /// A gateway in the VPC it is attached to, or in its Region.
    fn gateway(&mut self, item: &'a Item, key: &str, config: Config) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id(key)?;
        let mut vpc = None;
        for attachment in obj.list("Attachments")? {
            if matches!(attachment.text("State")?, None | Some("available" | "attached" | "attaching")) {
                vpc = vpc.or(attachment.text("VpcId")?);
            }
        }
        let parent = match vpc.filter(|vpc| self.has(vpc, "vpc")) {
            Some(vpc) => Id::from(vpc),
            None => self.region_of(item)?,
        };
        let name = self.name(&obj, id)?;
        self.put(Node { id: Id::from(id), name, parent: Some(parent), config }, obj.file);
        Ok(())
    }

    fn nat_gateway(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let id = obj.id("NatGatewayId")?;
        if self.gone.contains(id) {
            return Ok(());
        }
        let vpc = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc"));
        let subnet = obj.text("SubnetId")?.filter(|subnet| self.has(subnet, "subnet"));
        let regional = obj.text("AvailabilityMode")? == Some("regional");
        let mut config = nat_gateway::Config {
            connectivity: obj.text("ConnectivityType")?.unwrap_or("public").to_owned(),
            availability: match (regional, obj.text("AutoProvisionZones")?) {
                (false, _) => "zonal",
                (true, Some("disabled")) => "regional-manual",
                (true, _) => "regional",
            }
            .to_owned(),
            state: match obj.text("State")? {
                None | Some("available") => "available",
                Some("failed") => "failed",
                Some("deleting" | "deleted") => "deleted",
                Some(other) => {
                    self.join(
                        "NAT gateways on their way between states, taken as available",
                        format!("{id} {other}"),
                    );
                    "available"
                }
            }
            .to_owned(),
            ..nat_gateway::Config::default()
        };
        let mut addresses = obj.list("NatGatewayAddresses")?;
        let mut primary = 0;
        for (n, address) in addresses.iter().enumerate() {
            if address.flag("IsPrimary")? == Some(true) {
                primary = n;
            }
        }
        if primary < addresses.len() {
            addresses.swap(0, primary);
        }
        let parent = match (regional, vpc, subnet) {
            (true, Some(vpc), _) => Id::from(vpc),
            (_, _, Some(subnet)) => Id::from(subnet),
            (_, Some(vpc), None) => Id::from(vpc),
            (_, None, None) => {
                return self.inert(item, "NAT gateway outside any described VPC", &["NatGatewayId"], None);
            }
        };
        let region = self.document.enclosing(&parent, "region").map(|node| node.id.clone());
        for address in &addresses {
            if matches!(address.text("Status")?, Some("failed" | "disassociating")) {
                continue;
            }
            if config.private_ip.is_none() {
                config.private_ip = address.text("PrivateIp")?.map(str::to_owned);
            }
            if let (Some(zone), Some(region)) = (address.text("AvailabilityZone")?, &region)
                && let Some(zone) = self.zone(zone, region)
                && regional
                && !config.zones.contains(&zone)
            {
                config.zones.push(zone);
            }
        }
        if config.availability != "regional-manual" {
            config.zones.clear();
        }
        let name = self.name(&obj, id)?;
        let node = Node { id: Id::from(id), name, parent: Some(parent), config: Config::NatGateway(config) };
        if self.put(node, obj.file) {
            for (n, address) in addresses.iter().enumerate() {
                self.nat_address(id, address, n > 0)?;
            }
        }
        Ok(())
    }

    /// The Elastic IP address of a NAT gateway whose addresses are not described by themselves.
    fn nat_address(&mut self, nat: &str, address: &Obj<'a>, secondary: bool) -> Result<(), ImportError> {
        let Some(public) = address.text("PublicIp")? else { return Ok(()) };
        if self.described.contains(public) {
            return Ok(());
        }
        let wanted = address.text("AllocationId")?.map_or_else(|| format!("eip-{public}"), str::to_owned);
        let private = address.text("PrivateIp")?.filter(|_| secondary);
        self.elastic_ip(&wanted, public, Some(nat), private, address.file);
        Ok(())
    }

    fn address(&mut self, item: &'a Item) -> Result<(), ImportError> {
        let obj = self.items.object(item);
        let public = match obj.text("PublicIp")? {
            Some(public) => Some(public),
            None => obj.text("CarrierIp")?,
        };
        let Some(public) = public else {
            return Err(obj.wrong("", "it has no PublicIp"));
        };
        let id = obj
            .text("AllocationId")?
            .map_or_else(|| format!("eip-{public}"), |id| id.chars().take(255).collect());
        let interface = obj.text("NetworkInterfaceId")?;
        let mut target = interface
            .and_then(|interface| self.drawn_with.get(interface).copied())
            .filter(|nat| self.has(nat, "nat-gateway"))
            .or_else(|| interface.filter(|interface| self.document.nodes.contains_key(*interface)))
            .or(obj.text("InstanceId")?.filter(|id| self.document.nodes.contains_key(*id)));
        if target.is_none() {
            target = self.nat_public.get(public).copied().filter(|nat| self.has(nat, "nat-gateway"));
        }
        if target.is_none()
            && let Some(gone) = interface.or(obj.text("InstanceId")?)
        {
            self.join("Elastic IP addresses whose holder is not in the dump", format!("{id} of {gone}"));
        }
        let private = obj.text("PrivateIpAddress")?;
        let secondary = private.filter(|private| !self.is_primary(target, private));
        let parent = match target.and_then(|target| self.document.enclosing(target, "region")) {
            Some(region) => region.id.clone(),
            None => self.region_of(item)?,
        };
        let config = elastic_ip::Config {
            address: public.to_owned(),
            target: target.map(Id::from),
            private_ip: target.and(secondary).map(str::to_owned),
        };
        let name = self.name(&obj, &id)?;
        let id = Id::from(id);
        self.put(Node { id, name, parent: Some(parent), config: Config::ElasticIp(config) }, obj.file);
        Ok(())
    }

    /// Whether an address is the one that is meant when none is named.
    fn is_primary(&self, target: Option<&str>, private: &str) -> bool {
        let Some(node) = target.and_then(|target| self.document.nodes.get(target)) else { return true };
        match &node.config {
            Config::NetworkInterface(config) => {
                config.private_ips.first().is_some_and(|first| first.address == private)
            }
            Config::NatGateway(config) => config.private_ip.as_deref() == Some(private),
            _ => self.document.children(Some(&node.id)).next().is_some_and(|eni| {
                matches!(&eni.config, Config::NetworkInterface(config)
                    if config.private_ips.first().is_some_and(|first| first.address == private))
            }),
        }
    }

    /// An Elastic IP node for an address that is only seen where it is used.
    pub(super) fn elastic_ip(
        &mut self,
        wanted: &str,
        address: &'a str,
        target: Option<&str>,
        private: Option<&str>,
        path: &str,
    ) {
        if !self.elastic.insert(address) {
            return;
        }
        let region = target
            .and_then(|target| self.document.enclosing(target, "region"))
            .or_else(|| self.document.nodes.values().find(|node| node.kind() == "region"))
            .map(|node| node.id.clone());
        let config = elastic_ip::Config {
            address: address.to_owned(),
            target: target.map(Id::from),
            private_ip: private.map(str::to_owned),
        };
        let node = Node {
            id: self.free_id(wanted),
            name: String::new(),
            parent: region,
            config: Config::ElasticIp(config),
        };
        self.put(node, path);
    }
}
