//! Connect peers: GRE tunnels of Connect attachments, with the appliances at their other ends.

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::components::transit_gateway_attachment::ConnectPeer;
use hopscope_aws::{Config, Id};

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::Item;

/// Appliances by the address that a tunnel leads to.
#[derive(Default)]
struct Ends {
    /// Instances, by VPC and private address.
    instances: BTreeMap<(Id, String), Id>,
    /// Customer gateways, by address.
    routers: BTreeMap<String, Id>,
}

impl<'a> Build<'a> {
    /// Puts Connect peers on their attachments. Instances and customer gateways are there before.
    pub(super) fn connect_peers(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        if items.of(Kind::ConnectPeer).is_empty() {
            return Ok(());
        }
        let ends = self.ends();
        let mut seen = BTreeSet::new();
        let mut rows: BTreeMap<&str, Vec<ConnectPeer>> = BTreeMap::new();
        for item in items.of(Kind::ConnectPeer) {
            let obj = items.object(item);
            let id = obj.id("TransitGatewayConnectPeerId")?;
            let attachment = obj.id("TransitGatewayAttachmentId")?;
            let over = matches!(obj.text("State")?, Some("deleted" | "deleting"));
            if over || self.gone.contains(attachment) {
                continue;
            }
            if !seen.insert(id) {
                self.repeated += 1;
            } else if self.has(attachment, "transit-gateway-attachment") {
                let peer = self.connect_peer(&obj, id, attachment, &ends)?;
                rows.entry(attachment).or_default().push(peer);
            } else {
                self.lone_peer(item)?;
            }
        }
        for (attachment, peers) in rows {
            let Some(mut node) = self.document.nodes.get(attachment).map(|node| (**node).clone()) else {
                continue;
            };
            if let Config::TransitGatewayAttachment(config) = &mut node.config {
                config.connect_peers = peers;
                self.document.put(node);
            }
        }
        Ok(())
    }

    /// A peer whose attachment is not in the dump is kept as a box.
    fn lone_peer(&mut self, item: &'a Item) -> Result<(), ImportError> {
        self.inert(item, "Transit gateway Connect peer", &["TransitGatewayConnectPeerId"], None)
    }

    fn ends(&self) -> Ends {
        let mut ends = Ends::default();
        for node in self.document.nodes.values() {
            match &node.config {
                Config::NetworkInterface(config) => {
                    let holder = node.parent.as_ref().filter(|parent| self.has(parent, "instance"));
                    let vpc = self.document.enclosing(&node.id, "vpc");
                    let (Some(holder), Some(vpc)) = (holder, vpc) else { continue };
                    for row in &config.private_ips {
                        ends.instances.insert((vpc.id.clone(), row.address.clone()), holder.clone());
                    }
                }
                Config::CustomerGateway(config) if !config.ip.is_empty() => {
                    ends.routers.entry(config.ip.clone()).or_insert_with(|| node.id.clone());
                }
                _ => {}
            }
        }
        ends
    }

    fn connect_peer(
        &mut self,
        obj: &Obj<'a>,
        id: &str,
        attachment: &str,
        ends: &Ends,
    ) -> Result<ConnectPeer, ImportError> {
        let name = self.name(obj, id)?;
        let mut peer = ConnectPeer {
            name: if name.is_empty() { id.to_owned() } else { name },
            // Only routes tell what a peer announces.
            announces: [id, attachment]
                .iter()
                .find_map(|key| self.heard.get(*key))
                .map(|heard| heard.iter().cloned().collect())
                .unwrap_or_default(),
            ..ConnectPeer::default()
        };
        if let Some(found) = obj.object("ConnectPeerConfiguration")? {
            let blocks = found.texts("InsideCidrBlocks")?;
            let block = blocks.iter().find(|block| !block.contains(':')).or(blocks.first());
            peer.inside_cidr = block.copied().unwrap_or_default().to_owned();
            let mut sessions = Vec::new();
            for session in found.list("BgpConfigurations")? {
                if let (true, Some(asn)) = (peer.asn.is_empty(), session.number("PeerAsn")?) {
                    peer.asn = asn.to_string();
                }
                sessions.push(session.text("BgpStatus")? != Some("down"));
            }
            if !sessions.is_empty() && !sessions.contains(&true) {
                peer.state = "down".to_owned();
            }
            if let Some(address) = found.text("PeerAddress")? {
                peer.peer = match self.carrier(attachment) {
                    Some(vpc) if self.has(&vpc, "vpc") => {
                        ends.instances.get(&(vpc, address.to_owned())).cloned()
                    }
                    _ => ends.routers.get(address).cloned(),
                };
            }
        }
        if peer.peer.is_none() {
            self.join("Connect peers whose appliance is not in the dump", id);
        }
        Ok(peer)
    }

    /// What the attachment below a Connect attachment joins to the transit gateway.
    fn carrier(&self, attachment: &str) -> Option<Id> {
        let resource = |id: &str| match &self.document.nodes.get(id)?.config {
            Config::TransitGatewayAttachment(config) => config.resource.clone(),
            _ => None,
        };
        resource(&resource(attachment)?)
    }
}
