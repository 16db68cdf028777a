//! From files to the resources they describe, whatever they are wrapped in.

use std::collections::BTreeMap;

use hopscope_aws::document::MAX_NODES;
use serde_json::{Map, Value};

use crate::error::{ImportError, megabytes};
use crate::get::{Obj, clip, kind_of};
use crate::keys::{self, Kind, Sort};
use crate::parse::{WAY_OUT, not_aws, parse, template};
use crate::{MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, Note, region};

/// Objects that wrap others are looked into this deep (account, Region, output, …).
const MAX_WRAPPERS: usize = 8;
/// Most things that are looked at; a document holds fewer, but tags and entries are no nodes.
const MAX_ITEMS: usize = 250_000;

/// One described resource.
#[derive(Debug)]
pub struct Item {
    file: usize,
    at: String,
    map: Map<String, Value>,
    /// The Region that a wrapper named.
    region: Option<String>,
    /// The prefix list, transit gateway route table or target group this belongs to, where a wrapper
    /// says so.
    pub list: Option<String>,
}

/// One thing without a component.
#[derive(Debug)]
pub struct Inert {
    /// What it is.
    pub what: String,
    /// Members that may hold its id.
    pub ids: &'static [&'static str],
    /// The thing.
    pub item: Item,
}

/// Everything that the files describe.
#[derive(Debug, Default)]
pub struct Items {
    /// Paths of the files.
    pub files: Vec<String>,
    modelled: BTreeMap<Kind, Vec<Item>>,
    /// Things that no component models.
    pub inert: Vec<Inert>,
    /// What the reader should know.
    pub notes: Vec<Note>,
    /// Counts of catalogue entries by what they list, per file.
    pub catalogues: Vec<(String, usize, usize)>,
    known: usize,
    count: usize,
}

impl Items {
    /// The resources of one kind in the order they were read.
    pub fn of(&self, kind: Kind) -> &[Item] {
        self.modelled.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// The object of an item.
    pub fn object<'a>(&'a self, item: &'a Item) -> Obj<'a> {
        Obj { map: &item.map, file: self.path(item), at: item.at.clone() }
    }

    /// The file of an item.
    pub fn path<'a>(&'a self, item: &Item) -> &'a str {
        self.files.get(item.file).map_or("", String::as_str)
    }

    /// The Region that the wrapping or the path of an item names.
    pub fn wrapped_region<'a>(&'a self, item: &'a Item) -> Option<&'a str> {
        item.region.as_deref()
    }

    /// The Region that the path of an item names.
    pub fn path_region<'a>(&'a self, item: &Item) -> Option<&'a str> {
        region::of_path(self.path(item))
    }
}

/// Reads all files.
///
/// # Errors
/// The first thing that cannot be read, or that nothing could.
pub fn read(files: &[(String, &[u8])]) -> Result<Items, ImportError> {
    if files.is_empty() {
        return Err(ImportError::Empty);
    }
    if files.len() > MAX_FILES {
        return Err(ImportError::TooManyFiles { found: files.len(), limit: MAX_FILES });
    }
    for (file, bytes) in files {
        if bytes.len() > MAX_FILE_BYTES {
            let (found, limit) = (megabytes(bytes.len()), megabytes(MAX_FILE_BYTES));
            return Err(ImportError::FileTooLarge { file: file.clone(), found, limit });
        }
    }
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    if total > MAX_TOTAL_BYTES {
        let (found, limit) = (megabytes(total), megabytes(MAX_TOTAL_BYTES));
        return Err(ImportError::TotalTooLarge { found, limit });
    }
    // Folders come in any order; the document must not depend on it.
    let mut sorted: Vec<&(String, &[u8])> = files.iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));

    let mut items = Items::default();
    let mut refused: Option<ImportError> = None;
    for (path, bytes) in sorted {
        let is_json = path.to_ascii_lowercase().ends_with(".json");
        let values = match parse(path, bytes) {
            Ok(values) => values,
            // A README in the folder is no reason to give up; a broken dump is.
            Err(error) if !is_json && files.len() > 1 => {
                items.note(path, "It is not JSON and was passed over.");
                refused = refused.or(Some(error));
                continue;
            }
            Err(error) => return Err(error),
        };
        items.files.push(path.clone());
        let mut reader =
            Reader { file: items.files.len() - 1, path, items: &mut items, maybe: Vec::new(), seen: 0 };
        for value in &values {
            reader.collect(value, &Context::default(), 0)?;
        }
        let (seen, maybe) = (reader.seen, std::mem::take(&mut reader.maybe));
        if seen == 0 && maybe.is_empty() {
            let error = not_aws(path, values.first());
            refused = refused.or(Some(error));
            items.note(path, "It holds nothing that the AWS CLI prints and was passed over.");
        }
        items.inert.extend(maybe);
    }
    if items.known == 0 {
        let (path, first) = match (items.files.first(), items.inert.first()) {
            (Some(path), Some(inert)) => (path.clone(), Some(inert.what.clone())),
            (path, _) => (path.cloned().unwrap_or_default(), None),
        };
        return Err(refused.unwrap_or_else(|| ImportError::NotAws {
            file: path,
            problem: match first {
                Some(what) => {
                    format!(
                        "it lists \"{}\", which no describe command of EC2, Elastic Load Balancing or Direct Connect prints",
                        clip(&what)
                    )
                }
                None => "it is empty".to_owned(),
            },
            way_out: WAY_OUT,
        }));
    }
    Ok(items)
}

/// What the wrappers around a value said.
#[derive(Clone, Debug, Default)]
struct Context {
    at: String,
    region: Option<String>,
    list: Option<String>,
}

impl Context {
    fn key(&self, key: &str) -> Self {
        let at = if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) };
        Self { at, ..self.clone() }
    }

    fn nth(&self, n: usize) -> Self {
        Self { at: format!("{}[{n}]", self.at), ..self.clone() }
    }
}

struct Reader<'i, 'p> {
    file: usize,
    path: &'p str,
    items: &'i mut Items,
    /// Things under keys that are not listed: only believed beside something that is.
    maybe: Vec<Inert>,
    seen: usize,
}

impl Reader<'_, '_> {
    fn collect(&mut self, value: &Value, context: &Context, depth: usize) -> Result<(), ImportError> {
        if depth > MAX_WRAPPERS {
            return Ok(());
        }
        match value {
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.collect(item, &context.nth(n), depth + 1)?;
                }
                Ok(())
            }
            Value::Object(map) => match keys::sniff(map) {
                Some(sort) => self.take(sort, map, context, depth),
                None => self.members(map, context, depth),
            },
            _ => Ok(()),
        }
    }

    fn members(
        &mut self,
        map: &Map<String, Value>,
        context: &Context,
        depth: usize,
    ) -> Result<(), ImportError> {
        if map.contains_key("hopscope") {
            return Err(ImportError::NotAws {
                file: self.path.to_owned(),
                problem: "it is a Hopscope document".to_owned(),
                way_out: "Open it instead of importing it.",
            });
        }
        if map.contains_key("terraform_version") || template(map) {
            return Ok(());
        }
        let mut context = context.clone();
        for key in ["PrefixListId", "TransitGatewayRouteTableId", "TargetGroupArn"] {
            if let Some(Value::String(id)) = map.get(key) {
                context.list = Some(id.clone());
            }
        }
        for (key, value) in map {
            if matches!(key.as_str(), "ResponseMetadata" | "NextToken" | "nextToken") {
                if key != "ResponseMetadata" && value.as_str().is_some_and(|token| !token.is_empty()) {
                    let text = "The output stops after a page (it has a NextToken), so things are missing: describe again without --max-items and --no-paginate.";
                    self.items.note(self.path, text);
                }
                continue;
            }
            self.member(key, value, &context.key(key), depth)?;
        }
        Ok(())
    }

    fn member(
        &mut self,
        key: &str,
        value: &Value,
        context: &Context,
        depth: usize,
    ) -> Result<(), ImportError> {
        if let (Some(sort), Value::Object(map)) = (keys::singular(key), value) {
            return self.take(sort, map, context, depth);
        }
        if let Some(sort) = keys::plural(key) {
            self.seen += 1;
            self.items.known += 1;
            return self.list(sort, value, context, depth);
        }
        match value {
            Value::Object(_) => {
                let mut context = context.clone();
                if region::is_region(key) {
                    context.region = Some(key.to_owned());
                }
                self.collect(value, &context, depth + 1)
            }
            Value::Array(items) if region::is_region(key) || account(key) => {
                let mut context = context.clone();
                if region::is_region(key) {
                    context.region = Some(key.to_owned());
                }
                for (n, item) in items.iter().enumerate() {
                    self.collect(item, &context.nth(n), depth + 1)?;
                }
                Ok(())
            }
            Value::Array(items) if key.starts_with(|c: char| c.is_ascii_uppercase()) => {
                self.unlisted(key, items, context, depth)
            }
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.collect(item, &context.nth(n), depth + 1)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A list under a key that is not known here.
    fn unlisted(
        &mut self,
        key: &str,
        items: &[Value],
        context: &Context,
        depth: usize,
    ) -> Result<(), ImportError> {
        let mut plain = 0;
        for (n, value) in items.iter().enumerate() {
            let Value::Object(map) = value else {
                plain += 1;
                continue;
            };
            let context = context.nth(n);
            let before = (self.seen, self.maybe.len());
            match keys::sniff(map) {
                Some(sort) => self.take(sort, map, &context, depth)?,
                None => {
                    // A wrapper for each object, or a thing of its own?
                    if map.keys().any(|key| keys::plural(key).is_some() && !is_member_list(key)) {
                        self.members(map, &context, depth + 1)?;
                    }
                    if before == (self.seen, self.maybe.len()) {
                        let item = self.item(map, &context)?;
                        self.maybe.push(Inert { what: keys::words(key), ids: &[], item });
                    }
                }
            }
        }
        if plain > 0 {
            self.items.catalogues.push((format!("entries of {}", clip(key)), plain, self.file));
        }
        Ok(())
    }

    fn list(
        &mut self,
        sort: Sort,
        value: &Value,
        context: &Context,
        depth: usize,
    ) -> Result<(), ImportError> {
        let items = match value {
            Value::Null => return Ok(()),
            Value::Array(items) => items,
            other => {
                return Err(ImportError::Member {
                    file: self.path.to_owned(),
                    place: context.at.clone(),
                    problem: format!("expected a list, found {}", kind_of(other)),
                });
            }
        };
        if let Sort::Catalogue(what) = sort {
            if !items.is_empty() {
                self.items.catalogues.push((what.to_owned(), items.len(), self.file));
            }
            return Ok(());
        }
        for (n, item) in items.iter().enumerate() {
            let context = context.nth(n);
            match item {
                Value::Object(map) => self.take(sort, unwrapped(sort, map), &context, depth)?,
                other => {
                    return Err(ImportError::Member {
                        file: self.path.to_owned(),
                        place: context.at,
                        problem: format!("expected an object, found {}", kind_of(other)),
                    });
                }
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        sort: Sort,
        map: &Map<String, Value>,
        context: &Context,
        depth: usize,
    ) -> Result<(), ImportError> {
        self.seen += 1;
        self.items.known += 1;
        match sort {
            Sort::Model(kind) => {
                let item = self.item(map, context)?;
                self.items.modelled.entry(kind).or_default().push(item);
            }
            Sort::Reservations => {
                if let Some(instances) = map.get("Instances") {
                    self.list(Sort::Model(Kind::Instance), instances, &context.key("Instances"), depth)?;
                }
            }
            Sort::Inert(what, ids) => {
                let item = self.item(map, context)?;
                self.items.inert.push(Inert { what: what.to_owned(), ids, item });
            }
            Sort::Catalogue(what) => self.items.catalogues.push((what.to_owned(), 1, self.file)),
        }
        Ok(())
    }

    fn item(&mut self, map: &Map<String, Value>, context: &Context) -> Result<Item, ImportError> {
        self.items.count += 1;
        if self.items.count > MAX_ITEMS {
            return Err(ImportError::TooManyNodes { found: self.items.count, limit: MAX_NODES });
        }
        Ok(Item {
            file: self.file,
            at: context.at.clone(),
            map: map.clone(),
            region: context.region.clone(),
            list: context.list.clone(),
        })
    }
}

impl Items {
    fn note(&mut self, path: &str, text: &str) {
        self.notes.push(Note { text: text.to_owned(), path: path.to_owned() });
    }
}

/// Keys of whole outputs that are also members of single things.
fn is_member_list(key: &str) -> bool {
    matches!(
        key,
        "Tags"
            | "Entries"
            | "Routes"
            | "Associations"
            | "Listeners"
            | "Rules"
            | "AvailabilityZones"
            | "SecurityGroups"
            | "NetworkInterfaces"
            | "Subnets"
    )
}

/// `{"Vpc": {…}}` in a list of VPCs is the VPC.
fn unwrapped(sort: Sort, map: &Map<String, Value>) -> &Map<String, Value> {
    match map.iter().next() {
        Some((key, Value::Object(inner))) if map.len() == 1 && keys::singular(key) == Some(sort) => inner,
        _ => map,
    }
}

/// A twelve-digit account number.
fn account(key: &str) -> bool {
    key.len() == 12 && key.bytes().all(|b| b.is_ascii_digit())
}
