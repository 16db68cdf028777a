//! Words of names and requests: messages, records, choices, answers.

use hopscope_forward::Answer;

/// What a lookup came to, in a sentence.
#[must_use]
pub fn answer_line(answer: &Answer) -> String {
    let question = &answer.question;
    match answer.outcome {
        "ANSWER" => {
            let validated = if answer.authenticated { ", validated by DNSSEC" } else { "" };
            match answer.records.as_slice() {
                [] => format!("{question} is answered{validated}."),
                records => format!("{question} is answered{validated}: {}.", records.join("; ")),
            }
        }
        "NODATA" => format!("{question}: the name exists, but has no record of this type (NODATA)."),
        "NXDOMAIN" => format!("{question}: there is no such name (NXDOMAIN)."),
        "REFUSED" => format!("{question}: the server refuses to answer (REFUSED)."),
        "TIMEOUT" => format!("{question}: nobody answers."),
        other => format!("{question}: the resolution failed ({other})."),
    }
}

/// The verdict line of a flow that only asks for a name.
#[must_use]
pub fn answered_line(title: &str, answer: &Answer) -> String {
    format!("{title}: {}", answer_line(answer))
}

/// A message in one line of the ladder.
#[must_use]
pub fn message_line(to: &str, response: bool, text: &str) -> String {
    if response { format!("Answers {to}: {text}.") } else { format!("Asks {to}: {text}.") }
}

/// A message in a sentence.
#[must_use]
pub fn message_sentence(protocol: &str, from: &str, to: &str, response: bool, text: &str) -> String {
    let verb = if response { "answers" } else { "to" };
    format!("{protocol}, {from} {verb} {to}: {text}")
}

/// Caption of the records of a message.
#[must_use]
pub fn records_caption(section: &str) -> &'static str {
    match section {
        "authority" => "Authority section",
        "additional" => "Additional section",
        _ => "Answer section",
    }
}

/// What a choice chose from, in the plural.
fn chosen_from(of: &str) -> &'static str {
    match of {
        "targets" => "Targets",
        "target-groups" => "Target groups",
        "certificates" => "Certificates",
        "listener-rules" => "Listener rules",
        "web-acl-rules" => "Web ACL rules",
        "behaviours" => "Cache behaviours",
        "endpoints" => "Endpoints",
        "endpoint-groups" => "Endpoint groups",
        "edge-locations" => "Edge locations",
        "virtual-nodes" => "Virtual nodes",
        "routes" => "Routes",
        "resolver-rules" => "Resolver rules and private hosted zones",
        "firewall-rules" => "DNS Firewall rules",
        "name-servers" => "Name servers",
        "simple-records" => "Records, simple routing",
        "weighted-records" => "Records, weighted routing",
        "latency-records" => "Records, latency routing",
        "failover-records" => "Records, failover routing",
        "geolocation-records" => "Records, geolocation routing",
        "geoproximity-records" => "Records, geoproximity routing",
        "multivalue-records" => "Records, multivalue answer routing",
        "ip-based-records" => "Records, IP-based routing",
        _ => "Candidates",
    }
}

/// Caption of a choice.
#[must_use]
pub fn choice_caption(of: &str, by: &str) -> String {
    if by.is_empty() { chosen_from(of).to_owned() } else { format!("{}, by {by}", chosen_from(of)) }
}

/// A choice in one line.
#[must_use]
pub fn choice_line(of: &str, chosen: &[&str]) -> String {
    match chosen {
        [] => format!("{}: none fits.", chosen_from(of)),
        _ => format!("{}: {}.", chosen_from(of), chosen.join(", ")),
    }
}

/// Why a candidate was not chosen.
#[must_use]
pub fn candidate_loss(loss: &'static str) -> &'static str {
    match loss {
        "unhealthy" => "unhealthy",
        "no-match" => "does not match",
        "lower-priority" => "an earlier one decided",
        "not-drawn" => "another was drawn",
        "weight-zero" => "weight 0",
        "farther" => "farther away",
        "slower" => "higher latency",
        "less-specific" => "a more specific one decided",
        "tie" => "as good; the first by identifier decided",
        "secondary" => "the primary serves",
        "other-zone" => "in another Availability Zone",
        "zone-not-enabled" => "in an Availability Zone that is not enabled",
        "other-region" => "of another Region",
        "over-limit" => "over the limit of eight",
        "price-class" => "not in the price class",
        "dial-zero" => "its traffic dial is 0",
        "other-policy" => "of another routing policy",
        "counted" => "only counts",
        other => other,
    }
}
