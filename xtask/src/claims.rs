//! `cargo xtask claims`: every claim of the study notes is shown by something, and what it is said
//! to be shown by exists.
//!
//! `docs/study-claims.tsv` holds the claims, `docs/claims-shown.tsv` one row for each with its marks.
//! Everything here is a pure function of texts but [`run`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::shell::{Result, files, read, root, shown};

/// Kinds of marks, with what they name. `open` waits for work, `gap` is left out.
const KINDS: &str = "scenario, check, card, comparison, field, starter, sequence, test, import, open, gap";

/// One claim, as far as it is looked at here.
struct Claim {
    id: String,
    kind: String,
    live: String,
}

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Shown,
    Open,
    Gap,
    Unmarked,
}

/// What there is to point to.
#[derive(Default)]
struct World {
    /// Rule and claim ids in headings of scenarios.
    cited: BTreeSet<String>,
    /// `file.md#heading-in-words`.
    headings: BTreeSet<String>,
    /// Codes that a scenario expects of a drawing or packet.
    codes: BTreeSet<String>,
    /// `slug`, `slug/row`.
    cards: BTreeSet<String>,
    /// `slug`, `slug/row`.
    comparisons: BTreeSet<String>,
    /// `kind.key`.
    fields: BTreeSet<String>,
    /// Slugs.
    starters: BTreeSet<String>,
    /// Sources by path, for tests.
    sources: BTreeMap<String, String>,
    /// Diagrams of the study notes by name, with how many messages and notes each has.
    diagrams: BTreeMap<String, usize>,
}

/// Checks every mark and prints how many claims are shown. With `strict`, open ones fail too.
pub fn run(strict: bool) -> Result<()> {
    let claims = claims(&read(&root().join("docs/study-claims.tsv"))?)?;
    let (states, problems) = judge(&claims, &read(&root().join("docs/claims-shown.tsv"))?, &world()?);
    println!("{}", table(&claims, &states));
    for problem in &problems {
        eprintln!("claims: {problem}");
    }
    let open = states.values().filter(|state| **state == State::Open).count();
    match problems.len() {
        0 if strict && open > 0 => Err(format!("{open} claims are open")),
        0 => Ok(()),
        1 => Err("one mark is wrong".to_owned()),
        many => Err(format!("{many} marks are wrong")),
    }
}

fn world() -> Result<World> {
    let mut world = World::default();
    for path in files(&root().join("tests/scenarios"), ".md") {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if !matches!(name.as_str(), "README.md" | "gaps.md") && !name.starts_with("lab-") {
            world.scenarios(&format!("tests/scenarios/{name}"), &read(&path)?);
        }
    }
    let catalogue = read(&root().join("crates/view/catalogue/catalogue.json"))?;
    let catalogue =
        serde_json::from_str(&catalogue).map_err(|error| format!("crates/view/catalogue: {error}"))?;
    world.catalogue(&catalogue);
    world.components(&read(&root().join("docs/components.md"))?);
    for path in files(&root().join("crates/editor/starters"), ".hopscope.json") {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        world.starters.insert(name.trim_end_matches(".hopscope.json").to_owned());
    }
    for folder in ["crates", "tests", "web", "xtask"] {
        for ending in [".rs", ".mjs"] {
            for path in files(&root().join(folder), ending) {
                world.sources.insert(shown(&path), read(&path)?);
            }
        }
    }
    for path in files(&root().join("tests/sequences"), ".puml") {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        world.diagrams.insert(name, items(&read(&path)?));
    }
    Ok(world)
}

/// Messages of a diagram, and notes over one participant, which the notes count like messages.
fn items(diagram: &str) -> usize {
    let arrow = |line: &&str| line.contains(" -> ") || line.contains(" --> ");
    diagram.lines().map(str::trim).filter(|line| arrow(line) || line.starts_with("note over ")).count()
}

/// Reads the claims.
fn claims(text: &str) -> Result<Vec<Claim>> {
    let mut out = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, _, _, _, kind, live, ..] = cells.as_slice() else {
            return Err(format!("docs/study-claims.tsv:{}: this row has too few cells", number + 1));
        };
        out.push(Claim { id: (*id).to_owned(), kind: (*kind).to_owned(), live: (*live).to_owned() });
    }
    Ok(out)
}

/// How each claim stands, and what is wrong with the marks.
fn judge(claims: &[Claim], marks: &str, world: &World) -> (BTreeMap<String, State>, Vec<String>) {
    let known: BTreeMap<&str, &Claim> = claims.iter().map(|claim| (claim.id.as_str(), claim)).collect();
    let mut states = BTreeMap::new();
    let mut problems = Vec::new();
    for (number, line) in marks.lines().enumerate().skip(1) {
        let at = format!("docs/claims-shown.tsv:{}", number + 1);
        let Some((id, marks)) = line.split_once('\t') else {
            problems.push(format!("{at}: a row is a claim, a tab, and its marks"));
            continue;
        };
        let Some(claim) = known.get(id) else {
            problems.push(format!("{at}: there is no claim {id}"));
            continue;
        };
        let mut state = State::Unmarked;
        for mark in marks.split(" | ").map(str::trim).filter(|mark| !mark.is_empty()) {
            match world.holds(mark, &claim.live) {
                Ok(found) => {
                    state = match (state, found) {
                        (State::Unmarked, found) => found,
                        // Shown in part is open.
                        (State::Open, _) | (_, State::Open) => State::Open,
                        (_, found) => found,
                    }
                }
                Err(problem) => problems.push(format!("{at}: {id}: {problem}")),
            }
        }
        if states.insert(id.to_owned(), state).is_some() {
            problems.push(format!("{at}: {id} has two rows"));
        }
    }
    for claim in claims {
        if states.get(&claim.id).is_none_or(|state| *state == State::Unmarked) {
            states.insert(claim.id.clone(), State::Unmarked);
            problems.push(format!("{}: nothing shows it and no open mark says what it waits for", claim.id));
        }
    }
    (states, problems)
}

impl World {
    /// Whether what a mark names is there.
    fn holds(&self, mark: &str, live: &str) -> std::result::Result<State, String> {
        let (kind, name) =
            mark.split_once(':').ok_or_else(|| format!("\"{mark}\" is no mark; marks are {KINDS}"))?;
        let name = name.trim();
        let found = match kind {
            "open" | "gap" if name.is_empty() => return Err(format!("\"{mark}\" gives no reason")),
            "open" => return Ok(State::Open),
            "gap" if live == "import" => return Ok(State::Gap),
            "gap" => return Err(format!("\"{mark}\": only claims about imports may be left out")),
            "scenario" => self.cited.contains(name) || self.headings.contains(name),
            "check" => self.codes.contains(name),
            "card" => self.cards.contains(name),
            "comparison" => self.comparisons.contains(name),
            "field" => self.fields.contains(name),
            "starter" => self.starters.contains(name),
            "sequence" => self.sequence(name),
            "test" | "import" => self.test(name),
            _ => return Err(format!("\"{kind}\" is no kind of mark; there are {KINDS}")),
        };
        if found { Ok(State::Shown) } else { Err(format!("\"{mark}\" points to nothing")) }
    }

    /// `path::name` of a test function, or `path::words` of a browser test's title.
    fn test(&self, name: &str) -> bool {
        let Some((path, test)) = name.split_once("::") else { return false };
        self.sources.get(path).is_some_and(|text| {
            text.contains(&format!("fn {test}(")) || (path.ends_with(".mjs") && text.contains(test))
        })
    }

    /// `name/N`: message N, from 1, of `tests/sequences/name.puml`, which a test compares with its model.
    fn sequence(&self, name: &str) -> bool {
        let Some((diagram, number)) = name.split_once('/') else { return false };
        let quoted = format!("\"{diagram}.puml\"");
        let mut tests = self.sources.iter().filter(|(path, _)| path.contains("/tests/"));
        let there = self
            .diagrams
            .get(diagram)
            .is_some_and(|count| number.parse::<usize>().is_ok_and(|number| (1..=*count).contains(&number)));
        there && tests.any(|(_, text)| text.contains(&quoted))
    }

    fn scenarios(&mut self, file: &str, text: &str) {
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                let ids = title.split_whitespace().map(|word| word.trim_end_matches([',', ':']));
                self.cited.extend(ids.take_while(|id| is_id(id)).map(str::to_owned));
                self.headings.insert(format!("{file}#{}", slug(title)));
            }
            let expected =
                line.trim().strip_prefix("expect: ").or_else(|| line.trim().strip_prefix("hint: "));
            if let Some(expected) = expected.filter(|expected| !expected.starts_with("NO ")) {
                let code = |word: &&str| {
                    word.contains('_')
                        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                };
                self.codes.extend(expected.split_whitespace().filter(code).map(str::to_owned));
            }
        }
    }

    fn catalogue(&mut self, catalogue: &Value) {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        for card in list(&catalogue["cards"]) {
            let slug = text(&card, "slug");
            let fixed = ["layer", "ipv6", "purpose", "upstream", "downstream"].map(str::to_owned);
            let rows = ["limits", "pricing", "notes"].into_iter().flat_map(|rows| list(&card[rows]));
            let ids = rows.map(|row| text(&row, "id"));
            let facts = list(&card["facts"]).into_iter().map(|fact| text(&fact, "key"));
            let all = fixed.into_iter().chain(ids).chain(facts).filter(|row| !row.is_empty());
            self.cards.extend(all.map(|row| format!("{slug}/{row}")));
            self.cards.insert(slug);
        }
        for comparison in list(&catalogue["comparisons"]) {
            let slug = text(&comparison, "slug");
            let rows = list(&comparison["rows"]).into_iter().map(|row| text(&row, "name"));
            self.comparisons.extend(rows.map(|row| format!("{slug}/{row}")));
            self.comparisons.insert(slug);
        }
    }

    fn components(&mut self, text: &str) {
        let mut kind = "";
        for line in text.lines() {
            let quoted = |start: &str| line.strip_prefix(start).and_then(|rest| rest.split('`').next());
            if line.starts_with("## ") {
                kind = "";
            } else if let (true, Some(found)) = (kind.is_empty(), quoted("`")) {
                kind = found;
            } else if let Some(key) = quoted("| `") {
                self.fields.insert(format!("{kind}.{key}"));
            }
        }
    }
}

/// `RT-13`, `C-IGW-01`.
fn is_id(word: &str) -> bool {
    let word = word.strip_prefix("C-").unwrap_or(word);
    word.split_once('-').is_some_and(|(family, number)| {
        family.starts_with(|c: char| c.is_ascii_uppercase())
            && family.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && matches!(number.len(), 2 | 3)
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// A heading as a link to it has it.
fn slug(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().replace(' ', "-")
}

/// Counts by kind of claim, and in all.
fn table(claims: &[Claim], states: &BTreeMap<String, State>) -> String {
    let mut counts: BTreeMap<&str, BTreeMap<State, usize>> = BTreeMap::new();
    for claim in claims {
        let state = states.get(&claim.id).copied().unwrap_or(State::Unmarked);
        for row in [claim.kind.as_str(), "~"] {
            *counts.entry(row).or_default().entry(state).or_default() += 1;
        }
    }
    let mut out =
        format!("{:<16} {:>6} {:>6} {:>6} {:>6} {:>9}", "claims", "all", "shown", "open", "gap", "unmarked");
    for (kind, counts) in &counts {
        let name = if *kind == "~" { "in all" } else { kind };
        let of = |state| counts.get(&state).copied().unwrap_or(0);
        let all: usize = counts.values().sum();
        out.push_str(&format!(
            "\n{name:<16} {all:>6} {:>6} {:>6} {:>6} {:>9}",
            of(State::Shown),
            of(State::Open),
            of(State::Gap),
            of(State::Unmarked)
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: &str = "id\tcomponent\tsource\tclaim\tkind\tlive\n\
        C-A-01\ta\ts\tc\trouting\ttrace\n\
        C-A-02\ta\ts\tc\tpricing\timport\n";

    fn sample() -> World {
        let mut world = World::default();
        world.scenarios(
            "tests/scenarios/x.md",
            "## RT-13, C-A-01 Longest prefix wins\n```scenario\nexpect: REJECT V_X @a\nexpect: NO V_Y\n```\n",
        );
        world.catalogue(&serde_json::json!({
            "cards": [{ "slug": "nat", "limits": [{ "id": "LIM-04" }, { "text": "t" }],
                        "facts": [{ "key": "layers" }] }],
            "comparisons": [{ "slug": "vpn", "rows": [{ "name": "ASN" }] }],
        }));
        world.components("## Subnet\n\n`subnet`: A range.\n\n| `cidr` | IPv4 |\n");
        world.starters.insert("egress-only".to_owned());
        world
            .sources
            .insert("crates/x/tests/y.rs".to_owned(), "fn it_works() { run(\"vpn.puml\") }".to_owned());
        let diagram = "participant A\nA -> B : asks\nB --> A : answers\nnote over A : checks\n@enduml\n";
        world.diagrams.insert("vpn".to_owned(), items(diagram));
        world.diagrams.insert("untold".to_owned(), 9);
        world
    }

    fn judged(rows: &str) -> (BTreeMap<String, State>, Vec<String>) {
        judge(&claims(CLAIMS).unwrap_or_default(), &format!("id\tmarks\n{rows}"), &sample())
    }

    #[test]
    fn every_kind_of_mark_is_found_where_it_points() {
        for mark in [
            "scenario:RT-13",
            "scenario:C-A-01",
            "scenario:tests/scenarios/x.md#rt-13-c-a-01-longest-prefix-wins",
            "check:V_X",
            "card:nat",
            "card:nat/LIM-04",
            "card:nat/layers",
            "card:nat/upstream",
            "comparison:vpn/ASN",
            "field:subnet.cidr",
            "starter:egress-only",
            "sequence:vpn/3",
            "test:crates/x/tests/y.rs::it_works",
        ] {
            let (states, problems) = judged(&format!("C-A-01\t{mark}\nC-A-02\tgap:not read\n"));
            assert_eq!(problems, Vec::<String>::new(), "{mark}");
            assert_eq!((states["C-A-01"], states["C-A-02"]), (State::Shown, State::Gap), "{mark}");
        }
    }

    #[test]
    fn a_mark_that_points_to_nothing_is_a_problem() {
        for mark in [
            "scenario:RT-14",
            "scenario:tests/scenarios/x.md#nothing",
            "check:V_Y",
            "card:nat/LIM-05",
            "card:igw",
            "comparison:dx",
            "field:subnet.colour",
            "field:vpc.cidr",
            "starter:nothing",
            "sequence:vpn/4",
            "sequence:vpn/0",
            "sequence:vpn",
            "sequence:untold/1",
            "test:crates/x/tests/y.rs::it_fails",
            "test:crates/x/tests/z.rs::it_works",
            "rumour:somebody said so",
            "nothing",
            "open:",
            "gap:only imports may be",
        ] {
            let (_, problems) = judged(&format!("C-A-01\t{mark}\nC-A-02\tgap:not read\n"));
            assert!(!problems.is_empty(), "{mark}");
        }
    }

    #[test]
    fn rows_are_complete_and_single() {
        let (states, problems) = judged("C-A-01\topen:waiting for names\n");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((states["C-A-01"], states["C-A-02"]), (State::Open, State::Unmarked));
        assert_eq!(judged("C-A-01\tcard:nat\nC-A-01\tcard:nat\nC-A-02\tgap:x\n").1.len(), 1);
        assert_eq!(judged("C-A-01\tcard:nat\nC-A-02\tgap:x\nC-Z-01\tcard:nat\n").1.len(), 1);
        assert_eq!(judged("C-A-01 card:nat\nC-A-02\tgap:x\n").1.len(), 2);
    }

    #[test]
    fn shown_in_part_is_open() {
        let (states, _) = judged("C-A-01\tcard:nat | open:waiting for names\nC-A-02\tgap:x\n");
        assert_eq!(states["C-A-01"], State::Open);
        let table = table(&claims(CLAIMS).unwrap_or_default(), &states);
        assert!(table.lines().any(|line| line.starts_with("in all") && line.contains('2')), "{table}");
    }
}
