//! Load balancers, target groups, listeners and rules, as `aws elbv2` describes them.

use hopscope_interop::import;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";

fn dump() -> Value {
    let lb = |kind: &str, name: &str| format!("{ARN}:loadbalancer/{kind}/{name}/1");
    let group = |name: &str| format!("{ARN}:targetgroup/{name}/1");
    json!({
        "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": "eu-west-1a"}],
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-lb", "SubnetId": "subnet-1", "VpcId": "vpc-1",
            "PrivateIpAddress": "10.0.0.40", "Description": "ELB app/web/1",
            "Association": {"PublicIp": "203.0.113.40"}}],
        "LoadBalancers": [
            {"LoadBalancerArn": lb("app", "web"), "LoadBalancerName": "web", "Type": "application",
             "Scheme": "internet-facing", "IpAddressType": "dualstack", "VpcId": "vpc-1",
             "SecurityGroups": ["sg-web"]},
            {"LoadBalancerArn": lb("net", "front"), "LoadBalancerName": "front", "Type": "network",
             "Scheme": "internal", "VpcId": "vpc-1",
             "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off"},
        ],
        "TargetGroups": [
            {"TargetGroupArn": group("api"), "TargetGroupName": "api", "Protocol": "HTTP", "Port": 8080,
             "VpcId": "vpc-1", "TargetType": "instance", "HealthCheckPort": "8081",
             "HealthCheckPath": "/up", "LoadBalancerArns": [lb("app", "web")]},
            {"TargetGroupArn": group("old"), "TargetGroupName": "old", "Protocol": "HTTP", "Port": 80,
             "VpcId": "vpc-1", "TargetType": "ip", "LoadBalancerArns": [lb("app", "web")]},
            {"TargetGroupArn": group("tcp"), "TargetGroupName": "tcp", "Protocol": "TCP", "Port": 443,
             "VpcId": "vpc-1", "TargetType": "alb", "LoadBalancerArns": [lb("net", "front")]},
        ],
        "Listeners": [
            {"ListenerArn": format!("{ARN}:listener/app/web/1/2"), "LoadBalancerArn": lb("app", "web"),
             "Port": 443, "Protocol": "HTTPS",
             "Certificates": [{"CertificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/abc"}],
             "DefaultActions": [{"Type": "forward", "TargetGroupArn": group("api"), "ForwardConfig":
                 {"TargetGroups": [{"TargetGroupArn": group("api"), "Weight": 80},
                                   {"TargetGroupArn": group("old"), "Weight": 20}]}}]},
            {"ListenerArn": format!("{ARN}:listener/app/web/1/3"), "LoadBalancerArn": lb("app", "web"),
             "Port": 80, "Protocol": "HTTP",
             "DefaultActions": [{"Type": "redirect", "RedirectConfig":
                 {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}]},
            {"ListenerArn": format!("{ARN}:listener/net/front/1/4"), "LoadBalancerArn": lb("net", "front"),
             "Port": 443, "Protocol": "TCP",
             "DefaultActions": [{"Type": "forward", "TargetGroupArn": group("tcp")}]},
        ],
        "Rules": [
            {"RuleArn": format!("{ARN}:listener-rule/app/web/1/2/5"), "Priority": "10",
             "Conditions": [
                {"Field": "path-pattern", "Values": ["/api/*", "/v2/*"]},
                {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Beta", "Values": ["on"]}},
                {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "1"}]}}],
             "Actions": [{"Type": "authenticate-oidc", "AuthenticateOidcConfig":
                 {"OnUnauthenticatedRequest": "deny"}}, {"Type": "forward", "TargetGroupArn": group("api")}]},
            {"RuleArn": format!("{ARN}:listener-rule/app/web/1/2/6"), "Priority": "20",
             "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": ["x.test"]}}],
             "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "410"}}]},
            {"RuleArn": format!("{ARN}:listener-rule/app/web/1/2/7"), "Priority": "default",
             "Conditions": [], "Actions": [{"Type": "forward", "TargetGroupArn": group("api")}]},
        ],
    })
}

fn health(group: &str, rows: Value) -> Value {
    json!({"TargetGroupArn": format!("{ARN}:targetgroup/{group}/1"), "TargetHealthDescriptions": rows})
}

fn imported() -> hopscope_interop::Import {
    let files = [
        ("all.json", dump()),
        (
            "api.json",
            health(
                "api",
                json!([{"Target": {"Id": "i-1", "Port": 8080}, "TargetHealth": {"State": "healthy"}},
                       {"Target": {"Id": "i-2", "Port": 8090}, "TargetHealth": {"State": "unhealthy"}}]),
            ),
        ),
        ("old.json", health("old", json!([{"Target": {"Id": "10.0.0.9", "Port": 80}}]))),
        (
            "tcp.json",
            health("tcp", json!([{"Target": {"Id": format!("{ARN}:loadbalancer/app/web/1"), "Port": 443}}])),
        ),
    ];
    let files: Vec<(String, Vec<u8>)> =
        files.iter().map(|(path, value)| ((*path).to_owned(), value.to_string().into_bytes())).collect();
    let files: Vec<(String, &[u8])> =
        files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    import(&files).unwrap()
}

fn field(id: &str, key: &str) -> Value {
    imported().document.node(id).unwrap_or_else(|| panic!("no {id}")).field(key)
}

#[test]
fn an_application_load_balancer_comes_with_its_rules() {
    assert_eq!(
        field("web", "interfaces"),
        json!([{"subnet": "subnet-1", "address": "10.0.0.40", "public_ip": "203.0.113.40"}])
    );
    assert_eq!(field("web", "scheme"), "internet-facing");
    assert_eq!(field("web", "ip_address_type"), "dualstack");
    let listeners = field("web", "listeners");
    assert_eq!(listeners[0]["target_groups"], json!(["api", "old"]));
    assert_eq!(listeners[0]["weights"], "80, 20");
    assert_eq!(listeners[0]["certificates"], json!(["cert-abc"]));
    assert_eq!(listeners[1]["action"], "redirect");
    assert_eq!(listeners[1]["location"], "https://#{host}:443/#{path}?#{query}");
    let rules = field("web", "rules");
    assert_eq!(rules.as_array().unwrap().len(), 2, "the default rule is the listener's own action");
    assert_eq!(rules[0]["path"], "/api/*, /v2/*");
    assert_eq!(rules[0]["header"], "X-Beta: on");
    assert_eq!(rules[0]["query"], "a=1");
    assert_eq!(rules[0]["authenticate"], "deny");
    assert_eq!(rules[0]["target_groups"], json!(["api"]));
    assert_eq!((&rules[1]["host"], &rules[1]["status"]), (&json!("x.test"), &json!(410)));
}

#[test]
fn target_groups_keep_their_targets_and_checks() {
    let import = imported();
    assert_eq!(import.document.node("api").unwrap().parent.as_deref(), Some("vpc-1"));
    assert_eq!(field("api", "health_check_port"), 8081);
    let targets = field("api", "targets");
    assert_eq!((&targets[0]["target"], &targets[0]["health"]), (&json!("i-1"), &json!("auto")));
    assert_eq!((&targets[1]["port"], &targets[1]["health"]), (&json!(8090), &json!("unhealthy")));
    assert_eq!(field("old", "targets")[0]["address"], "10.0.0.9");
    assert_eq!(field("tcp", "targets")[0]["target"], "web", "a load balancer behind another");
    assert_eq!(field("front", "listeners")[0]["target_group"], "tcp");
    assert_eq!(field("front", "enforce_security_groups_on_privatelink"), false);
}
