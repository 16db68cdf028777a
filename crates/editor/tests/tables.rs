//! Tables: rows by hand and rows pasted from the console or a spreadsheet.

use hopscope_aws::{Document, Id};
use hopscope_editor::rows::parse;
use hopscope_editor::{Effect, Intent, Session, starters};
use serde_json::{Value, json};

fn session() -> Session {
    Session::new(starters()[1].document().unwrap())
}

fn field(session: &Session, id: &str, key: &str) -> Value {
    session.document().node(id).unwrap().field(key)
}

fn refused(effects: &[Effect]) -> String {
    match effects {
        [Effect::Alert(said)] => said.clone(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn rows_are_added_changed_moved_and_deleted_with_labels() {
    let mut session = session();
    let (id, key) = (Id::from("rtb-public"), "routes".to_owned());
    session.update(Intent::AddRow { id: id.clone(), key: key.clone(), row: None, at: None });
    let target = |value: &str| Intent::SetRow {
        id: id.clone(),
        key: key.clone(),
        row: 1,
        column: "target".into(),
        value: value.into(),
        coalesce: true,
    };
    for typed in ["i", "ig", "igw"] {
        session.update(target(typed));
    }
    assert_eq!(field(&session, "rtb-public", "routes")[1], json!({"target": "igw"}));
    session.update(Intent::MoveRow { id: id.clone(), key: key.clone(), from: 1, to: 0 });
    session.update(Intent::DeleteRow { id: id.clone(), key: key.clone(), row: 0 });
    assert_eq!(
        session.history().labels().collect::<Vec<_>>(),
        [
            "Open",
            "Add route to rtb-public",
            "Change route 2 of rtb-public",
            "Move route 2 of rtb-public",
            "Delete route 1 of rtb-public"
        ]
    );
    assert_eq!(
        field(&session, "rtb-public", "routes"),
        json!([{"destination": "0.0.0.0/0", "target": "igw"}])
    );
    let effects = session.update(Intent::DeleteRow { id, key, row: 9 });
    assert_eq!(refused(&effects), "There is no route 10.");
}

#[test]
fn moving_an_acl_rule_changes_which_is_tried_first() {
    let mut session = session();
    let (id, key) = (Id::from("acl-default"), "inbound".to_owned());
    let deny =
        json!({"number": 50, "action": "deny", "protocol": "all", "ports": "all", "cidr": "10.0.0.0/8"});
    session.update(Intent::AddRow { id: id.clone(), key: key.clone(), row: Some(deny), at: Some(0) });
    session.update(Intent::MoveRow { id: id.clone(), key: key.clone(), from: 0, to: 1 });
    let rows = field(&session, "acl-default", "inbound");
    let seen: Vec<_> =
        rows.as_array().unwrap().iter().map(|r| (r["number"].clone(), r["action"].clone())).collect();
    assert_eq!(seen, [(json!(50), json!("allow")), (json!(100), json!("deny"))]);
    let number = |value: &str| Intent::SetRow {
        id: id.clone(),
        key: key.clone(),
        row: 0,
        column: "number".into(),
        value: value.into(),
        coalesce: false,
    };
    session.update(number("120"));
    assert_eq!(field(&session, "acl-default", "inbound")[0]["number"], json!(120));
    assert_eq!(refused(&session.update(number("many"))), "\"many\" is not a number.");
}

#[test]
fn security_group_rules_of_the_console_are_read() {
    let text = "Name\tSecurity group rule ID\tIP version\tType\tProtocol\tPort range\tSource\tDescription\n\
                -\tsgr-0a1\tIPv4\tHTTPS\tTCP\t443\t0.0.0.0/0\tanyone\n\
                -\tsgr-0a2\t-\tCustom TCP\tTCP\t8080 - 8090\tsg-web / web\t-\n\
                -\tsgr-0a3\tIPv4\tAll traffic\tAll\tAll\t10.0.0.0/8\t–\n\
                -\tsgr-0a4\tIPv4\tAll ICMP - IPv4\tICMP\tAll\t10.0.0.0/8\tping\n\
                -\tsgr-0a5\tIPv4\tSSH\tTCP\t22\tnowhere\t-\n";
    let pasted = parse(session().document(), "sg-app", "inbound", text).unwrap();
    assert_eq!(
        pasted.rows,
        [
            json!({"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0", "description": "anyone"}),
            json!({"protocol": "tcp", "ports": "8080 - 8090", "peer": "sg-web"}),
            json!({"protocol": "all", "ports": "all", "peer": "10.0.0.0/8"}),
            json!({"protocol": "icmp", "ports": "all", "peer": "10.0.0.0/8", "description": "ping"}),
        ]
    );
    assert_eq!(pasted.problems.len(), 1);
    assert_eq!(pasted.problems[0].line, 6);
    assert!(pasted.problems[0].problem.starts_with("No source"), "{:?}", pasted.problems);
}

#[test]
fn plain_rules_by_commas_quotes_and_spaces_are_read() {
    let text = "tcp,443,0.0.0.0/0,\"a, b\"\nudp;53;::/0\ntcp 22 10.0.0.0/8\n17 123 10.0.0.0/8\nweb tcp 80\nhttps,,0.0.0.0/0";
    let pasted = parse(session().document(), "sg-app", "inbound", text).unwrap();
    assert_eq!(
        pasted.rows,
        [
            json!({"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0", "description": "a, b"}),
            json!({"protocol": "udp", "ports": "53", "peer": "::/0"}),
            json!({"protocol": "tcp", "ports": "22", "peer": "10.0.0.0/8"}),
            json!({"protocol": "17", "ports": "123", "peer": "10.0.0.0/8"}),
            json!({"protocol": "tcp", "ports": "80", "peer": "sg-web"}),
            json!({"protocol": "tcp", "ports": "443", "peer": "0.0.0.0/0"}),
        ]
    );
    assert!(pasted.problems.is_empty(), "{:?}", pasted.problems);
}

#[test]
fn acl_rules_of_the_console_are_read() {
    let text = "Rule number\tType\tProtocol\tPort range\tSource\tAllow/Deny\n\
                90\tHTTPS (443)\tTCP (6)\t443\t0.0.0.0/0\tAllow\n\
                100\tAll traffic\tAll\tAll\t10.0.0.0/8\tDeny\n\
                *\tAll traffic\tAll\tAll\t0.0.0.0/0\tDeny\n\
                70000\tAll traffic\tAll\tAll\t0.0.0.0/0\tDeny\n\
                120\tAll traffic\tAll\tAll\t0.0.0.0/0\tMaybe\n";
    let pasted = parse(session().document(), "acl-default", "inbound", text).unwrap();
    assert_eq!(
        pasted.rows,
        [
            json!({"number": 90, "action": "allow", "protocol": "tcp", "ports": "443", "cidr": "0.0.0.0/0"}),
            json!({"number": 100, "action": "deny", "protocol": "all", "ports": "all", "cidr": "10.0.0.0/8"}),
        ]
    );
    assert_eq!(pasted.problems.iter().map(|p| p.line).collect::<Vec<_>>(), [5, 6]);
    // A number that is taken moves to the end instead of fighting.
    let mut session = session();
    let (id, key) = (Id::from("acl-default"), "inbound".to_owned());
    let effects = session.update(Intent::PasteRows { id, key, text: text.to_owned() });
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Alert(said) if said.contains("One more line"))),
        "{effects:?}"
    );
    let rows = field(&session, "acl-default", "inbound");
    let numbers: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [100, 90, 200]);
}

#[test]
fn routes_of_the_console_are_read_and_local_ones_implied() {
    let text = "Destination\tTarget\tStatus\tPropagated\n\
                0.0.0.0/0\tigw\tActive\tNo\n\
                10.0.0.0/16\tlocal\tActive\tNo\n\
                10.9.0.0/16\ttgw-0123\tBlackhole\tYes\n\
                10.0.32.0/20\tapp-a-eth0\tActive\tNo\n\
                172.16.0.0/12\n";
    let pasted = parse(session().document(), "rtb-main", "routes", text).unwrap();
    assert_eq!(
        pasted.rows,
        [
            json!({"destination": "0.0.0.0/0", "target": "igw"}),
            json!({"destination": "10.9.0.0/16", "target": "tgw-0123", "blackhole": true, "propagated": true}),
            json!({"destination": "10.0.32.0/20", "target": "app-a-eth0"}),
        ]
    );
    assert_eq!(pasted.problems[0].line, 6);
}

#[test]
fn what_is_no_table_or_no_row_is_refused_in_one_sentence() {
    let mut session = session();
    let before = session.document().clone();
    let paste = |id: &str, key: &str, text: &str| Intent::PasteRows {
        id: id.into(),
        key: key.into(),
        text: text.into(),
    };
    assert!(refused(&session.update(paste("web-a", "state", "x"))).contains("no table"));
    assert!(refused(&session.update(paste("rtb-public", "routes", ""))).contains("empty"));
    assert!(refused(&session.update(paste("nothing", "routes", "x"))).contains("nothing"));
    assert_eq!(&before, session.document());
}

#[test]
fn a_broken_cell_changes_the_verdict_at_once_and_its_repair_too() {
    let mut session = session();
    assert!(session.expectations().iter().all(|row| row.met));
    let set = |value: &str| Intent::SetRow {
        id: "sg-web".into(),
        key: "inbound".into(),
        row: 0,
        column: "ports".into(),
        value: value.into(),
        coalesce: true,
    };
    session.update(set("44"));
    let unmet: Vec<_> =
        session.expectations().into_iter().filter(|row| !row.met).map(|row| row.flow).collect();
    assert_eq!(unmet, ["client-web"]);
    session.update(set("443"));
    assert!(session.expectations().iter().all(|row| row.met));
    assert_eq!(session.history().labels().len(), 2, "one typing burst is one step");
}

#[test]
fn an_expectation_is_taken_from_what_happens() {
    let mut session = Session::new(Document::default());
    session.update(Intent::LoadDocument { document: Box::new(starters()[0].document().unwrap()) });
    session.update(Intent::ExpectActual { id: "scan-a".into(), on: false });
    assert_eq!(session.expectations().len(), 5);
    session.update(Intent::ExpectActual { id: "scan-a".into(), on: true });
    let row = session.expectations().into_iter().find(|row| row.flow == "scan-a").unwrap();
    assert_eq!((row.met, row.expected.code.as_deref()), (true, Some("X_EIGW_UNSOLICITED_INBOUND")));
}
