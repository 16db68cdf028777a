//! Each kind of bad input gives one clear sentence: what, where, what to do.

use hopscope_aws::Document;
use hopscope_interop::{ImportError, MAX_FILE_BYTES, MAX_FILES, import};

fn refused(path: &str, bytes: &[u8]) -> String {
    let error = import(&[(path.to_owned(), bytes)]).expect_err("it is no good");
    let text = error.to_string();
    assert!(text.ends_with('.') && !text.contains('\n') && text.len() < 400, "{text}");
    text
}

#[test]
fn truncated() {
    let text = refused("us-west-2/Vpcs.json", br#"{"Vpcs": [{"VpcId": "vpc-1", "#);
    assert!(
        text.starts_with("us-west-2/Vpcs.json is not complete JSON") && text.contains("cut short"),
        "{text}"
    );
    let text = refused("Vpcs.json", b"");
    assert!(text.contains("it is empty"), "{text}");
    let text = refused("Vpcs.json", b"VPCS vpc-1 10.0.0.0/16\n");
    assert!(text.contains("line 1, column 1") && text.contains("--output json"), "{text}");
    // A good file beside it does not hide it.
    let good = br#"{"Vpcs": []}"#.as_slice();
    assert!(import(&[("a.json".into(), good), ("b.json".into(), b"{".as_slice())]).is_err());
}

#[test]
fn too_large() {
    let bytes = vec![b' '; 50 * 1024 * 1024];
    let text = refused("big.json", &bytes);
    assert!(text.contains("big.json is 50 MB; at most 32 MB"), "{text}");
    let half = &bytes[..MAX_FILE_BYTES];
    let many: Vec<(String, &[u8])> = (0..3).map(|n| (format!("{n}.json"), half)).collect();
    assert!(matches!(import(&many), Err(ImportError::TotalTooLarge { found: 96, .. })));
    let many: Vec<(String, &[u8])> =
        (0..=MAX_FILES).map(|n| (format!("{n}.json"), b"{}".as_slice())).collect();
    assert!(matches!(import(&many), Err(ImportError::TooManyFiles { .. })));
}

#[test]
fn too_many_things() {
    let one = r#"{"NetworkInsightsPathId":"x"},"#;
    let text = format!("{{\"Vpcs\":[],\"Things\":[{}{{}}]}}", one.repeat(25_000));
    let error = import(&[("x.json".into(), text.as_bytes())]).unwrap_err();
    assert!(matches!(error, ImportError::TooManyNodes { .. }), "{error}");
}

/// Every row compared with every other would be thousands of millions of comparisons each.
#[test]
fn many_rows_end_early() {
    let list = |key: &str, count: usize, row: &dyn Fn(usize) -> String| {
        format!("\"{key}\":[{}]", (0..count).map(row).collect::<Vec<_>>().join(","))
    };
    let endpoint = |n| format!("{{\"ClientVpnEndpointId\":\"cvpn-{n}\"}}");
    let rule = |n| format!("{{\"ClientVpnEndpointId\":\"cvpn-{n}\",\"DestinationCidr\":\"10.0.0.0/8\"}}");
    let table =
        |n| format!("{{\"TransitGatewayRouteTableId\":\"tgw-rtb-{n}\",\"TransitGatewayId\":\"tgw-1\"}}");
    let row = |n| format!("{{\"TransitGatewayAttachmentId\":\"tgw-attach-{n}\"}}");
    let service =
        |n| format!("{{\"VpcEndpointId\":\"vpce-{n}\",\"VpcId\":\"vpc-1\",\"ServiceName\":\"s{n}\"}}");
    for text in [
        [list("ClientVpnEndpoints", 40_000, &endpoint), list("AuthorizationRules", 40_000, &rule)],
        [list("TransitGatewayRouteTables", 40_000, &table), list("Associations", 40_000, &row)],
        [list("Vpcs", 1, &|_| "{\"VpcId\":\"vpc-1\"}".to_owned()), list("VpcEndpoints", 40_000, &service)],
    ] {
        let error = import(&[("x.json".into(), format!("{{{}}}", text.join(",")).as_bytes())]).unwrap_err();
        assert!(matches!(error, ImportError::TooManyNodes { .. }), "{error}");
    }
    // All of one table, in a file with its name, is no more than one table.
    let one = [list("TransitGatewayRouteTables", 1, &table), list("Associations", 40_000, &row)];
    let text = format!("{{{}}}", one.join(","));
    let import = import(&[("tgw-rtb-0.json".into(), text.as_bytes())]).unwrap();
    let table = import.document.node("tgw-rtb-0").unwrap().field("associations");
    assert_eq!(table.as_array().map(Vec::len), Some(40_000));
}

#[test]
fn nested_100_000_levels() {
    for open in ["[", "{\"a\":"] {
        let text = refused("deep.json", open.repeat(100_000).as_bytes());
        assert!(text.contains("nested more than 127 levels"), "{text}");
    }
    // Deep, but readable: the document that keeps it can be read again.
    let deep = format!(
        "{{\"Vpcs\":[],\"Things\":[{{\"ThingId\":\"t\",\"a\":{}1{}}}]}}",
        "[".repeat(120),
        "]".repeat(120)
    );
    let import = import(&[("x.json".into(), deep.as_bytes())]).unwrap();
    assert_eq!(Document::from_json(import.document.to_json().as_bytes()).unwrap(), import.document);
}

#[test]
fn wrong_types() {
    for (json, place, problem) in [
        (r#"{"Vpcs": 5}"#, "Vpcs", "expected a list, found a number"),
        (r#"{"Vpcs": ["vpc-1"]}"#, "Vpcs[0]", "expected an object, found text"),
        (r#"{"Vpcs": [{"CidrBlock": "10.0.0.0/16"}]}"#, "Vpcs[0]", "it has no VpcId"),
        (r#"{"Vpcs": [{"VpcId": ["vpc-1"]}]}"#, "Vpcs[0].VpcId", "expected text, found a list"),
        (
            r#"{"Vpcs": [{"VpcId": "v", "CidrBlockAssociationSet": [5]}]}"#,
            "Vpcs[0].CidrBlockAssociationSet[0]",
            "expected an object",
        ),
        (
            r#"{"Subnets": [{"SubnetId": "s", "VpcId": "v", "MapPublicIpOnLaunch": "yes"}]}"#,
            "Subnets[0].MapPublicIpOnLaunch",
            "expected true or false",
        ),
        (
            r#"{"RouteTables": [{"RouteTableId": "r", "VpcId": "v", "Routes": [{"GatewayId": "igw-1"}]}]}"#,
            "RouteTables[0].Routes[0]",
            "no destination",
        ),
        (
            r#"{"NetworkAcls": [{"NetworkAclId": "a", "VpcId": "v", "Entries": [{"RuleNumber": 1.5}]}]}"#,
            "NetworkAcls[0].Entries[0].RuleNumber",
            "expected a whole number",
        ),
        (
            r#"{"Reservations": [{"Instances": {"InstanceId": "i"}}]}"#,
            "Reservations[0].Instances",
            "expected a list",
        ),
    ] {
        let text = refused("x.json", json.as_bytes());
        assert!(text.starts_with(&format!("x.json: {place}: ")) && text.contains(problem), "{json}: {text}");
    }
}

#[test]
fn not_text() {
    let text = refused("Vpcs.json", b"{\"Vpcs\": \xff}");
    assert!(text.contains("byte 9 is not valid UTF-8"), "{text}");
}

#[test]
fn wrong_kind() {
    for (json, says) in [
        (r#"{"name": "left-pad", "version": "1.0.0"}"#, "it starts with \"name\""),
        (r#"{"Resources": {"Vpc": {"Type": "AWS::EC2::VPC"}}}"#, "CloudFormation"),
        (r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}"#, "CloudFormation"),
        (r#"{"version": 4, "terraform_version": "1.5.0", "resources": []}"#, "Terraform"),
        (r#"{"Items": [{"a": 1}]}"#, "no describe command"),
        ("[]", "empty list"),
        ("{}", "empty object"),
        ("42", "a number"),
    ] {
        let text = refused("x.json", json.as_bytes());
        assert!(text.contains("not output of the AWS CLI") && text.contains(says), "{json}: {text}");
    }
    let text = refused("x.json", Document::default().to_json().as_bytes());
    assert!(text.contains("it is a Hopscope document") && text.contains("Open it"), "{text}");
}

#[test]
fn empty_folder() {
    assert_eq!(import(&[]), Err(ImportError::Empty));
}

#[test]
fn strangers_in_the_folder_are_named() {
    let files: Vec<(String, &[u8])> = vec![
        ("Vpcs.json".into(), br#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#),
        ("README.md".into(), b"# dump\n"),
        ("package.json".into(), br#"{"name": "x", "version": "1"}"#),
        ("empty.json".into(), br#"{"NatGateways": [], "NextToken": "more"}"#),
    ];
    let import = import(&files).unwrap();
    let noted = |path: &str| {
        import.notes.iter().filter(|note| note.path == path).map(|n| n.text.clone()).collect::<String>()
    };
    assert!(noted("README.md").contains("not JSON"));
    assert!(noted("package.json").contains("passed over"));
    assert!(noted("empty.json").contains("NextToken"));
    assert_eq!(noted("Vpcs.json"), "");
}
