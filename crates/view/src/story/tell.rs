//! From traces to stories.

use hopscope_aws::{Document, Flow, Id};
use hopscope_forward::{Decision, Evidence, Hop, LegKind, Reason, StateEvent, Trace, Verdict};
use hopscope_net::{Packet, Transport};

use super::{AnswerView, EvidenceRow, EvidenceView, PacketField, ReasonView, Refusal, Step, Story};
use crate::ground::{self, Crossing};
use crate::latency;
use crate::text::{self, ui};

/// More rows than this are not shown; what decided always is.
const MOST_ROWS: usize = 200;

pub(super) struct Teller<'a> {
    document: &'a Document,
}

impl<'a> Teller<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self { document }
    }

    pub fn story(&self, trace: &Trace, flow: &Flow) -> Story {
        let mut steps: Vec<Step> = Vec::with_capacity(trace.forward.hops.len() + trace.back.hops.len());
        for kind in LegKind::ALL {
            let leg = trace.leg(kind);
            let crossed = ground::crossings(self.document, leg);
            let whole = latency::of_leg(leg, &crossed);
            for ((position, hop), crossed) in leg.hops.iter().enumerate().zip(crossed) {
                let mut step = self.step(steps.len(), kind, position, hop, leg.counterfactual);
                step.evidence.extend(crossed.iter().map(|crossing| self.crossing(crossing)));
                step.latency = latency::of_hop(hop, &crossed);
                if step.latency > 0 {
                    step.evidence.push(takes(text::ground::latency(step.latency)));
                }
                if whole > 0 && leg.verdict == Verdict::Allowed && position + 1 == leg.hops.len() {
                    step.evidence.push(takes(text::ground::latency_of_leg(whole)));
                }
                step.crossed = crossed;
                steps.push(step);
            }
        }
        let there = steps.partition_point(|step| step.leg < LegKind::Return);
        let place = |leg: LegKind, hop: usize| {
            let index = steps.partition_point(|step| step.leg < leg) + hop;
            steps.get(index).is_some_and(|step| step.leg == leg).then_some(index)
        };
        let refusals: Vec<Refusal> = trace
            .blockers
            .iter()
            .map(|blocker| Refusal {
                step: place(blocker.leg, blocker.hop),
                leg: blocker.leg,
                reason: self.reason(&blocker.reason),
                counterfactual: blocker.counterfactual,
            })
            .collect();
        let decided = trace.blockers.iter().find(|blocker| !blocker.counterfactual);
        let decided = decided.filter(|_| trace.verdict != Verdict::Allowed);
        let title = self.title(flow);
        let word = trace.verdict.word();
        let decided_at = decided.and_then(|blocker| place(blocker.leg, blocker.hop));
        let summary = match (trace.verdict, decided, decided_at) {
            (Verdict::Allowed, ..) => match &trace.answer {
                Some(answer) if trace.forward.is_empty() => text::answered_line(&title, answer),
                _ => text::allowed_line(&title, steps.len()),
            },
            (_, Some(blocker), Some(index)) => {
                let back = blocker.leg == LegKind::Return;
                // What would have been answered does not count where nothing arrived.
                let steps = if back { steps.len() } else { there };
                text::refused_line(&title, word, back, &self.place(&blocker.reason), index + 1, steps)
            }
            _ => text::bare_line(&title, word),
        };
        Story {
            title,
            answer: trace.answer.as_ref().map(|answer| AnswerView {
                question: answer.question.clone(),
                outcome: answer.outcome,
                sentence: text::answer_line(answer),
                records: answer.records.clone(),
                authenticated: answer.authenticated,
            }),
            verdict: trace.verdict,
            word,
            reason: trace.reason.as_ref().map(|reason| self.reason(reason)),
            decided_at,
            summary,
            refusals,
            hints: trace.hints.iter().map(|hint| self.reason(&hint.reason)).collect(),
            steps,
        }
    }

    /// What a component is called.
    fn called(&self, id: &str) -> String {
        let drawn = |id: &str| self.document.node(id).map(|node| node.label().to_owned());
        let undrawn = || text::undrawn_server(id, &|owner| drawn(owner).unwrap_or_else(|| owner.to_owned()));
        drawn(id).or_else(undrawn).unwrap_or_else(|| id.to_owned())
    }

    /// What the component of a hop is called, also where AWS implies it.
    fn element(&self, kind: &str, id: &Id, place: &Id) -> String {
        match self.document.node(id) {
            Some(node) if node.kind() == kind || kind != "network-acl" => node.label().to_owned(),
            _ => {
                text::undrawn_edge(kind, id).unwrap_or_else(|| text::implied_name(kind, &self.called(place)))
            }
        }
    }

    fn title(&self, flow: &Flow) -> String {
        let end = |text: &str| match text.trim().strip_prefix("internet:") {
            Some(address) => format!("{} {}", ui::INTERNET, address.trim()),
            None if text.trim() == hopscope_layout::INTERNET => ui::INTERNET.to_owned(),
            None => self.called(text.trim()),
        };
        // A URL says by itself what is asked.
        if hopscope_aws::is_url(&flow.to) {
            return format!("{} → {}", end(&flow.from), flow.to.trim());
        }
        let what = text::protocol_and_port(&flow.protocol, flow.port);
        format!("{} → {} {what}", end(&flow.from), end(&flow.to))
    }

    /// `network ACL acl-1 inbound rule 100`.
    fn place(&self, reason: &Reason) -> String {
        let at = &reason.at;
        let owner = at.owner.as_ref().unwrap_or(&at.id);
        let mut parts = vec![text::kind_in_sentence(at.kind), self.element(at.kind, &at.id, owner)];
        if let Some(direction) = at.direction {
            parts.push(if direction == "in" { ui::INBOUND } else { ui::OUTBOUND }.to_owned());
        }
        if let Some(rule) = &reason.rule {
            parts.push(text::rule_in_sentence(at.kind, rule));
        }
        parts.dedup();
        parts.join(" ")
    }

    fn reason(&self, reason: &Reason) -> ReasonView {
        ReasonView {
            code: reason.spec.code,
            aws_code: reason.spec.aws_code,
            title: text::title_of(reason.spec),
            sentence: text::reason_sentence_with(reason, &|id| self.called(id)),
            hint: text::hint(reason.spec.code),
            at: reason.at.id.clone(),
            kind: reason.at.kind,
            rule: reason.rule.clone(),
            rules: reason.spec.rules.to_vec(),
            docs: reason.spec.docs,
        }
    }

    fn step(&self, index: usize, leg: LegKind, position: usize, hop: &Hop, counterfactual: bool) -> Step {
        let element = self.element(hop.kind, &hop.id, &hop.place);
        let reason = hop.reason.as_ref().map(|reason| self.reason(reason));
        Step {
            index,
            leg,
            hop: position,
            id: hop.id.clone(),
            kind: hop.kind,
            title: text::step_title(hop.stage, hop.kind, &element, &self.called(&hop.place)),
            element,
            place: hop.place.clone(),
            stage: hop.stage,
            decision: hop.decision,
            word: text::decision_word(hop.decision),
            line: reason.as_ref().map_or_else(|| self.line(hop), |reason| reason.sentence.clone()),
            rule: decisive(hop),
            evidence: hop
                .evidence
                .iter()
                .filter(|evidence| !is_medium(evidence))
                .map(|evidence| self.evidence(evidence))
                .collect(),
            crossed: Vec::new(),
            latency: 0,
            packet: fields(hop),
            reason,
            rules: hop.rules.to_vec(),
            counterfactual: counterfactual || hop.counterfactual,
        }
    }

    fn crossing(&self, crossing: &Crossing) -> EvidenceView {
        let place = crossing.at.as_ref().map(|place| self.called(place)).unwrap_or_default();
        EvidenceView::Line { passed: None, text: text::ground::crossing(crossing, &place) }
    }

    /// Why a stage did what it did, where it refused nothing.
    fn line(&self, hop: &Hop) -> String {
        if !hop.changes.is_empty() {
            return text::change_line(&hop.changes);
        }
        for evidence in hop.evidence.iter().filter(|evidence| !is_medium(evidence)) {
            match evidence {
                Evidence::Routes { candidates, .. } => {
                    let Some(winner) = candidates.iter().find(|route| route.lost.is_none()) else { continue };
                    let lost = |route: &&hopscope_forward::RouteCandidate| {
                        matches!(route.lost, Some(hopscope_forward::RouteLoss::ShorterPrefix { .. }))
                    };
                    let losers = candidates.iter().filter(lost).count();
                    return text::route_line(&winner.destination, &self.called(&winner.target), losers);
                }
                Evidence::Rules { scanned, .. } => {
                    let Some(rule) = scanned.iter().rev().find(|scan| scan.missed.is_none()) else {
                        continue;
                    };
                    return text::rule_line(&rule.label, &rule.rule);
                }
                Evidence::State { event: StateEvent::Created, .. } if hop.evidence.len() > 1 => {}
                Evidence::State { event, .. } => return format!("{}.", text::state_event(*event)),
                Evidence::Check { check, passed, value } => {
                    return text::check_sentence(check, *passed, value.as_deref());
                }
                Evidence::Message { to, response, text: said, .. } => {
                    return text::message_line(&self.called(to), *response, said);
                }
                Evidence::Choice { of, candidates, .. } => {
                    let chosen: Vec<&str> = candidates
                        .iter()
                        .filter(|candidate| candidate.lost.is_none())
                        .map(|candidate| candidate.label.as_str())
                        .collect();
                    return text::choice_line(of, &chosen);
                }
                Evidence::Records { section: "answer", records } if !records.is_empty() => {
                    return format!("{}.", records.join("; "));
                }
                Evidence::Records { .. } => {}
            }
        }
        match hop.decision {
            Decision::Sent => format!("{}.", hop.packet),
            Decision::Delivered => text::ARRIVED.to_owned(),
            _ => text::UNCHANGED.to_owned(),
        }
    }

    fn evidence(&self, evidence: &Evidence) -> EvidenceView {
        match evidence {
            Evidence::Routes { table, destination, candidates } => EvidenceView::Table {
                caption: text::routes_caption(&self.called(table), &destination.to_string()),
                columns: vec![ui::COL_DESTINATION, ui::COL_TARGET, ui::COL_ORIGIN, ui::COL_OUTCOME],
                rows: candidates
                    .iter()
                    .take(MOST_ROWS)
                    .map(|route| {
                        let cells = vec![
                            match &route.prefix_list {
                                Some(list) => format!("{} ({})", route.destination, self.called(list)),
                                None => route.destination.clone(),
                            },
                            self.called(&route.target),
                            text::route_kind(route.origin, route.attributes.as_deref()),
                            match route.lost {
                                Some(loss) => text::route_loss(loss),
                                None if route.blackhole => ui::CHOSEN_BLACKHOLE.to_owned(),
                                None => ui::CHOSEN.to_owned(),
                            },
                        ];
                        let source = Some((table.clone(), route.index));
                        EvidenceRow { cells, decided: route.lost.is_none(), source }
                    })
                    .collect(),
            },
            Evidence::Rules { direction, scanned } => EvidenceView::Table {
                caption: text::rules_caption(direction),
                columns: vec![ui::COL_LIST, ui::COL_NUMBER, ui::COL_RULE, ui::COL_OUTCOME],
                rows: scanned
                    .iter()
                    .enumerate()
                    .filter(|(n, rule)| *n < MOST_ROWS || rule.missed.is_none())
                    .map(|(_, rule)| EvidenceRow {
                        cells: vec![
                            self.called(&rule.list),
                            rule.label.clone(),
                            rule.rule.clone(),
                            rule.missed.map_or(ui::DECIDED, text::rule_miss).to_owned(),
                        ],
                        decided: rule.missed.is_none(),
                        source: Some((rule.list.clone(), rule.index)),
                    })
                    .collect(),
            },
            Evidence::State { event, flow, idle_limit } => EvidenceView::Line {
                passed: match event {
                    StateEvent::Created | StateEvent::Used | StateEvent::Untracked => Some(true),
                    StateEvent::Missing | StateEvent::Expired => Some(false),
                },
                text: text::state_line(*event, flow, *idle_limit),
            },
            Evidence::Check { check, passed, value } => EvidenceView::Line {
                // That the check is on is a setting, not a result.
                passed: (*check != "source-dest-check").then_some(*passed),
                text: text::check_sentence(check, *passed, value.as_deref()),
            },
            Evidence::Message { protocol, from, to, response, text: said } => EvidenceView::Line {
                passed: None,
                text: text::message_sentence(protocol, &self.called(from), &self.called(to), *response, said),
            },
            Evidence::Records { section, records } => EvidenceView::Table {
                caption: text::records_caption(section).to_owned(),
                columns: vec![ui::COL_RECORD],
                rows: records
                    .iter()
                    .take(MOST_ROWS)
                    .map(|record| EvidenceRow { cells: vec![record.clone()], decided: false, source: None })
                    .collect(),
            },
            Evidence::Choice { of, by, candidates, .. } => EvidenceView::Table {
                caption: text::choice_caption(of, by),
                columns: vec![ui::COL_CANDIDATE, ui::COL_RULE, ui::COL_OUTCOME],
                rows: candidates
                    .iter()
                    .enumerate()
                    .filter(|(n, candidate)| *n < MOST_ROWS || candidate.lost.is_none())
                    .map(|(_, candidate)| EvidenceRow {
                        cells: vec![
                            self.called(&candidate.label),
                            candidate.value.clone(),
                            candidate.lost.map_or(ui::CHOSEN, text::candidate_loss).to_owned(),
                        ],
                        decided: candidate.lost.is_none(),
                        source: Some((candidate.of.clone(), candidate.index)),
                    })
                    .collect(),
            },
        }
    }
}

/// What an edge service notes of the way beyond it: the ground that is crossed says it in words.
fn is_medium(evidence: &Evidence) -> bool {
    matches!(evidence, Evidence::Check { check: "medium", .. })
}

/// A line about time.
fn takes(text: String) -> EvidenceView {
    EvidenceView::Line { passed: None, text }
}

/// The rule or route that decided.
fn decisive(hop: &Hop) -> Option<String> {
    if let Some(rule) = hop.reason.as_ref().and_then(|reason| reason.rule.clone()) {
        return Some(rule);
    }
    hop.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Routes { candidates, .. } => {
            candidates.iter().find(|route| route.lost.is_none()).map(|route| route.destination.clone())
        }
        Evidence::Rules { scanned, .. } => {
            scanned.iter().rev().find(|scan| scan.missed.is_none()).map(|scan| scan.label.clone())
        }
        Evidence::Choice { candidates, .. } => candidates
            .iter()
            .find(|candidate| candidate.lost.is_none())
            .map(|candidate| candidate.label.clone()),
        Evidence::State { .. }
        | Evidence::Check { .. }
        | Evidence::Message { .. }
        | Evidence::Records { .. } => None,
    })
}

/// Header fields by the names that rewrites use.
fn fields(hop: &Hop) -> Vec<PacketField> {
    let packet: &Packet = &hop.packet;
    let mut rows = vec![
        (ui::F_VERSION, packet.family().name().to_owned()),
        (ui::F_SOURCE, packet.source.to_string()),
        (ui::F_DESTINATION, packet.destination.to_string()),
        (ui::F_PROTOCOL, packet.protocol.to_string()),
    ];
    match packet.transport {
        Transport::Ports { source, destination } => {
            rows.push((ui::F_SOURCE_PORT, source.to_string()));
            rows.push((ui::F_DESTINATION_PORT, destination.to_string()));
        }
        Transport::Icmp { kind, code, identifier } => {
            rows.push((ui::F_ICMP_TYPE, kind.to_string()));
            rows.push((ui::F_ICMP_CODE, code.to_string()));
            rows.push((ui::F_ICMP_IDENTIFIER, identifier.to_string()));
        }
        Transport::Opaque => {}
    }
    rows.push((ui::F_SIZE, text::plural(u64::from(packet.size), "byte")));
    if packet.fragment {
        rows.push((ui::F_FRAGMENT, ui::YES.to_owned()));
    }
    rows.into_iter()
        .map(|(name, before)| PacketField {
            name: name.to_owned(),
            before,
            after: hop.changes.iter().find(|change| change.field == name).map(|change| change.new.clone()),
        })
        .collect()
}
