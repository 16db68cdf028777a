//! One question asked many times: how often each answer comes first (R53-11, R53-16, PIPE-12). Asks as
//! [`super::story`] does, and only the choice itself where nothing else can differ.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hopscope_forward::{Answer, State};
use hopscope_names::authority::{Asker, Sets};
use hopscope_names::message::{Query, Question};
use hopscope_names::record::{Data, RecordType};

use super::Names;
use super::choose::{Chooser, Repeated};
use super::story::{self, Client, Looked, Servers};
use super::wire::Chose;
use crate::document::Flow;
use crate::network::Network;
use crate::query::{self, QueryError};

/// Most questions that [`distribution`] asks.
pub const MAX_QUESTIONS: u64 = 10_000;

/// How often each answer came first when one question was asked many times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// What was asked (`www.example.com A`).
    pub question: String,
    /// Data of the first record of the asked type, or the outcome where there is none (`NODATA`), and
    /// how often; the most frequent first, equals in the order of their texts.
    pub shares: Vec<(String, u64)>,
    /// How many questions were asked.
    pub count: u64,
    /// Seed of the first; each later one has the next.
    pub seed: u64,
}

/// Asks the question of a flow `count` times, [`MAX_QUESTIONS`] at most, with its seed and those that
/// follow. Each is asked as if by somebody else: nothing is cached (R53-24). A flow to a name asks for
/// the type that it would use.
///
/// # Errors
/// [`QueryError`] as of [`query::trace`], and where the flow neither asks a question nor goes to a name.
pub fn distribution(network: &Network, flow: &Flow, count: u64) -> Result<Distribution, QueryError> {
    let seed = flow.seed.unwrap_or(0);
    let asked = Asked::of(network, flow, seed)?;
    let count = count.min(MAX_QUESTIONS);
    let first = asked.look_up(seed);
    let known = Known::of(&asked, &first);
    let mut shares: BTreeMap<String, u64> = BTreeMap::new();
    for n in 0..count {
        let seed = seed.wrapping_add(n);
        let label = known.as_ref().and_then(|known| known.label(&asked, seed));
        let label = label.unwrap_or_else(|| label_of(&asked.look_up(seed).answer, asked.query.question.kind));
        *shares.entry(label).or_default() += 1;
    }
    let mut shares: Vec<(String, u64)> = shares.into_iter().collect();
    shares.sort_by_key(|(_, times)| Reverse(*times));
    Ok(Distribution { question: first.answer.question, shares, count, seed })
}

/// A question and whom it is asked.
struct Asked<'a> {
    network: &'a Network,
    names: &'a Names,
    client: Client,
    servers: Servers,
    /// The server was chosen by whoever asks.
    named: bool,
    query: Query,
}

impl<'a> Asked<'a> {
    fn of(network: &'a Network, flow: &Flow, seed: u64) -> Result<Self, QueryError> {
        let names = Names::of(network);
        if let Some(asking) = story::question(flow)? {
            let client = story::client(network, query::end(network, "from", &flow.from)?, flow);
            let servers = story::asked(network, names, &client, &asking)?;
            let named = asking.server.is_some();
            return Ok(Self { network, names, client, servers, named, query: asking.query });
        }
        let Some(name) = story::named(network, flow) else {
            return Err(QueryError::Url(format!("\"{}\" is no domain name", flow.to.trim())));
        };
        let client = story::client(network, query::end(network, "from", &flow.from)?, flow);
        let servers = story::servers(network, names, &client);
        let question = |kind| Query::recursive(Question::new(name.clone(), kind));
        let kinds = story::kinds(&client, flow);
        let last = kinds.last().copied().unwrap_or(RecordType::A);
        let mut asked = Self { network, names, client, servers, named: false, query: question(last) };
        // V6-02: the first type with an address is what the flow goes to.
        for kind in kinds {
            asked.query = question(kind);
            if !asked.look_up(seed).addresses.is_empty() {
                break;
            }
        }
        Ok(asked)
    }

    fn look_up(&self, seed: u64) -> Looked {
        let mut state = State { seed, ..State::default() };
        let Self { network, names, client, servers, named, query } = self;
        story::look_up(network, names, client, servers, *named, query, &mut state)
    }
}

/// What the answer depends on besides the way to it, which no seed changes.
enum Known {
    /// Nothing: the answer is always this.
    Always(String),
    /// One set that is chosen for each question.
    Set(Chose),
    /// The same, where nothing but the draw differs.
    Rows(Repeated),
}

impl Known {
    /// Learnt from one whole lookup; none where only whole lookups can tell.
    fn of(asked: &Asked<'_>, looked: &Looked) -> Option<Self> {
        let kind = asked.query.question.kind;
        match looked.chosen.as_slice() {
            [] => Some(Self::Always(label_of(&looked.answer, kind))),
            [one] if one.kind == kind && looked.reason.is_none() => {
                let values = chosen(asked, one, one.asker.seed)?;
                let told: Vec<&str> =
                    looked.answer.records.iter().filter_map(|it| data_of(it, kind)).collect();
                let same = values.iter().map(ToString::to_string).eq(told);
                let chooser = Chooser { network: asked.network, names: asked.names };
                let rows = chooser.repeated(&one.zone, &one.name, one.kind, &one.asker);
                same.then(|| rows.map_or_else(|| Self::Set(one.clone()), Self::Rows))
            }
            _ => None,
        }
    }

    /// The label of one question; none where the whole lookup has to tell.
    fn label(&self, asked: &Asked<'_>, seed: u64) -> Option<String> {
        match self {
            Self::Always(label) => Some(label.clone()),
            Self::Rows(rows) => rows.first(seed).map(ToString::to_string),
            Self::Set(set) => chosen(asked, set, seed)?.first().map(ToString::to_string),
        }
    }
}

fn chosen(asked: &Asked<'_>, set: &Chose, seed: u64) -> Option<Vec<Data>> {
    let chooser = Chooser { network: asked.network, names: asked.names };
    let asker = Asker { seed, ..set.asker.clone() };
    chooser.set(&set.zone, &set.name, set.kind, &asker).map(|chosen| chosen.values)
}

/// The data of a record in presentation format, if it is of that type.
fn data_of(record: &str, kind: RecordType) -> Option<&str> {
    let mut words = record.splitn(4, ' ').skip(2);
    (words.next()? == kind.to_string()).then(|| words.next()).flatten()
}

fn label_of(answer: &Answer, kind: RecordType) -> String {
    let first = answer.records.iter().find_map(|record| data_of(record, kind));
    first.unwrap_or(answer.outcome).to_owned()
}
