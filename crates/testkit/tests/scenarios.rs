//! Runs every scenario under `tests/scenarios`, prints one report for each that fails, and
//! counts rules. `HOPSCOPE_SCENARIO=RT-13` runs only scenarios that cite that rule or claim.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use hopscope_testkit::scenario::{Coverage, IN_SCOPE, Suite, codes_documented, directory, rule_ids};

fn main() -> ExitCode {
    let mut out = String::new();
    let failed = run(&mut out);
    // A pipe that closes early is no reason to fail the run.
    let _ = std::io::stdout().write_all(out.as_bytes());
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn say(out: &mut String, line: impl AsRef<str>) {
    out.push_str(line.as_ref());
    out.push('\n');
}

fn run(out: &mut String) -> bool {
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let reference = match std::fs::read_to_string(&reference) {
        Ok(text) => text,
        Err(error) => {
            say(out, format!("docs/rules.md cannot be read: {error}"));
            return true;
        }
    };
    let suite = match Suite::load(&directory()) {
        Ok(suite) => suite,
        Err(problems) => {
            for problem in problems {
                say(out, problem.to_string());
            }
            return true;
        }
    };
    let filter = std::env::var("HOPSCOPE_SCENARIO").ok().filter(|filter| !filter.is_empty());
    let mut coverage = Coverage { rules: rule_ids(&reference), ..Coverage::default() };
    let mut codes = BTreeSet::new();
    let (mut ran, mut blocks, mut packets, mut broken) = (0usize, 0usize, 0usize, 0usize);
    for scenario in &suite.scenarios {
        let cites = |filter: &String| scenario.ids.contains(filter) || scenario.claims.contains(filter);
        if filter.as_ref().is_some_and(|filter| !cites(filter)) {
            continue;
        }
        ran += 1;
        let outcomes: Vec<_> = scenario.cases.iter().map(|case| suite.run(case)).collect();
        blocks += outcomes.len();
        packets += outcomes.iter().map(|outcome| outcome.packets).sum::<usize>();
        if outcomes.iter().all(|outcome| outcome.failures.is_empty()) {
            coverage.proven.extend(scenario.ids.iter().cloned());
            codes.extend(outcomes.into_iter().flat_map(|outcome| outcome.codes));
            continue;
        }
        broken += 1;
        say(out, format!("FAILED {} {}", scenario.ids.join(", "), scenario.title));
        for failure in outcomes.iter().flat_map(|outcome| &outcome.failures) {
            say(out, failure.to_string());
        }
    }
    if filter.is_some() {
        say(out, format!("{ran} scenarios, {blocks} blocks, {packets} packets, {broken} failed"));
        if ran == 0 {
            say(out, "no scenario cites that rule");
        }
        return broken > 0 || ran == 0;
    }
    let mut complaints = gaps(&suite, &mut coverage);
    complaints.extend(rules(&suite, &coverage));
    complaints.extend(claims(&suite));
    complaints.extend(reason_codes(&reference, &codes));
    say(out, "\nfamily   rules  proven  waiting");
    for family in IN_SCOPE {
        let (all, proven, waiting) = coverage.count(family);
        say(out, format!("{family:<7} {all:>6} {proven:>7} {waiting:>8}"));
    }
    say(
        out,
        format!(
            "\n{ran} scenarios, {blocks} blocks, {packets} packets, {broken} failed; {} rules proven, {} wait \
             for later components, {} missing; {} declared gaps; {} reason codes raised",
            coverage.rules.intersection(&coverage.proven).count(),
            coverage
                .rules
                .iter()
                .filter(|id| !coverage.proven.contains(*id) && coverage.gaps.contains_key(*id))
                .count(),
            coverage.missing().len(),
            suite.gaps.len(),
            codes.len(),
        ),
    );
    for complaint in &complaints {
        say(out, format!("FAILED {complaint}"));
    }
    broken > 0 || !complaints.is_empty()
}

/// Gaps that are over, and the rules the others cover.
fn gaps(suite: &Suite, coverage: &mut Coverage) -> Vec<String> {
    let mut complaints = Vec::new();
    for gap in &suite.gaps {
        coverage.gaps.extend(gap.ids.iter().map(|id| (id.clone(), gap.place.clone())));
        for need in gap.needs.iter().filter(|need| need.arrived()) {
            complaints.push(format!(
                "{}: the gap {} waited for {need}, which is there now; write the scenario and remove the gap",
                gap.place,
                gap.ids.join(", ")
            ));
        }
        for case in gap.cases.iter().filter(|case| suite.run(case).failures.is_empty()) {
            complaints.push(format!(
                "{}: this block of the gap {} passes now; move it to its rule and remove the gap",
                case.place,
                gap.ids.join(", ")
            ));
        }
    }
    complaints
}

/// Rules nobody proves, and rules that are cited but do not exist.
fn rules(suite: &Suite, coverage: &Coverage) -> Vec<String> {
    let mut complaints: Vec<String> = coverage
        .missing()
        .into_iter()
        .map(|id| format!("{id}: no passing scenario cites it and no gap declares it"))
        .collect();
    let cited = suite.scenarios.iter().map(|s| (&s.place, &s.ids));
    let declared = suite.gaps.iter().map(|gap| (&gap.place, &gap.ids));
    for (place, ids) in cited.chain(declared) {
        for id in ids.iter().filter(|id| !coverage.rules.contains(*id)) {
            complaints.push(format!("{place}: docs/rules.md has no rule {id} in scope"));
        }
    }
    complaints
}

/// Claims of the study notes that are cited but do not exist.
fn claims(suite: &Suite) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/study-claims.tsv");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let known: BTreeSet<&str> = known.lines().filter_map(|line| line.split('\t').next()).collect();
    let cited = suite.scenarios.iter().flat_map(|s| s.claims.iter().map(|claim| (&s.place, claim)));
    cited
        .filter(|(_, claim)| !known.contains(claim.as_str()))
        .map(|(place, claim)| format!("{place}: docs/study-claims.tsv has no claim {claim}"))
        .collect()
}

/// Codes that no scenario raises, that the reference does not explain, or that hide AWS's name.
fn reason_codes(reference: &str, raised: &BTreeSet<String>) -> Vec<String> {
    let documented = codes_documented(reference);
    let mut complaints = Vec::new();
    for reason in hopscope_aws::reasons() {
        let code = reason.code;
        if !raised.contains(code) {
            complaints.push(format!("{code}: declared in the engine, but no passing scenario raises it"));
        }
        if !documented.contains(code) {
            complaints.push(format!(
                "{code}: declared in the engine, but docs/rules.md section 29 does not explain it"
            ));
        }
        let own = ["X_", "V_", "I_"].iter().any(|prefix| code.starts_with(prefix));
        if own == reason.aws_code.is_some() || reason.aws_code.is_some_and(|name| name != code) {
            complaints.push(format!("{code}: AWS's name for it is given as {:?}", reason.aws_code));
        }
    }
    complaints
}
