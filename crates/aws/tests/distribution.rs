//! Questions asked many times: what is counted, what bounds it, and that hostile zones stay cheap.

use hopscope_aws::{Distribution, Document, Flow, MAX_QUESTIONS, Network, QueryError, distribution, trace};
use serde_json::{Value, json};

fn weighted(id: &str, value: &str, weight: u16) -> Value {
    json!({"name": "app", "values": value, "set_id": id, "routing_policy": "weighted", "weight": weight})
}

fn network(records: Vec<Value>) -> Network {
    let nodes = json!([
        {"id": "cli", "kind": "internet-host", "addresses": ["198.51.100.50"]},
        {"id": "zone", "kind": "hosted-zone", "domain_name": "example.com", "records": records}
    ]);
    let json = json!({"hopscope": 1, "name": "many", "nodes": nodes});
    Network::build(&Document::from_json(json.to_string().as_bytes()).unwrap())
}

fn to(to: &str, seed: u64) -> Flow {
    let (from, protocol) = ("cli".to_owned(), "udp".to_owned());
    Flow { from, to: to.to_owned(), protocol, port: Some(443), seed: Some(seed), ..Flow::default() }
}

fn count(network: &Network, flow: &Flow, count: u64) -> Distribution {
    distribution(network, flow, count).unwrap()
}

#[test]
fn a_question_and_a_flow_to_the_name_count_alike() {
    let network = network(vec![weighted("a", "203.0.113.1", 80), weighted("b", "203.0.113.2", 20)]);
    let asked = count(&network, &to("dns:app.example.com?type=A", 5), 200);
    assert_eq!((asked.question.as_str(), asked.count, asked.seed), ("app.example.com A", 200, 5));
    assert_eq!(asked.shares.iter().map(|(_, times)| times).sum::<u64>(), 200);
    assert_eq!(asked.shares[0].0, "203.0.113.1");
    assert_eq!(count(&network, &to("app.example.com", 5), 200), asked);
    assert_eq!(count(&network, &to("http://app.example.com/", 5), 200), asked);
}

#[test]
fn each_count_is_what_the_traces_of_its_seeds_say() {
    let network = network(vec![weighted("a", "203.0.113.1", 60), weighted("b", "203.0.113.2", 40)]);
    let question = |seed| to("dns:app.example.com?type=A", seed);
    for seed in [0, 7, u64::MAX - 3] {
        let one = count(&network, &question(seed), 1);
        let answer = trace(&network, &question(seed)).unwrap().answer.unwrap();
        assert_eq!(answer.records, [format!("app.example.com 300 A {}", one.shares[0].0)]);
    }
    // Seeds go round at the end of their range.
    assert_eq!(count(&network, &question(u64::MAX - 3), 8).count, 8);
}

#[test]
fn what_has_no_answer_is_counted_by_its_outcome() {
    let network = network(vec![weighted("a", "203.0.113.1", 1)]);
    for (question, shares) in [
        ("dns:app.example.com?type=AAAA", "NODATA"),
        ("dns:nope.example.com?type=A", "NXDOMAIN"),
        ("dns:app.example.com?type=A", "203.0.113.1"),
    ] {
        assert_eq!(count(&network, &to(question, 0), 10).shares, [(shares.to_owned(), 10)], "{question}");
    }
}

#[test]
fn no_more_is_asked_than_the_bound() {
    let network = network(vec![weighted("a", "203.0.113.1", 1)]);
    let all = count(&network, &to("dns:app.example.com?type=A", 0), u64::MAX);
    assert_eq!((all.count, all.shares[0].1), (MAX_QUESTIONS, MAX_QUESTIONS));
    let none = count(&network, &to("dns:app.example.com?type=A", 0), 0);
    assert_eq!((none.count, none.shares.len()), (0, 0));
}

#[test]
fn flows_without_a_name_are_refused_with_a_sentence() {
    let network = network(Vec::new());
    for flow in ["cli", "203.0.113.1", ""] {
        let error = distribution(&network, &to(flow, 0), 10).unwrap_err();
        assert!(matches!(&error, QueryError::Url(_)), "{flow}: {error}");
        assert!(error.to_string().contains("is no domain name"), "{error}");
    }
    let nobody = Flow { from: "nobody".to_owned(), ..to("dns:app.example.com?type=A", 0) };
    assert!(matches!(distribution(&network, &nobody, 10), Err(QueryError::UnknownEnd { .. })));
}

#[test]
fn aliases_that_branch_at_every_name_are_decided_once_each() {
    // Without that, 20 to the power of 15 decisions.
    let alias = |from: u32, n: u32| {
        json!({"name": format!("n{from}"), "alias": format!("n{}.example.com", from + 1), "set_id": n.to_string(),
               "routing_policy": "weighted", "weight": 1, "evaluate_target_health": true})
    };
    let mut records: Vec<Value> = (0..15).flat_map(|from| (0..20).map(move |n| alias(from, n))).collect();
    records.push(json!({"name": "n15", "values": "203.0.113.1, 203.0.113.2"}));
    let network = network(records);
    let all = count(&network, &to("dns:n0.example.com?type=A", 0), 100);
    assert_eq!(all.shares.len(), 2, "{all:?}");
}
