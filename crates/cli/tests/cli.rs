//! The binary as people and scripts use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn hopscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hopscope")).args(args).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn dump() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../interop/tests/fixtures/small").display().to_string()
}

/// The small account as a document file.
fn document(name: &str) -> String {
    let file = folder(name).join("small.hopscope.json").display().to_string();
    let done = hopscope(&["import", &dump(), "-o", &file]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    file
}

/// A sentence on standard error, nothing on standard output, exit code 2.
fn refused(args: &[&str]) -> String {
    let done = hopscope(args);
    assert_eq!((code(&done), out(&done)), (2, String::new()), "{args:?}: {}", err(&done));
    let text = err(&done);
    assert!(
        text.starts_with("hopscope: ") && text.ends_with(".\n") && text.trim().lines().count() == 1,
        "{text}"
    );
    text
}

#[test]
fn import_names_what_is_not_modelled() {
    let file = folder("import").join("a.hopscope.json").display().to_string();
    let done = hopscope(&["import", &dump(), "-o", &file]);
    let text = out(&done);
    assert_eq!(code(&done), 0, "{}", err(&done));
    for part in
        ["VPC", "3  Subnet", "Virtual private gateway", "RDS DB instance", "orders", "Quantum repeater"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
    assert!(err(&done).contains("note: Terminated instances"), "{}", err(&done));
    assert!(!err(&done).contains("Reading"), "no progress in a pipe");
    let saved: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(saved["hopscope"], 1);
    let folder = Path::new(&file).parent().unwrap();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "nothing temporary is left");

    let done = hopscope(&["import", &dump(), "-o", "-"]);
    assert_eq!(
        serde_json::from_str::<Value>(&out(&done)).unwrap()["nodes"],
        saved["nodes"],
        "- is standard output"
    );
    assert!(err(&done).contains("orders"));
}

#[test]
fn import_refuses() {
    let folder = folder("refuses");
    let path = |name: &str| folder.join(name).display().to_string();
    let target = path("out.hopscope.json");
    assert!(
        refused(&["import", &path("absent.json"), "-o", &target])
            .contains("absent.json cannot be read: no such file")
    );
    fs::create_dir(path("empty")).unwrap();
    assert!(refused(&["import", &path("empty"), "-o", &target]).contains("There are no .json files in"));
    fs::write(path("cut.json"), "{\"Vpcs\": [").unwrap();
    assert!(refused(&["import", &path("cut.json"), "-o", &target]).contains("cut short"));
    fs::write(path("big.json"), vec![b' '; 50 * 1024 * 1024]).unwrap();
    assert!(refused(&["import", &path("big.json"), "-o", &target]).contains("big.json is 50 MB"));
    fs::remove_file(path("big.json")).unwrap();
    fs::write(path("latin.json"), b"{\"Vpcs\": \"\xe9\"}").unwrap();
    assert!(refused(&["import", &path("latin.json"), "-o", &target]).contains("UTF-8"));
    fs::write(path("vpcs.json"), "{\"Vpcs\": [{\"VpcId\": \"vpc-1\"}]}").unwrap();
    let text = refused(&["import", &path("vpcs.json"), "-o", &path("vpcs.json")]);
    assert!(text.contains("one of the files to import"), "{text}");
    assert!(fs::read_to_string(path("vpcs.json")).unwrap().contains("vpc-1"), "it is untouched");
    assert!(
        refused(&["import", &path("vpcs.json"), "-o", &path("no/such/folder.json")])
            .contains("cannot be written")
    );
    assert!(refused(&["import", &path("vpcs.json"), "-o", &path("empty")]).contains("is a folder"));
    let file = document("refuses-document");
    assert!(refused(&["import", &file, "-o", &target]).contains("it is a Hopscope document"));
    assert!(!Path::new(&target).exists(), "nothing was written");
    assert_eq!(code(&hopscope(&["import", &path("vpcs.json"), "-o", &target])), 0);
}

#[test]
fn trace_verdicts_are_exit_codes() {
    let file = document("verdicts");
    let trace = |from: &str, to: &str| hopscope(&["trace", &file, "--from", from, "--to", to]);
    let done = trace("internet", "203.0.113.50:443");
    assert_eq!(code(&done), 0, "{}", out(&done));
    assert!(
        out(&done).contains("allowed, there and back") && out(&done).contains("Internet gateway igw-1"),
        "{}",
        out(&done)
    );
    assert!(!out(&done).contains('\u{1b}'), "no colour in a pipe");
    let done = trace("internet:198.51.100.7", "i-web:22");
    assert_eq!(code(&done), 1, "{}", out(&done));
    assert!(out(&done).contains("denied") && out(&done).contains("acl-1"), "{}", out(&done));
    assert!(
        out(&done).contains("SUBNET_ACL_RESTRICTION") && out(&done).contains("Would also block"),
        "{}",
        out(&done)
    );
    let quiet = out(&done).lines().count();
    let done =
        hopscope(&["trace", &file, "--from", "internet:198.51.100.7", "--to", "i-web:22", "--verbose"]);
    assert!(out(&done).lines().count() > quiet + 10 && out(&done).contains("▸"), "{}", out(&done));
    // Its group lets IPv4 out only.
    let done = trace("i-web", "[2001:db8:ffff::9]:443");
    assert_eq!(code(&done), 1, "{}", err(&done));
    assert!(out(&done).contains("ENI_SG_RULES_MISMATCH"), "{}", out(&done));
    let done =
        hopscope(&["trace", &file, "--from", "internet", "--to", "203.0.113.50", "--protocol", "icmp"]);
    assert_eq!(code(&done), 0, "{}", out(&done));
    let done = hopscope(&["trace", &file, "--from", "internet", "--to", "i-web"]);
    assert!(err(&done).contains("--to names no port: 443 is used"), "{}", err(&done));
}

#[test]
fn trace_unknown() {
    let folder = folder("unknown");
    let dump = json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "eu-west-1a"}],
        "SecurityGroups": [{"GroupId": "sg-1", "VpcId": "vpc-1",
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}],
        "Instances": [{"InstanceId": "i-1", "InstanceType": "t3.micro", "SubnetId": "subnet-1", "VpcId": "vpc-1",
            "PrivateIpAddress": "10.0.0.10", "SecurityGroups": [{"GroupId": "sg-1"}]}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-fn", "InterfaceType": "lambda", "SubnetId": "subnet-1",
            "VpcId": "vpc-1", "PrivateIpAddress": "10.0.0.20"}],
        "RouteTables": [{"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Associations": [{"Main": true}],
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/8", "CarrierGatewayId": "cagw-1", "State": "active"}]}],
        "CarrierGateways": [{"CarrierGatewayId": "cagw-1"}],
    });
    let input = folder.join("dump.json");
    fs::write(&input, dump.to_string()).unwrap();
    let file = folder.join("d.hopscope.json").display().to_string();
    assert_eq!(code(&hopscope(&["import", &input.display().to_string(), "-o", &file])), 0);
    for (to, at) in [("10.9.0.1:443", "cagw-1"), ("10.0.0.20:443", "eni-fn")] {
        let done = hopscope(&["trace", &file, "--from", "i-1", "--to", to, "--json"]);
        assert_eq!(code(&done), 3, "{}", out(&done));
        let trace: Value = serde_json::from_str(&out(&done)).unwrap();
        assert_eq!(trace["verdict"], "unknown");
        assert_eq!(trace["reason"]["code"], "UNSUPPORTED_COMPONENT");
        assert_eq!(trace["reason"]["at"]["id"], at);
    }
}

#[test]
fn trace_json_has_the_promised_shape() {
    let file = document("json");
    let done = hopscope(&["trace", &file, "--from", "internet", "--to", "i-web:443", "--json"]);
    let allowed: Value = serde_json::from_str(&out(&done)).unwrap();
    assert_eq!(allowed["verdict"], "allowed");
    assert_eq!(allowed["reason"], Value::Null);
    assert!(allowed.as_object().unwrap().contains_key("reason"), "null, not absent");
    assert_eq!(allowed["blockers"], json!([]));
    for leg in ["forward", "return"] {
        assert_eq!(allowed[leg]["verdict"], "allowed");
        let hops = allowed[leg]["hops"].as_array().unwrap();
        assert!(hops.len() >= 4);
        for hop in hops {
            for key in ["id", "kind", "stage", "decision"] {
                assert!(hop[key].is_string(), "{key} of {hop}");
            }
            assert!(hop["evidence"].is_array() && hop["packet"].is_object(), "{hop}");
        }
    }
    let done = hopscope(&[
        "trace",
        &file,
        "--from",
        "internet",
        "--to",
        "i-web:22",
        "--source-port",
        "40000",
        "--json",
    ]);
    let denied: Value = serde_json::from_str(&out(&done)).unwrap();
    assert_eq!(denied["verdict"], "denied");
    assert_eq!(denied["reason"]["code"], "SUBNET_ACL_RESTRICTION");
    assert_eq!(denied["reason"]["aws_code"], "SUBNET_ACL_RESTRICTION");
    assert_eq!(denied["reason"]["at"]["kind"], "network-acl");
    assert_eq!(denied["reason"]["at"]["id"], "acl-1");
    assert!(denied["reason"]["rule"].is_string());
    assert!(denied["blockers"].as_array().unwrap().len() >= 2, "the group would also refuse");
    assert!(out(&done).contains("40000"));
}

#[test]
fn trace_refuses() {
    let file = document("trace-refuses");
    let trace = |from: &str, to: &str| refused(&["trace", &file, "--from", from, "--to", to]);
    assert!(trace("nobody", "i-web:443").contains("--from: nothing here is called \"nobody\""));
    assert!(trace("i-web", "nobody:443").contains("--to: nothing here is called \"nobody\""));
    assert!(trace("i-web", "i-app:http").contains("\"http\""));
    assert!(trace("i-web", "2001:db8::zz").contains("[ADDRESS]:PORT"));
    let ends = ["--from", "i-web", "--to", "i-app"];
    let with = |more: &[&str]| {
        let mut args = vec!["trace", file.as_str()];
        args.extend(ends);
        args.extend(more);
        refused(&args)
    };
    assert!(with(&["--protocol", "carrier-pigeon"]).contains("--protocol: \"carrier-pigeon\""));
    assert!(with(&["--protocol", "icmp", "--source-port", "1"]).contains("has no ports"));
    assert!(refused(&["trace", &dump(), "--from", "a", "--to", "b"]).contains("hopscope import"));
    let aws = format!("{}/111122223333/eu-west-1/Vpcs.json", dump());
    assert!(refused(&["trace", &aws, "--from", "a", "--to", "b"]).contains("hopscope import"));
    assert!(refused(&["trace", "/no/such/file", "--from", "a", "--to", "b"]).contains("cannot be read"));
    let folder = folder("trace-refuses-files");
    let twin =
        |id: &str| json!({"id": id, "kind": "network-interface", "private_ips": [{"address": "10.0.0.4"}]});
    let twins = folder.join("twins.json").display().to_string();
    fs::write(&twins, json!({"hopscope": 1, "nodes": [twin("eni-a"), twin("eni-b")]}).to_string()).unwrap();
    let said = refused(&["trace", &twins, "--from", "10.0.0.4", "--to", "internet"]);
    assert!(said.contains("eni-a and of eni-b. Use an id"), "{said}");
    let odd = folder.join("odd.json").display().to_string();
    for (text, says) in [
        ("{\"hopscope\": 99}", "format version 99"),
        ("{\"hopscope\": 1, \"nodes\": [", "cut short"),
        (
            "{\"hopscope\": 1, \"nodes\": [{\"id\": \"a\", \"kind\": \"region\"}, {\"id\": \"a\", \"kind\": \"region\"}]}",
            "used twice",
        ),
        ("{\"hopscope\": 1, \"nodes\": [{\"id\": \"a\", \"kind\": \"vpc\", \"cidrs\": 5}]}", "field cidrs"),
    ] {
        fs::write(&odd, text).unwrap();
        let said = refused(&["check", &odd]);
        assert!(said.contains("odd.json") && said.contains(says), "{said}");
    }
}

#[test]
fn usage_errors_are_bad_input() {
    for args in [&["trace"][..], &["import"], &["frobnicate"], &["import", "x"], &[]] {
        let done = hopscope(args);
        assert_eq!(code(&done), 2, "{args:?}: {}", err(&done));
        assert!(err(&done).contains("Usage"), "{}", err(&done));
    }
    for args in [&["--help"][..], &["--version"], &["trace", "--help"]] {
        assert_eq!(code(&hopscope(args)), 0, "{args:?}");
    }
}

#[test]
fn check_runs_expectations() {
    let file = document("check");
    let mut value: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let mut run = |flows: Value| {
        value["flows"] = flows;
        fs::write(&file, value.to_string()).unwrap();
        hopscope(&["check", &file])
    };
    let flow = |id: &str, to: &str, port: u16, expect: Value| json!({"id": id, "name": id, "from": "internet", "to": to, "port": port, "expect": expect});
    let web = flow("web", "i-web", 443, json!({"verdict": "allowed"}));
    let ssh = flow("ssh", "i-web", 22, json!({"verdict": "denied", "code": "SUBNET_ACL_RESTRICTION"}));
    let done = run(json!([web, ssh, {"id": "free", "from": "internet", "to": "i-web"}]));
    assert_eq!(code(&done), 0, "{}", out(&done));
    assert!(out(&done).contains("2 of 2 expectations met"), "{}", out(&done));
    let wrong =
        flow("other code", "i-web", 22, json!({"verdict": "denied", "code": "NO_ROUTE_TO_DESTINATION"}));
    let done = run(json!([web, wrong]));
    assert_eq!(code(&done), 1, "{}", out(&done));
    assert!(out(&done).contains("1 of 2") && out(&done).contains("✗ not met  other code"), "{}", out(&done));
    let done = run(json!([web, flow("odd", "i-web", 1, json!({"verdict": "maybe"}))]));
    assert_eq!(code(&done), 2, "{}", err(&done));
    let done = run(json!([flow("gone", "i-nobody", 1, json!({"verdict": "allowed"}))]));
    assert_eq!(code(&done), 2, "{}", err(&done));
    assert!(err(&done).contains("gone: to: nothing here is called"), "{}", err(&done));
    let done = run(json!([]));
    assert_eq!(code(&done), 0);
    assert!(err(&done).contains("nothing to check"));
}

fn shared(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sequences").join(name).display().to_string()
}

#[test]
fn sequences_are_written_in_three_ways() {
    let file = shared("site-to-site-vpn.json");
    for (format, beginning) in [("plantuml", "@startuml"), ("mermaid", "sequenceDiagram"), ("svg", "<svg ")] {
        for what in ["vpn", "pc-to-app"] {
            let done = hopscope(&["sequence", &file, what, "--as", format]);
            assert_eq!(code(&done), 0, "{}", err(&done));
            assert!(out(&done).starts_with(beginning), "{}", out(&done));
        }
    }
    let missing = refused(&["sequence", &file, "nobody"]);
    assert!(missing.contains("neither a flow nor a component"), "{missing}");
    let plain = refused(&["sequence", &file, "app"]);
    assert!(plain.contains("has no set-up"), "{plain}");
}

#[test]
fn a_diagram_is_compared_with_the_model() {
    let (file, notes) = (shared("direct-connect.json"), shared("direct-connect.puml"));
    let done = hopscope(&["sequence", &file, "dx", "--compare", &notes]);
    assert_eq!(code(&done), 0, "{}", out(&done));
    assert_eq!(out(&done).matches("is as in the model").count(), 10, "{}", out(&done));
    let broken = shared("direct-connect-vlan-mismatch.json");
    let done = hopscope(&["sequence", &broken, "dx", "--compare", &notes]);
    assert_eq!(code(&done), 1);
    assert!(out(&done).contains("AWS waits for tag 101, the router sends 104"), "{}", out(&done));
    let none = refused(&["sequence", &file, "dx", "--compare", &file]);
    assert!(none.contains("no message"), "{none}");
}

#[test]
fn links_lead_there_and_back() {
    let file = starter("public-private");
    let done = hopscope(&[
        "link",
        &file,
        "--site",
        "https://example.net/",
        "--flow",
        "client-web",
        "--step",
        "3",
        "--select",
        "web-a,web-b",
    ]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let link = out(&done).trim().to_owned();
    assert!(link.starts_with("https://example.net/#v1="), "{link}");
    assert!(link.ends_with("&f=client-web&n=3&s=web-a,web-b"), "{link}");
    let back = hopscope(&["link", &link]);
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parse(&out(&back)), parse(&fs::read_to_string(&file).unwrap()));
    assert!(refused(&["link", &link[..400]]).contains("cut short"));
    assert!(refused(&["link", &file, "--flow", "nobody"]).contains("nobody"));
    assert!(refused(&["link", &file, "--select", "nobody"]).contains("nobody"));
}

#[test]
fn a_document_is_exported_as_picture_and_text() {
    let file = starter("public-private");
    let picture = folder("export").join("a.svg").display().to_string();
    let done = hopscope(&["export", &file, "-o", &picture]);
    assert_eq!((code(&done), out(&done)), (0, String::new()), "{}", err(&done));
    // The picture is the document.
    let again = hopscope(&["export", &picture]);
    assert_eq!(out(&again), fs::read_to_string(&picture).unwrap());
    let of_flow = |how: &[&str]| {
        let done = hopscope(&[&["export", &file, "--flow", "client-web"], how].concat());
        assert_eq!(code(&done), 0, "{}", err(&done));
        out(&done)
    };
    assert!(of_flow(&["--step", "2"]).contains("2. Internet gateway igw"));
    assert!(of_flow(&["--as", "animated"]).contains("@keyframes"));
    assert!(of_flow(&["--as", "markdown"]).contains("| ---: |"));
    assert!(of_flow(&["--as", "text"]).contains("1. client sends"));
    assert_eq!(serde_json::from_str::<Value>(&of_flow(&["--as", "json"])).unwrap()["verdict"], "allowed");
    assert!(!of_flow(&["--no-source"]).contains("<metadata"));
    assert!(refused(&["export", &file, "--as", "animated"]).contains("--flow"));
    assert!(refused(&["export", &file, "--flow", "nobody"]).contains("nobody"));
    let bare = folder("bare").join("a.svg").display().to_string();
    hopscope(&["export", &file, "--no-source", "-o", &bare]);
    assert!(refused(&["export", &bare]).contains("without a document"));
}

/// A starter's file.
fn starter(slug: &str) -> String {
    let path = format!("../editor/starters/{slug}.hopscope.json");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}
