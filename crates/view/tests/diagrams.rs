//! Sequences as PlantUML, Mermaid and SVG, PlantUML as it is read, and what comparing makes of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it is wrong")]

mod common;

use common::sequences::{document, outcome, setup};
use hopscope_forward::Id;
use hopscope_view::sequence::{
    Body, Kind, Message, Participant, Picture, Sequence, compare, mermaid, plantuml, read, svg,
};
use hopscope_view::svg::Theme;
use proptest::prelude::*;

use Kind::{Matching as Same, Missing, Refused};

/// A sequence of hostile names.
fn hostile() -> Sequence {
    let names = [
        "\"@enduml\n!include /etc/passwd",
        "end",
        "<script>alert(1)</script> %getenv(\"A\")",
        "a;b #1 --> c",
    ];
    let participants = names.iter().enumerate().map(|(n, name)| Participant {
        id: Id::from(format!("p-{n}")),
        kind: "instance",
        label: (*name).to_owned(),
    });
    let message = |from: usize, to: usize, text: &str| Message {
        from,
        to,
        text: text.to_owned(),
        notes: vec!["end note\nA -> B".to_owned(), "</svg>".to_owned()],
        response: false,
        refusal: Some("end.".to_owned()),
        step: None,
        counterfactual: false,
    };
    Sequence {
        title: "]]>\n@enduml".to_owned(),
        summary: String::new(),
        participants: participants.collect(),
        messages: vec![message(0, 1, "x\n@enduml"), message(2, 3, "; end"), message(3, 3, "p1 -> p2 : y")],
        groups: Vec::new(),
    }
}

#[test]
fn hostile_text_stays_text() {
    let model = hostile();
    let puml = plantuml(&model);
    assert_eq!(puml.matches("@enduml").count(), 4, "{puml}");
    assert_eq!(puml.lines().filter(|line| line.trim_start().starts_with('@')).count(), 2, "{puml}");
    assert!(!puml.contains('!') && !puml.contains('%') && !puml.contains("<script"), "{puml}");
    assert_eq!(puml.lines().filter(|line| *line == "end note").count(), 3);
    let pasted = read(&puml).unwrap();
    let arrows = pasted.messages.iter().filter(|it| !it.note).count();
    assert_eq!(arrows, 3, "{puml}");
    assert!(outcome(&pasted, &model).iter().all(|kind| *kind == Refused));
    assert_eq!(pasted.participants[2], model.participants[2].label, "code points are read back");

    let text = mermaid(&model);
    assert_eq!(text.lines().filter(|line| line.trim() == "end").count(), 0);
    assert!(!text.contains(";b") || text.contains("#59;b"), "{text}");
    assert!(!text.contains("<script"), "{text}");
    let lines = text.lines().count();
    assert_eq!(lines, 2 + 4 + 2 * 3, "one line for each thing:\n{text}");

    let picture = svg(&model, Theme::Dark);
    assert_eq!(picture.matches("</svg>").count(), 1);
    assert!(!picture.contains("<script"));
}

#[test]
fn exports_say_everything() {
    let model = setup(&document("site-to-site-vpn-tunnel-1-down.json"), "vpn");
    let puml = plantuml(&model);
    assert!(puml.starts_with("@startuml\ntitle ") && puml.ends_with("@enduml\n"));
    let opened =
        puml.lines().filter(|it| ["group ", "alt ", "loop "].iter().any(|word| it.starts_with(word)));
    assert_eq!(opened.count(), puml.lines().filter(|it| *it == "end").count());
    assert_eq!(read(&puml).unwrap().messages.iter().filter(|it| !it.note).count(), model.messages.len());
    assert!(puml.contains("->x"));
    let text = mermaid(&model);
    let opened =
        text.lines().filter(|it| ["rect ", "alt ", "loop "].iter().any(|word| it.trim().starts_with(word)));
    assert_eq!(opened.count(), text.lines().filter(|it| it.trim() == "end").count());
    let picture = svg(&model, Theme::Light);
    for participant in &model.participants {
        assert!(picture.contains(&participant.label), "{}", participant.label);
    }
    assert!(!picture.contains("NaN"));
}

#[test]
fn rows_follow_each_other_and_arrows_end_at_lifelines() {
    for (name, id) in
        [("site-to-site-vpn.json", "vpn"), ("client-vpn.json", "laptop"), ("direct-connect.json", "dx")]
    {
        let model = setup(&document(name), id);
        let picture = Picture::new(&model);
        let mut below = 0.0;
        let mut told = 0;
        for row in &picture.rows {
            assert!((row.y - below).abs() < 0.01 && row.h > 0.0);
            below = row.y + row.h;
            if let Body::Message { message, arrow, text, notes } = &row.body {
                assert_eq!(*message, told);
                told += 1;
                let it = &model.messages[*message];
                assert_eq!((arrow.from, arrow.to), (picture.lanes[it.from], picture.lanes[it.to]));
                let lowest = notes.y + notes.step * notes.lines.len().saturating_sub(1) as f32;
                assert!(notes.lines.is_empty() || lowest < row.h, "{lowest} in {}", row.h);
                assert!(text.y + text.step * text.lines.len().saturating_sub(1) as f32 <= row.h);
            }
        }
        assert_eq!(told, model.messages.len());
        assert!(below <= picture.height);
    }
}

#[test]
fn order_and_parties_count_words_do_not() {
    let model = setup(&document("client-vpn.json"), "laptop");
    let pasted = |text: &str| outcome(&read(text).unwrap(), &model);
    assert_eq!(pasted("User -> laptop : begins\nlaptop -> endpoint : says hello\n"), [Same, Same]);
    assert_eq!(
        pasted(
            "laptop -> endpoint : Set up the TLS tunnel\nendpoint -> endpoint : Authorized\nUser -> laptop : Start the client with a certificate\n"
        ),
        [Same, Same, Kind::Reordered]
    );
    assert_eq!(pasted("User -> laptop : start\nUser -> nobody : hm\n"), [Same, Missing]);
    let empty = Sequence { messages: Vec::new(), ..model.clone() };
    assert_eq!(outcome(&read("User -> laptop : start\n").unwrap(), &empty), [Missing]);
}

/// Lines that look like PlantUML, or nearly.
fn lines() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("User".to_owned()),
        Just("\"a b\"".to_owned()),
        Just("on-prem".to_owned()),
        Just("->".to_owned()),
        Just("-->x".to_owned()),
        Just("<<-".to_owned()),
        Just("-[#red]>".to_owned()),
        Just(":".to_owned()),
        Just("note over".to_owned()),
        Just("end note".to_owned()),
        Just("participant".to_owned()),
        Just("as".to_owned()),
        Just("<U+0041>".to_owned()),
        Just("alt".to_owned()),
        Just("end".to_owned()),
        "[ -~äß→\u{0}]{0,6}",
    ];
    let line = proptest::collection::vec(word, 0..7).prop_map(|words| words.join(" "));
    proptest::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

/// Any text for names and messages.
fn label() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~\n\t]{0,30}", "\\PC{0,12}"]
}

proptest! {
    #[test]
    fn whatever_is_pasted_is_read_and_compared(text in lines()) {
        let model = setup(&document("client-vpn.json"), "laptop");
        if let Ok(pasted) = read(&text) {
            for message in &pasted.messages {
                prop_assert!(message.from < pasted.participants.len() && message.to < pasted.participants.len());
            }
            let own = pasted.messages.iter().filter(|it| !it.note).count();
            let told = compare(&pasted, &model);
            let paired = told.iter().filter(|it| it.pasted.is_some_and(|n| !pasted.messages[n].note)).count();
            prop_assert_eq!(paired, own, "each message once");
            let mut models: Vec<usize> = told.iter().filter_map(|it| it.model).collect();
            models.sort_unstable();
            prop_assert_eq!(models, (0..model.messages.len()).collect::<Vec<_>>(), "each message of the model once");
        }
    }

    #[test]
    fn whatever_things_are_called_exports_keep_their_shape(
        names in proptest::collection::vec(label(), 1..5),
        texts in proptest::collection::vec((label(), label(), any::<(bool, bool)>()), 1..6),
    ) {
        let participants: Vec<Participant> = names
            .iter()
            .enumerate()
            .map(|(n, name)| Participant { id: Id::from(format!("@{n}")), kind: "", label: name.clone() })
            .collect();
        let messages: Vec<Message> = texts
            .iter()
            .enumerate()
            .map(|(n, (text, note, (response, refused)))| Message {
                from: n % names.len(),
                to: (n * 7 + 1) % names.len(),
                text: text.clone(),
                notes: vec![note.clone()],
                response: *response,
                refusal: refused.then(|| note.clone()),
                step: None,
                counterfactual: *refused,
            })
            .collect();
        let count = messages.len();
        let model = Sequence {
            title: names[0].clone(), summary: String::new(), participants, messages, groups: Vec::new(),
        };
        let pasted = read(&plantuml(&model)).unwrap();
        let back: Vec<(usize, usize)> =
            pasted.messages.iter().filter(|it| !it.note).map(|it| (it.from, it.to)).collect();
        let sent: Vec<(usize, usize)> = model.messages.iter().map(|it| (it.from, it.to)).collect();
        prop_assert_eq!(back, sent, "{}", plantuml(&model));
        let text = mermaid(&model);
        prop_assert_eq!(text.lines().filter(|line| line.contains("Note over")).count(), count);
        let picture = svg(&model, Theme::Auto);
        prop_assert_eq!(picture.matches("<text class=\"mono\"").count(), count);
        prop_assert!(!picture.contains("NaN"));
    }
}
