//! From described resources to a document.

mod balancers;
mod connect;
mod edge;
mod endpoints;
mod hosts;
mod hybrid;
mod places;
mod rest;
mod rules;
mod tables;
mod transit;

use std::collections::{BTreeMap, BTreeSet};

use hopscope_aws::document::{MAX_BYTES, MAX_NODES};
use hopscope_aws::{Config, Document, Id, Node};
use indexmap::IndexSet;

use crate::error::{ImportError, megabytes};
use crate::get::Obj;
use crate::keys::Kind;
use crate::read::{Item, Items};
use crate::{Import, Note, Unmodelled, region};

/// Remarks of one sort that are spelled out before the rest is only counted.
const MAX_SAME: usize = 8;

/// Builds the document.
///
/// # Errors
/// [`ImportError`] where something has the wrong type, or there is too much of it.
pub fn build(items: &Items) -> Result<Import, ImportError> {
    let mut build = Build::new(items)?;
    for stage in [
        Build::places,
        Build::tables,
        Build::rules,
        Build::fold_interfaces,
        Build::hosts,
        Build::edge,
        Build::transit,
        Build::hybrid,
        Build::connect_peers,
        Build::endpoints,
        Build::rest,
    ] {
        stage(&mut build)?;
        // A later stage looks through what the earlier ones drew.
        build.bounded()?;
    }
    build.finish()
}

struct Build<'a> {
    items: &'a Items,
    document: Document,
    unmodelled: Vec<Unmodelled>,
    notes: Vec<Note>,
    /// Name tags from `describe-tags`.
    tags: BTreeMap<&'a str, &'a str>,
    /// Where a VPC is.
    vpc_region: BTreeMap<&'a str, &'a str>,
    /// Things that were described again with the same content.
    repeated: usize,
    /// Ids that are gone: terminated instances, deleted gateways.
    gone: BTreeSet<&'a str>,
    /// Interfaces that are drawn with something else and not by themselves: the id of their NAT
    /// gateway or endpoint, the ARN of their load balancer, or `""` for a transit gateway attachment,
    /// which no interface names.
    drawn_with: BTreeMap<&'a str, &'a str>,
    /// Public addresses that `describe-addresses` lists.
    described: BTreeSet<&'a str>,
    /// Public addresses that Elastic IP nodes were made for without being listed.
    elastic: BTreeSet<&'a str>,
    /// The NAT gateway that says it has a public address.
    nat_public: BTreeMap<&'a str, &'a str>,
    /// What routes lead to, and whether one of them is a default route.
    routed: BTreeMap<String, bool>,
    /// How often a prefix was asked for a fresh id.
    fresh: BTreeMap<String, usize>,
    /// Remarks by their sort, to be joined.
    joined: BTreeMap<&'static str, Vec<String>>,
    /// Interfaces as `describe-network-interfaces` lists them.
    interface_objects: BTreeMap<&'a str, Obj<'a>>,
    /// Interfaces of each Gateway or Network Load Balancer, by its ARN: names repeat across Regions.
    balancer_interfaces: BTreeMap<&'a str, Vec<&'a str>>,
    /// Load balancers by ARN.
    balancers: BTreeMap<String, Id>,
    /// Prefix lists by name; of two with one name the first.
    named_lists: BTreeMap<String, Id>,
    /// Attachments associated with each transit gateway route table.
    associations: BTreeMap<String, IndexSet<Id>>,
    /// What a VPN connection, gateway or Connect peer announced, where routes tell.
    heard: BTreeMap<String, IndexSet<String>>,
    /// Gateways that a route table has propagation on for.
    propagating: BTreeMap<String, Vec<Id>>,
}

impl<'a> Build<'a> {
    fn new(items: &'a Items) -> Result<Self, ImportError> {
        let mut build = Self {
            items,
            document: Document::default(),
            unmodelled: Vec::new(),
            notes: items.notes.clone(),
            tags: BTreeMap::new(),
            vpc_region: BTreeMap::new(),
            repeated: 0,
            gone: BTreeSet::new(),
            drawn_with: BTreeMap::new(),
            described: BTreeSet::new(),
            elastic: BTreeSet::new(),
            nat_public: BTreeMap::new(),
            routed: BTreeMap::new(),
            fresh: BTreeMap::new(),
            joined: BTreeMap::new(),
            interface_objects: BTreeMap::new(),
            balancer_interfaces: BTreeMap::new(),
            balancers: BTreeMap::new(),
            named_lists: BTreeMap::new(),
            associations: BTreeMap::new(),
            heard: BTreeMap::new(),
            propagating: BTreeMap::new(),
        };
        for item in items.of(Kind::Tag) {
            let tag = items.object(item);
            if let (Some("Name"), Some(id), Some(value)) =
                (tag.text("Key")?, tag.text("ResourceId")?, tag.text("Value")?)
            {
                build.tags.entry(id).or_insert(value);
            }
        }
        for item in items.of(Kind::Address) {
            build.described.extend(items.object(item).text("PublicIp")?);
        }
        for item in items.of(Kind::NetworkInterface) {
            let obj = items.object(item);
            if let Some(id) = obj.text("NetworkInterfaceId")? {
                build.interface_objects.insert(id, obj);
            }
        }
        build.find_vpc_regions()?;
        Ok(build)
    }

    /// A VPC says nothing of its Region, but the things inside it do.
    fn find_vpc_regions(&mut self) -> Result<(), ImportError> {
        for kind in [Kind::Subnet, Kind::Instance, Kind::NetworkInterface] {
            for item in self.items.of(kind) {
                let obj = self.items.object(item);
                if let (Some(vpc), Some(region)) = (obj.text("VpcId")?, own_region(&obj)?) {
                    self.vpc_region.entry(vpc).or_insert(region);
                }
            }
        }
        for item in self.items.of(Kind::Vpc) {
            let obj = self.items.object(item);
            let known = self.items.wrapped_region(item).or(self.items.path_region(item));
            if let (Some(vpc), Some(region)) = (obj.text("VpcId")?, known) {
                self.vpc_region.entry(vpc).or_insert(region);
            }
        }
        Ok(())
    }

    /// The Region of a thing: what its wrapper says, what itself says, its VPC's, its path's.
    fn region_of(&mut self, item: &'a Item) -> Result<Id, ImportError> {
        let obj = self.items.object(item);
        let vpc = obj.text("VpcId").ok().flatten();
        let code = self
            .items
            .wrapped_region(item)
            .or(own_region(&obj)?)
            .or_else(|| vpc.and_then(|vpc| self.vpc_region.get(vpc).copied()))
            .or_else(|| self.items.path_region(item));
        Ok(self.region(code))
    }

    /// The node of a Region, made when it is first needed.
    fn region(&mut self, code: Option<&str>) -> Id {
        let (id, name) = code.map_or(("region", "Unknown Region"), |code| (code, code));
        let id = Id::from(id);
        if !self.document.nodes.contains_key(&id) {
            let config = Config::Region(hopscope_aws::components::region::Config::default());
            self.document.put(Node { id: id.clone(), name: name.to_owned(), parent: None, config });
        }
        id
    }

    /// The name of a thing: its Name tag, or what `describe-tags` says.
    fn name(&self, obj: &Obj<'a>, id: &str) -> Result<String, ImportError> {
        let own = obj.name_tag()?;
        Ok(own.or_else(|| self.tags.get(id).copied()).unwrap_or_default().to_owned())
    }

    /// Adds a node; of two with one id the first is kept.
    fn put(&mut self, node: Node, path: &str) -> bool {
        match self.document.nodes.get(&node.id) {
            None => {
                self.document.put(node);
                true
            }
            Some(first) => {
                if **first == node {
                    self.repeated += 1;
                } else {
                    let text = format!(
                        "{} is described twice and differently; the first description is kept.",
                        node.id
                    );
                    self.note(path, text);
                }
                false
            }
        }
    }

    fn has(&self, id: &str, kind: &str) -> bool {
        self.document.nodes.get(id).is_some_and(|node| node.kind() == kind)
    }

    /// An id of the document that is `wanted`, or like it where that is taken.
    fn free_id(&mut self, wanted: &str) -> Id {
        if !self.document.nodes.contains_key(wanted) {
            return Id::from(wanted);
        }
        let n = self.fresh.entry(wanted.to_owned()).or_insert(1);
        loop {
            *n += 1;
            let id = format!("{wanted}-{n}");
            if !self.document.nodes.contains_key(id.as_str()) {
                return Id::from(id);
            }
        }
    }

    fn note(&mut self, path: &str, text: impl Into<String>) {
        self.notes.push(Note { text: text.into(), path: path.to_owned() });
    }

    /// A remark that is made once for all the things it is about.
    fn join(&mut self, sentence: &'static str, thing: impl Into<String>) {
        self.joined.entry(sentence).or_default().push(thing.into());
    }

    /// Refuses more than a document can hold.
    fn bounded(&self) -> Result<(), ImportError> {
        match self.document.nodes.len() {
            found if found > MAX_NODES => Err(ImportError::TooManyNodes { found, limit: MAX_NODES }),
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Import, ImportError> {
        for (sentence, things) in std::mem::take(&mut self.joined) {
            let mut names: Vec<&str> = things.iter().take(MAX_SAME).map(String::as_str).collect();
            let more = format!("{} more", things.len().saturating_sub(MAX_SAME));
            if things.len() > MAX_SAME {
                names.push(&more);
            }
            self.note("", format!("{sentence}: {}.", names.join(", ")));
        }
        if self.repeated > 0 {
            let text = format!(
                "{} things are described twice with the same content; each is imported once.",
                self.repeated
            );
            self.note("", text);
        }
        let size = self.document.to_json().len();
        if size > MAX_BYTES {
            return Err(ImportError::DocumentTooLarge {
                found: megabytes(size),
                limit: megabytes(MAX_BYTES),
            });
        }
        Ok(Import { document: self.document, unmodelled: self.unmodelled, notes: self.notes })
    }
}

/// The Region that a resource names itself.
fn own_region<'a>(obj: &Obj<'a>) -> Result<Option<&'a str>, ImportError> {
    if let Some(name) = obj.text("RegionName")?.filter(|name| region::is_region(name)) {
        return Ok(Some(name));
    }
    for key in ["AvailabilityZone", "NetworkBorderGroup"] {
        // Some services put an object or a list under the same key.
        if let Some(found) = obj.map.get(key).and_then(|v| v.as_str()).and_then(region::prefix) {
            return Ok(Some(found));
        }
    }
    let placed = obj.map.get("Placement").and_then(|v| v.get("AvailabilityZone")).and_then(|v| v.as_str());
    if let Some(found) = placed.and_then(region::prefix) {
        return Ok(Some(found));
    }
    let mut arns = obj.map.iter().filter(|(key, _)| {
        let key = key.as_bytes();
        key.len() >= 3 && key.get(key.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case(b"arn"))
    });
    Ok(arns.find_map(|(_, value)| value.as_str().and_then(region::of_arn)))
}
