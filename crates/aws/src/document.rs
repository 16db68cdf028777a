//! Documents: what people draw, as versioned JSON. Accepts anything that can be drawn; holds
//! nothing derived. Reading hostile input is bounded and never panics.

use std::sync::Arc;

use hopscope_forward::Id;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalog::Config;
use crate::fields::{self, FieldsError};
use crate::nodes::Nodes;

/// The format version this build writes.
pub const VERSION: u64 = 1;
/// Largest document text that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Most components a document may hold.
pub const MAX_NODES: usize = 20_000;
/// Longest description that is kept, in characters.
pub const MAX_DESCRIPTION: usize = 4_000;
/// Most flows a document may hold.
pub const MAX_FLOWS: usize = 1_000;

/// One component as drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Stable id, unique in the document.
    pub id: Id,
    /// The author's name for it; may be empty.
    pub name: String,
    /// What contains it.
    pub parent: Option<Id>,
    /// Kind and fields.
    pub config: Config,
}

impl Node {
    /// The kind slug.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.config.spec().kind
    }

    /// The name if it has one, else the id.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// The value of one field as JSON; `Null` where it is absent.
    #[must_use]
    pub fn field(&self, key: &str) -> Value {
        self.config.fields().get(key).cloned().unwrap_or(Value::Null)
    }

    /// The node with one field replaced; `Null` restores the default.
    ///
    /// # Errors
    /// A sentence naming the field when the value has the wrong type.
    pub fn with_field(&self, key: &str, value: Value) -> Result<Self, String> {
        let mut fields = match self.config.fields() {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        if value.is_null() {
            fields.remove(key);
        } else {
            fields.insert(key.to_owned(), value);
        }
        match Config::from_fields(self.kind(), &Value::Object(fields)) {
            Ok(config) => Ok(Self { config, ..self.clone() }),
            Err(FieldsError::Field { path, problem }) => Err(format!("{path}: {problem}")),
            Err(FieldsError::UnknownKind) => Err(format!("unknown kind {}", self.kind())),
        }
    }
}

/// A flow to be traced: who sends what to whom. Ends are text, so that anything can be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Flow {
    /// Stable id, unique among the document's flows.
    pub id: String,
    /// The author's name; a description is made up when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// A component id, an IP address, `internet`, or `internet:ADDRESS`.
    pub from: String,
    /// The same, or a URL: `https://HOST/PATH` for a request, `dns:NAME?type=A` or
    /// `dns://SERVER/NAME?type=A` for a question (RFC 4501).
    pub to: String,
    /// `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
    pub protocol: String,
    /// Destination port of TCP and UDP.
    // Absent means none, not the port of `Flow::default`: what was written without one stays so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Source port of TCP and UDP; an ephemeral one is chosen otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_port: Option<u16>,
    /// `ipv4` or `ipv6` where an end has both; IPv4 is preferred otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Bytes of the packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// The packet is one fragment of a larger one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fragment: bool,
    /// Trace a later packet of the flow, after this many silent seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle: Option<u64>,
    /// Seconds the responder waits before it replies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_after: Option<u64>,
    /// A source address the sender puts on the packet instead of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spoofed_source: Option<String>,
    /// What the request asks for, where a policy judges it (`s3:GetObject`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The resource it asks for (`data/report.csv`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Method of the HTTP request where `to` is a URL; `GET` otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Header fields of the HTTP request, each `Name: value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// Bytes of the HTTP request's body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<u64>,
    /// Requests of this client in the last five minutes, this one included; 1 otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<u64>,
    /// Seed of the choices that AWS makes at random: another one draws again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// It needs to be encrypted from end to end: told where its path is not (DX-08).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub encrypted: bool,
    /// What the author expects, checked live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expect>,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            from: String::new(),
            to: String::new(),
            protocol: "tcp".to_owned(),
            port: Some(443),
            source_port: None,
            family: None,
            size: None,
            fragment: false,
            idle: None,
            reply_after: None,
            spoofed_source: None,
            action: None,
            resource: None,
            method: None,
            headers: Vec::new(),
            body: None,
            rate: None,
            seed: None,
            encrypted: false,
            expect: None,
        }
    }
}

/// What a flow's author expects of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, rename_all = "snake_case")]
pub struct Expect {
    /// `allowed`, `denied`, `loop` or `unknown`.
    pub verdict: String,
    /// The reason code, where it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Where a box stands, in canvas units relative to its parent's top-left corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Frame {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width; 0 lets the layout decide.
    #[serde(default)]
    pub w: f32,
    /// Height; 0 lets the layout decide.
    #[serde(default)]
    pub h: f32,
}

impl Node {
    /// The component as it stands in [`Document::to_json`], each line but the first indented by so
    /// many spaces.
    #[must_use]
    pub fn to_json_indented(&self, spaces: usize) -> String {
        let text = serde_json::to_string_pretty(&write_node(self)).unwrap_or_default();
        // Line breaks inside of texts are escaped: these are those between members.
        text.replace('\n', &format!("\n{:spaces$}", ""))
    }
}

/// A whole drawing: components, flows and where things were put by hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Title.
    pub name: String,
    /// What it shows, in a paragraph for whoever opens it; may be empty.
    pub description: String,
    /// Components in the author's order.
    pub nodes: Nodes,
    /// Flows in the author's order.
    pub flows: Vec<Arc<Flow>>,
    /// Frames of things placed or resized by hand; everything else is laid out.
    pub frames: IndexMap<Id, Frame>,
}

/// Why a text is not a document. The message names what, where, and a way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// Larger than [`MAX_BYTES`].
    #[error(
        "This file is {found} MB; a document may be at most {limit} MB. Split it, or remove what you do not need."
    )]
    TooLarge {
        /// Size found, megabytes.
        found: usize,
        /// Limit, megabytes.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("This file is not text: byte {at} is not valid UTF-8. Save it as UTF-8 JSON and try again.")]
    NotText {
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// Not JSON, cut short, or nested too deeply.
    #[error(
        "This is not complete JSON: {problem} at line {line}, column {column}. Check whether the file was cut short."
    )]
    NotJson {
        /// What the parser says.
        problem: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON, but of something else.
    #[error("This JSON is not a Hopscope document: {problem}. {way_out}")]
    WrongKind {
        /// What is wrong.
        problem: String,
        /// What to do.
        way_out: String,
    },
    /// Written by a newer build.
    #[error(
        "This document has format version {found}; this build reads up to {known}. Reload the page to get the newest build."
    )]
    Version {
        /// Version found.
        found: String,
        /// Newest version read here.
        known: u64,
    },
    /// A member has the wrong shape.
    #[error("{place}: {problem}. Correct it in the file and open it again.")]
    Member {
        /// Where (`node "subnet-a", field cidr`).
        place: String,
        /// What is wrong.
        problem: String,
    },
}

fn member(place: impl Into<String>, problem: impl Into<String>) -> LoadError {
    LoadError::Member { place: place.into(), problem: problem.into() }
}

/// Reads JSON with limits on size and nesting.
///
/// # Errors
/// [`LoadError`] for anything that is not complete JSON of a sane size.
pub fn read_json(bytes: &[u8], limit: usize) -> Result<Value, LoadError> {
    if bytes.len() > limit {
        let mb = |n: usize| n.div_ceil(1024 * 1024);
        return Err(LoadError::TooLarge { found: mb(bytes.len()), limit: mb(limit) });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| LoadError::NotText { at: error.valid_up_to() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // serde_json refuses nesting beyond 128 levels instead of overflowing the stack.
    serde_json::from_str(text).map_err(|error| {
        let full = error.to_string();
        let problem = full.split(" at line ").next().unwrap_or("unreadable").to_owned();
        LoadError::NotJson { problem, line: error.line(), column: error.column() }
    })
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// One sentence that names what is wrong, where, and what to do.
    pub fn from_json(bytes: &[u8]) -> Result<Self, LoadError> {
        Self::from_value(read_json(bytes, MAX_BYTES)?)
    }

    /// Reads a document from parsed JSON.
    ///
    /// # Errors
    /// As [`Document::from_json`].
    pub fn from_value(value: Value) -> Result<Self, LoadError> {
        Self::from_value_bounded(value, MAX_NODES)
    }

    /// Reads a document of at most so many components: [`MAX_NODES`] are what a page stands, and a
    /// measurement wants more.
    ///
    /// # Errors
    /// As [`Document::from_json`].
    pub fn from_value_bounded(value: Value, most_nodes: usize) -> Result<Self, LoadError> {
        let Value::Object(mut top) = value else {
            return Err(LoadError::WrongKind {
                problem: format!("it is {}, not an object", kind_of(&value)),
                way_out: "Open a file that Hopscope saved.".to_owned(),
            });
        };
        match top.get("hopscope") {
            Some(Value::Number(n)) if n.as_u64() == Some(VERSION) => {}
            Some(found) => return Err(LoadError::Version { found: brief(found), known: VERSION }),
            None => {
                let first = top
                    .keys()
                    .next()
                    .map_or("it is empty".to_owned(), |key| format!("it starts with \"{}\"", clip(key)));
                return Err(LoadError::WrongKind {
                    problem: format!("the member \"hopscope\" is missing and {first}"),
                    way_out: "For output of the AWS CLI use Import instead of Open.".to_owned(),
                });
            }
        }
        let name = match top.remove("name") {
            None => String::new(),
            Some(Value::String(name)) => name,
            Some(other) => {
                return Err(member("\"name\"", format!("expected text, found {}", kind_of(&other))));
            }
        };
        let description = match top.remove("description") {
            None => String::new(),
            Some(Value::String(text)) => text.chars().take(MAX_DESCRIPTION).collect(),
            Some(other) => {
                let problem = format!("expected text, found {}", kind_of(&other));
                return Err(member("\"description\"", problem));
            }
        };
        let mut document = Self { name, description, ..Self::default() };
        for (position, node) in array(top.remove("nodes"), "nodes", most_nodes)?.into_iter().enumerate() {
            let node = read_node(node, position)?;
            let id = node.id.clone();
            if document.nodes.insert(id.clone(), Arc::new(node)).is_some() {
                return Err(member(
                    format!("node {} of the list", position + 1),
                    format!("the id \"{}\" is used twice", clip(&id)),
                ));
            }
        }
        for (position, flow) in array(top.remove("flows"), "flows", MAX_FLOWS)?.into_iter().enumerate() {
            let nth = position + 1;
            let flow: Flow = fields::read(&flow).map_err(|error| match error {
                FieldsError::Field { path, problem } if path.is_empty() => {
                    member(format!("flow {nth} of the list"), problem)
                }
                FieldsError::Field { path, problem } => {
                    member(format!("flow {nth} of the list, field {path}"), problem)
                }
                FieldsError::UnknownKind => member(format!("flow {nth} of the list"), "it cannot be read"),
            })?;
            if document.flows.iter().any(|other| other.id == flow.id) {
                return Err(member(
                    format!("flow {} of the list", position + 1),
                    format!("the id \"{}\" is used twice", clip(&flow.id)),
                ));
            }
            document.flows.push(Arc::new(flow));
        }
        if let Some(frames) = top.remove("frames") {
            let Value::Object(members) = frames else {
                return Err(member("\"frames\"", format!("expected an object, found {}", kind_of(&frames))));
            };
            let mut frames: IndexMap<Id, Frame> = IndexMap::with_capacity(members.len());
            for (id, frame) in members {
                let frame = Frame::deserialize(&frame)
                    .map_err(|error| member(format!("\"frames\", \"{}\"", clip(&id)), error.to_string()))?;
                frames.insert(Id::from(id), frame);
            }
            document.frames = frames
                .into_iter()
                .filter(|(_, f)| [f.x, f.y, f.w, f.h].iter().all(|v| v.is_finite() && v.abs() < 1e6))
                .collect();
        }
        Ok(document)
    }

    /// The document as JSON, members in a fixed order.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.value_with(self.nodes.values().map(|node| write_node(node)).collect())
    }

    /// [`Document::to_json`] with an empty list of components, for who writes them otherwise.
    #[must_use]
    pub fn to_json_without_nodes(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.value_with(Vec::new())).unwrap_or_default();
        text.push('\n');
        text
    }

    fn value_with(&self, nodes: Vec<Value>) -> Value {
        let mut top = Map::new();
        top.insert("hopscope".into(), VERSION.into());
        top.insert("name".into(), self.name.clone().into());
        if !self.description.is_empty() {
            top.insert("description".into(), self.description.clone().into());
        }
        top.insert("nodes".into(), Value::Array(nodes));
        let json = |value: Result<Value, _>| value.unwrap_or(Value::Null);
        top.insert("flows".into(), json(serde_json::to_value(&self.flows)));
        if !self.frames.is_empty() {
            top.insert("frames".into(), json(serde_json::to_value(&self.frames)));
        }
        Value::Object(top)
    }

    /// The document as indented JSON text that diffs well.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(&self.to_value()).unwrap_or_default();
        text.push('\n');
        text
    }

    /// The node with that id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Arc<Node>> {
        self.nodes.get(id)
    }

    /// The nodes directly inside `parent`, in the author's order; the top level for `None`.
    pub fn children<'a>(&'a self, parent: Option<&'a str>) -> impl Iterator<Item = &'a Arc<Node>> {
        self.nodes.values().filter(move |node| node.parent.as_deref() == parent)
    }

    /// The nearest container of that kind around a node, the node itself included. Cycles end.
    #[must_use]
    pub fn enclosing(&self, id: &str, kind: &str) -> Option<&Arc<Node>> {
        let mut node = self.nodes.get(id)?;
        for _ in 0..16 {
            if node.kind() == kind {
                return Some(node);
            }
            node = self.nodes.get(node.parent.as_deref()?)?;
        }
        None
    }

    /// Adds or replaces a node.
    pub fn put(&mut self, node: Node) {
        self.nodes.insert(node.id.clone(), Arc::new(node));
    }

    /// An id that is not used yet: `prefix-1`, `prefix-2`, …
    #[must_use]
    pub fn fresh_id(&self, prefix: &str) -> Id {
        let mut n = 1usize;
        loop {
            let id = format!("{prefix}-{n}");
            if !self.nodes.contains_key(id.as_str()) {
                return Id::from(id);
            }
            n += 1;
        }
    }
}

fn read_node(value: Value, position: usize) -> Result<Node, LoadError> {
    let nth = format!("node {} of the list", position + 1);
    let Value::Object(mut fields) = value else {
        return Err(member(nth, format!("expected an object, found {}", kind_of(&value))));
    };
    let mut text = |key: &str| match fields.shift_remove(key) {
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Null) | None => Ok(None),
        Some(other) => {
            Err(member(format!("{nth}, field {key}"), format!("expected text, found {}", kind_of(&other))))
        }
    };
    let id = text("id")?.filter(|id| !id.is_empty()).ok_or_else(|| member(nth.clone(), "it has no id"))?;
    let kind = text("kind")?.ok_or_else(|| member(format!("node \"{}\"", clip(&id)), "it has no kind"))?;
    let name = text("name")?.unwrap_or_default();
    let parent = text("parent")?.map(Id::from);
    // Things of the domain name system are called what they are in it.
    let named = crate::catalog::spec(&kind).is_some_and(|spec| spec.fields.iter().any(|it| it.key == "name"));
    if named && !name.is_empty() {
        fields.insert("name".into(), name.clone().into());
    }
    let config = Config::from_fields(&kind, &Value::Object(fields)).map_err(|error| match error {
        FieldsError::UnknownKind => {
            member(format!("node \"{}\"", clip(&id)), format!("unknown kind \"{}\"", clip(&kind)))
        }
        FieldsError::Field { path, problem } => {
            member(format!("node \"{}\", field {path}", clip(&id)), problem)
        }
    })?;
    Ok(Node { id: Id::from(id), name, parent, config })
}

fn write_node(node: &Node) -> Value {
    let mut out = Map::new();
    out.insert("id".into(), node.id.as_str().into());
    out.insert("kind".into(), node.kind().into());
    if !node.name.is_empty() {
        out.insert("name".into(), node.name.clone().into());
    }
    if let Some(parent) = &node.parent {
        out.insert("parent".into(), parent.as_str().into());
    }
    if let Value::Object(fields) = node.config.saved() {
        out.extend(fields);
    }
    Value::Object(out)
}

fn array(value: Option<Value>, name: &str, limit: usize) -> Result<Vec<Value>, LoadError> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() > limit => {
            Err(member(format!("\"{name}\""), format!("{} entries; at most {limit} are read", items.len())))
        }
        Some(Value::Array(items)) => Ok(items),
        Some(other) => {
            Err(member(format!("\"{name}\""), format!("expected a list, found {}", kind_of(&other))))
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing (null)",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn brief(value: &Value) -> String {
    clip(&value.to_string())
}

fn clip(text: &str) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        out.push('…');
    }
    out
}
