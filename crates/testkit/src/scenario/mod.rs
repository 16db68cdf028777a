//! Scenarios: Markdown that a network engineer reads and this module runs.
//!
//! `tests/scenarios/README.md` describes the format. A file holds scenarios (`##` headings that
//! start with ids of rules or claims), each with one or more fenced `scenario` blocks; every block starts
//! again from its laboratory, applies changes, sends packets and states what must happen.

mod change;
mod cost;
mod ground;
mod ladder;
mod markdown;
mod measure;
mod pattern;
mod rules;
mod run;
mod statement;
mod topology;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use hopscope_aws::Document;

pub use ladder::ladder;
pub use rules::{Coverage, Gap, GapNeed, IN_SCOPE, codes_documented, rule_ids};
pub use run::{Failure, Outcome};
use statement::Statement;

/// Where something stands, for sentences that name file and line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// File name, relative to the scenario directory.
    pub file: String,
    /// Line from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tests/scenarios/{}:{}", self.file, self.line)
    }
}

/// A file that does not follow the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, as a sentence.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl std::error::Error for Problem {}

/// One fenced block: starts from a laboratory and states what happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The opening fence.
    pub place: Place,
    /// Name of the laboratory it starts from.
    pub lab: String,
    /// What it does and expects, in order.
    pub(crate) statements: Vec<Statement>,
}

/// One `##` heading with its blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The heading.
    pub place: Place,
    /// Rule ids it proves.
    pub ids: Vec<String>,
    /// Claims of the study notes that it shows (`C-IGW-01`).
    pub claims: Vec<String>,
    /// The heading without the ids.
    pub title: String,
    /// `needs:` lines outside blocks; only gaps have them.
    pub needs: Vec<(Place, String)>,
    /// Prose paragraphs, joined.
    pub prose: String,
    /// Its blocks.
    pub cases: Vec<Case>,
}

/// Everything under `tests/scenarios`.
#[derive(Debug, Default)]
pub struct Suite {
    /// Laboratories by name, as documents.
    pub labs: BTreeMap<String, Document>,
    /// Scenarios in file order.
    pub scenarios: Vec<Scenario>,
    /// Declared gaps.
    pub gaps: Vec<Gap>,
}

/// The scenario directory of this checkout.
#[must_use]
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios")
}

impl Suite {
    /// Reads every Markdown file of a directory: laboratories first (`lab-*.md`), then
    /// `gaps.md`, then scenarios; `README.md` is left out.
    ///
    /// # Errors
    /// All problems of all files, each with file and line.
    pub fn load(directory: &Path) -> Result<Self, Vec<Problem>> {
        let mut files = BTreeMap::new();
        let whole = |file: &str, text: String| {
            vec![Problem { place: Place { file: file.to_owned(), line: 0 }, text }]
        };
        let listing = std::fs::read_dir(directory)
            .map_err(|error| whole("", format!("cannot list {}: {error}", directory.display())))?;
        for entry in listing.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") && name != "README.md" {
                let text = std::fs::read_to_string(entry.path())
                    .map_err(|error| whole(&name, format!("cannot be read: {error}")))?;
                files.insert(name, text);
            }
        }
        Self::read(&files)
    }

    /// Reads files given as text, by name.
    ///
    /// # Errors
    /// As [`Suite::load`].
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let mut suite = Self::default();
        let mut problems = Vec::new();
        for (name, text) in files.iter().filter(|(name, _)| name.starts_with("lab-")) {
            let lab = name.trim_end_matches(".md").to_owned();
            match markdown::lab(name, text, &suite.labs) {
                Ok(document) => {
                    suite.labs.insert(lab, document);
                }
                Err(found) => problems.extend(found),
            }
        }
        for (name, text) in files.iter().filter(|(name, _)| !name.starts_with("lab-")) {
            match markdown::scenarios(name, text) {
                Ok(found) if name == "gaps.md" => {
                    for scenario in found {
                        match Gap::from_scenario(scenario) {
                            Ok(gap) => suite.gaps.push(gap),
                            Err(problem) => problems.push(problem),
                        }
                    }
                }
                Ok(found) => {
                    for scenario in &found {
                        if scenario.cases.is_empty() {
                            problems.push(Problem {
                                place: scenario.place.clone(),
                                text: "this scenario has no block; start one with ```scenario".to_owned(),
                            });
                        }
                    }
                    suite.scenarios.extend(found);
                }
                Err(found) => problems.extend(found),
            }
        }
        let cases =
            suite.scenarios.iter().flat_map(|s| &s.cases).chain(suite.gaps.iter().flat_map(|g| &g.cases));
        for case in cases {
            if !suite.labs.contains_key(&case.lab) {
                problems.push(Problem {
                    place: case.place.clone(),
                    text: format!(
                        "there is no laboratory {}; it would be the file {}.md",
                        case.lab, case.lab
                    ),
                });
            }
        }
        if problems.is_empty() { Ok(suite) } else { Err(problems) }
    }

    /// Every flow of every scenario, with the drawing it is sent into.
    #[must_use]
    pub fn drawings(&self) -> Vec<(Document, hopscope_aws::Flow)> {
        let cases = self.scenarios.iter().flat_map(|scenario| &scenario.cases);
        cases
            .flat_map(|case| self.labs.get(&case.lab).map(|lab| run::drawings(lab, case)))
            .flatten()
            .collect()
    }

    /// Runs one block from its laboratory.
    #[must_use]
    pub fn run(&self, case: &Case) -> Outcome {
        match self.labs.get(&case.lab) {
            Some(lab) => run::run(lab, case),
            None => Outcome::default(),
        }
    }
}
