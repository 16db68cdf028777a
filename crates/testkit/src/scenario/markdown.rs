//! From Markdown to scenarios: headings, prose, fenced blocks.

use hopscope_aws::Document;

use super::statement::{Statement, What, parse_statement};
use super::{Case, Place, Problem, Scenario, change};

/// A statement line with its continuation lines joined.
fn logical_lines<'a>(lines: &[(usize, &'a str)]) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    for &(number, line) in lines {
        let line: &'a str = line.trim_end();
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        match out.last_mut() {
            Some((_, last)) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => out.push((number, line.trim().to_owned())),
        }
    }
    out
}

/// Lines of a fenced block with their numbers.
type Body<'a> = Vec<(usize, &'a str)>;

/// Parts of a Markdown text.
enum Part<'a> {
    Heading(usize, &'a str),
    Prose(usize, &'a str),
    Fence { line: usize, info: &'a str, body: Body<'a>, closed: bool },
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut out = Vec::new();
    let mut fence: Option<(usize, &str, Body<'_>)> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some((start, info, mut body)) = fence.take() {
            if line.trim() == "```" {
                out.push(Part::Fence { line: start, info, body, closed: true });
            } else {
                body.push((number, line));
                fence = Some((start, info, body));
            }
        } else if let Some(info) = line.strip_prefix("```") {
            fence = Some((number, info.trim(), Vec::new()));
        } else if let Some(title) = line.strip_prefix("## ") {
            out.push(Part::Heading(number, title.trim()));
        } else if !line.trim().is_empty() && !line.starts_with("# ") {
            out.push(Part::Prose(number, line.trim()));
        }
    }
    if let Some((line, info, body)) = fence {
        out.push(Part::Fence { line, info, body, closed: false });
    }
    out
}

/// Whether a word is a rule id (`RT-13`, `W-01`).
pub(super) fn is_rule_id(word: &str) -> bool {
    word.split_once('-').is_some_and(|(family, number)| {
        !family.is_empty()
            && family.chars().next().is_some_and(|c| c.is_ascii_uppercase())
            && family.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            && matches!(number.len(), 2 | 3)
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// Whether a word is a claim of the study notes (`C-IGW-01`).
pub(super) fn is_claim_id(word: &str) -> bool {
    word.strip_prefix("C-").is_some_and(is_rule_id)
}

/// Rules, claims and the rest of a heading.
fn heading(title: &str) -> (Vec<String>, Vec<String>, String) {
    let (mut ids, mut claims) = (Vec::new(), Vec::new());
    let mut rest = title;
    loop {
        let word = rest.split_whitespace().next().unwrap_or_default();
        let id = word.trim_end_matches([',', ':']);
        match id {
            _ if is_claim_id(id) => claims.push(id.to_owned()),
            _ if is_rule_id(id) => ids.push(id.to_owned()),
            _ => break,
        }
        rest = rest.trim_start().get(word.len()..).unwrap_or_default().trim_start();
    }
    (ids, claims, rest.trim().to_owned())
}

/// Reads the scenarios (or gaps) of one file.
pub(super) fn scenarios(file: &str, text: &str) -> Result<Vec<Scenario>, Vec<Problem>> {
    let mut out: Vec<Scenario> = Vec::new();
    let mut problems = Vec::new();
    let place = |line: usize| Place { file: file.to_owned(), line };
    for part in parts(text) {
        match part {
            Part::Heading(line, title) => {
                let (ids, claims, title) = heading(title);
                if ids.is_empty() && claims.is_empty() {
                    problems.push(Problem {
                        place: place(line),
                        text: "a scenario's heading starts with the rules it proves, for example \
                               \"## RT-13 Longest prefix wins\""
                            .to_owned(),
                    });
                }
                out.push(Scenario {
                    place: place(line),
                    ids,
                    claims,
                    title,
                    needs: Vec::new(),
                    prose: String::new(),
                    cases: Vec::new(),
                });
            }
            Part::Prose(line, words) => {
                if let Some(scenario) = out.last_mut() {
                    if let Some(needs) = words.strip_prefix("needs:") {
                        scenario.needs.push((place(line), needs.trim().to_owned()));
                    } else {
                        if !scenario.prose.is_empty() {
                            scenario.prose.push(' ');
                        }
                        scenario.prose.push_str(words);
                    }
                }
            }
            Part::Fence { line, info, body, closed } => {
                if !closed {
                    problems.push(Problem {
                        place: place(line),
                        text: "this block is never closed; end it with a line ```".to_owned(),
                    });
                }
                if info != "scenario" {
                    continue;
                }
                match out.last_mut() {
                    Some(scenario) => match case(file, line, &body) {
                        Ok(case) => scenario.cases.push(case),
                        Err(found) => problems.extend(found),
                    },
                    None => problems.push(Problem {
                        place: place(line),
                        text: "this block stands before the first \"## \" heading".to_owned(),
                    }),
                }
            }
        }
    }
    if problems.is_empty() { Ok(out) } else { Err(problems) }
}

fn case(file: &str, line: usize, body: &[(usize, &str)]) -> Result<Case, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut case = Case {
        place: Place { file: file.to_owned(), line },
        lab: "lab-0".to_owned(),
        statements: Vec::new(),
    };
    for (number, text) in logical_lines(body) {
        let place = Place { file: file.to_owned(), line: number };
        if let Some(lab) = text.strip_prefix("lab:") {
            if !case.statements.is_empty() {
                problems.push(Problem { place, text: "\"lab:\" comes first in its block".to_owned() });
            }
            case.lab = lab.trim().to_owned();
            continue;
        }
        match parse_statement(&text) {
            Ok(what) => case.statements.push(Statement { place, text, what }),
            Err(text) => problems.push(Problem { place, text }),
        }
    }
    problems.extend(vacuous(&case));
    if problems.is_empty() { Ok(case) } else { Err(problems) }
}

/// A block that could not fail is refused: every packet needs a verdict, every block a claim.
fn vacuous(case: &Case) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut waiting: Option<&Statement> = None;
    let mut claims = 0usize;
    let (mut sent, mut answered) = (false, false);
    for statement in &case.statements {
        match &statement.what {
            What::Flow(_) | What::Next(_) => {
                if let Some(flow) = waiting.replace(statement) {
                    problems.push(no_verdict(flow));
                }
                if matches!(statement.what, What::Next(_)) && !sent {
                    problems.push(Problem {
                        place: statement.place.clone(),
                        text: "\"next:\" continues a flow, but none was sent before it".to_owned(),
                    });
                }
                (sent, answered) = (true, false);
            }
            What::Change(_) => {}
            What::Cost(line) if !line.claims() => {}
            // An answer is a verdict, which another line may spell out; a distribution is many.
            What::Answer(_) | What::Distribution { .. } if sent => {
                claims += 1;
                waiting = None;
                answered = true;
            }
            What::Verdict(_) => {
                claims += 1;
                if waiting.take().is_none() && !std::mem::take(&mut answered) {
                    problems.push(Problem {
                        place: statement.place.clone(),
                        text: "this verdict follows no flow".to_owned(),
                    });
                }
            }
            other => {
                claims += 1;
                if other.about_trace() && !sent {
                    problems.push(Problem {
                        place: statement.place.clone(),
                        text: "this speaks of a packet, but no flow was sent before it".to_owned(),
                    });
                }
            }
        }
    }
    problems.extend(waiting.map(no_verdict));
    if claims == 0 {
        problems.push(Problem {
            place: case.place.clone(),
            text: "this block expects nothing; add an \"expect:\" line".to_owned(),
        });
    }
    problems
}

fn no_verdict(flow: &Statement) -> Problem {
    Problem { place: flow.place.clone(), text: "this flow has no \"expect:\" line".to_owned() }
}

/// Reads a laboratory: the `lab` blocks of its file, applied to an empty document.
pub(super) fn lab(
    file: &str,
    text: &str,
    labs: &std::collections::BTreeMap<String, Document>,
) -> Result<Document, Vec<Problem>> {
    let mut document = Document { name: file.trim_end_matches(".md").to_owned(), ..Document::default() };
    let mut problems = Vec::new();
    for part in parts(text) {
        let Part::Fence { info: "lab", body, .. } = part else { continue };
        for (number, line) in logical_lines(&body) {
            // `on NAME` as first line: this laboratory adds to an earlier one.
            let base = line.strip_prefix("on ").filter(|_| document.nodes.is_empty());
            let done = match base {
                Some(name) => labs.get(name.trim()).map_or_else(
                    || Err(format!("there is no laboratory {name} before this one")),
                    |lab| {
                        document.nodes = lab.nodes.clone();
                        Ok(())
                    },
                ),
                None => change::parse(&line).and_then(|change| change.apply(&mut document)),
            };
            if let Err(text) = done {
                problems.push(Problem { place: Place { file: file.to_owned(), line: number }, text });
            }
        }
    }
    if problems.is_empty() { Ok(document) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_labs() -> std::collections::BTreeMap<String, Document> {
        std::collections::BTreeMap::new()
    }

    fn sentences(text: &str) -> Vec<String> {
        scenarios("x.md", text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn headings_cite_rules() {
        let text = "# File\n\nIntro.\n\n## RT-13, C-RT-06, RT-12 Longest prefix\n\nWhy.\n\n```scenario\n\
                    flow: web -> srv tcp 443\nexpect: ALLOW\n```\n";
        let found = scenarios("rt.md", text).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].ids, ["RT-13", "RT-12"]);
        assert_eq!(found[0].claims, ["C-RT-06"]);
        assert_eq!(found[0].title, "Longest prefix");
        assert_eq!(found[0].prose, "Why.");
        assert_eq!(found[0].cases[0].lab, "lab-0");
        assert_eq!(found[0].cases[0].statements.len(), 2);
        assert_eq!(found[0].cases[0].statements[1].place.line, 11);
    }

    #[test]
    fn mistakes_are_named_with_file_and_line() {
        assert_eq!(
            sentences("## No id\n"),
            ["tests/scenarios/x.md:1: a scenario's heading starts with the rules it proves, for example \
              \"## RT-13 Longest prefix wins\""]
        );
        let block = |body: &str| format!("## RT-01 t\n```scenario\n{body}\n```\n");
        assert_eq!(
            sentences(&block("flow: web -> srv tcp 443")),
            [
                "tests/scenarios/x.md:3: this flow has no \"expect:\" line",
                "tests/scenarios/x.md:2: this block expects nothing; add an \"expect:\" line"
            ]
        );
        assert_eq!(
            sentences(&block("expect: ALLOW")),
            ["tests/scenarios/x.md:3: this verdict follows no flow"]
        );
        assert_eq!(
            sentences(&block("hint: I_OVERLAP")),
            ["tests/scenarios/x.md:3: this speaks of a packet, but no flow was sent before it"]
        );
        assert!(sentences("## RT-01 t\n```scenario\nexpect: OK\n")[0].contains("never closed"));
        assert!(sentences(&block("bogus: x"))[0].starts_with("tests/scenarios/x.md:3: "));
    }

    #[test]
    fn indented_lines_continue_the_statement() {
        let text = "## RT-01 t\n```scenario\nflow: web -> srv\n  tcp 443\nexpect: ALLOW\n```\n";
        let found = scenarios("x.md", text).unwrap();
        assert_eq!(found[0].cases[0].statements[0].text, "flow: web -> srv tcp 443");
    }

    #[test]
    fn a_lab_is_built_from_its_blocks() {
        let document = lab(
            "lab-x.md",
            "# Lab\n\n```lab\nadd region R1\nadd vpc V in R1 cidrs=10.0.0.0/16\n```\n",
            &no_labs(),
        );
        assert_eq!(document.unwrap().nodes.len(), 2);
        let problems =
            lab("lab-x.md", "```lab\nadd region R1\nset nothing name x\n```\n", &no_labs()).unwrap_err();
        assert!(problems[0].to_string().starts_with("tests/scenarios/lab-x.md:3: "), "{}", problems[0]);
    }
}
