//! Load balancers with their target groups, listeners, rules and certificates.

use std::collections::BTreeMap;

use hopscope_aws::components::{
    application_load_balancer as alb, certificate, gateway_load_balancer, network_load_balancer, target_group,
};
use hopscope_aws::{Config, Id, Node};

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;

/// Targets of one group: id or address, port, zone, whether they are marked.
#[derive(Default)]
struct Registered<'a> {
    rows: Vec<(&'a str, u32, &'a str, &'a str)>,
}

/// What a listener or a rule does.
#[derive(Default)]
struct Does {
    action: String,
    target_groups: Vec<Id>,
    weights: String,
    status: u32,
    location: String,
    authenticate: String,
}

/// Load balancers that a component models.
pub(super) fn balancer<'a>(obj: &Obj<'a>) -> Result<Option<&'a str>, ImportError> {
    Ok(obj.text("Type")?.filter(|kind| matches!(*kind, "gateway" | "network" | "application")))
}

fn port(obj: &Obj<'_>, key: &str) -> Result<Option<u32>, ImportError> {
    Ok(obj.number(key)?.and_then(|n| u32::try_from(n).ok()))
}

impl<'a> Build<'a> {
    pub(super) fn load_balancers(&mut self) -> Result<(), ImportError> {
        let targets = self.registered()?;
        self.draw_balancers(&targets)?;
        let groups = self.target_groups(&targets)?;
        let certificates = self.certificates()?;
        self.listeners(&groups, &certificates)
    }

    /// What is registered in each target group, by its ARN.
    fn registered(&mut self) -> Result<BTreeMap<&'a str, Registered<'a>>, ImportError> {
        let items = self.items;
        let mut found: BTreeMap<&str, Registered<'_>> = BTreeMap::new();
        for item in items.of(Kind::TargetHealth) {
            let obj = items.object(item);
            let Some(target) = obj.object("Target")? else { continue };
            let Some(id) = target.text("Id")? else { continue };
            let Some(group) = obj.text("TargetGroupArn")?.or(item.list.as_deref()) else {
                self.join(
                    "Targets whose target group is not named, which are left out; wrap the output of describe-target-health with its TargetGroupArn, as in {\"TargetGroupArn\": \"arn:…\", \"TargetHealthDescriptions\": […]}",
                    id,
                );
                continue;
            };
            let state = match obj.object("TargetHealth")? {
                Some(health) => health.text("State")?.unwrap_or_default(),
                None => "",
            };
            let zone = target.text("AvailabilityZone")?.unwrap_or_default();
            let row = (id, port(&target, "Port")?.unwrap_or(0), zone, state);
            found.entry(group).or_default().rows.push(row);
        }
        Ok(found)
    }

    /// The load balancers, without listeners.
    fn draw_balancers(&mut self, targets: &BTreeMap<&'a str, Registered<'a>>) -> Result<(), ImportError> {
        let items = self.items;
        let mut behind: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
        for item in items.of(Kind::TargetGroup) {
            let obj = items.object(item);
            let rows = targets.get(obj.id("TargetGroupArn")?);
            for arn in obj.texts("LoadBalancerArns")? {
                let ids = rows.into_iter().flat_map(|rows| &rows.rows).map(|row| Id::from(row.0));
                behind.entry(arn).or_default().extend(ids);
            }
        }
        for item in items.of(Kind::LoadBalancer) {
            let obj = items.object(item);
            let Some(kind) = balancer(&obj)? else {
                self.inert(item, "Load balancer", &["LoadBalancerName", "LoadBalancerArn"], None)?;
                continue;
            };
            let arn = obj.text("LoadBalancerArn")?.unwrap_or_default();
            if self.balancers.contains_key(arn) {
                self.repeated += 1;
                continue;
            }
            let vpc = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc")).map(Id::from);
            let name = obj.text("LoadBalancerName")?.unwrap_or(arn);
            let Some(vpc) = vpc.filter(|_| !name.is_empty()) else {
                self.inert(item, "Load balancer", &["LoadBalancerName", "LoadBalancerArn"], None)?;
                continue;
            };
            let config = if kind == "gateway" {
                let mut subnets = Vec::new();
                for zone in obj.list("AvailabilityZones")? {
                    subnets.extend(zone.text("SubnetId")?.map(Id::from));
                }
                Config::GatewayLoadBalancer(gateway_load_balancer::Config {
                    subnets,
                    targets: behind.remove(arn).unwrap_or_default(),
                    ..gateway_load_balancer::Config::default()
                })
            } else {
                self.balancer_of(&obj, kind, arn)?
            };
            let id = self.free_id(name);
            self.balancers.insert(arn.to_owned(), id.clone());
            self.put(Node { id, name: String::new(), parent: Some(vpc), config }, obj.file);
        }
        Ok(())
    }

    fn balancer_of(&self, obj: &Obj<'a>, kind: &str, arn: &str) -> Result<Config, ImportError> {
        let mut interfaces = Vec::new();
        for eni in self.balancer_interfaces.get(arn).into_iter().flatten() {
            interfaces.extend(self.endpoint_interface(eni)?);
        }
        let scheme = obj.text("Scheme")?.unwrap_or("internal").to_owned();
        let ip_address_type = obj.text("IpAddressType")?.unwrap_or("ipv4").to_owned();
        let security_groups: Vec<Id> = obj.texts("SecurityGroups")?.into_iter().map(Id::from).collect();
        if kind == "application" {
            return Ok(Config::ApplicationLoadBalancer(alb::Config {
                interfaces,
                scheme,
                ip_address_type,
                security_groups,
                ..alb::Config::default()
            }));
        }
        let enforced = obj.text("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")?;
        Ok(Config::NetworkLoadBalancer(network_load_balancer::Config {
            interfaces,
            scheme,
            ip_address_type,
            security_groups,
            enforce_security_groups_on_privatelink: enforced != Some("off"),
            ..network_load_balancer::Config::default()
        }))
    }

    /// Target groups of Application and Network Load Balancers, by ARN.
    fn target_groups(
        &mut self,
        targets: &BTreeMap<&'a str, Registered<'a>>,
    ) -> Result<BTreeMap<&'a str, Id>, ImportError> {
        let items = self.items;
        let mut groups = BTreeMap::new();
        for item in items.of(Kind::TargetGroup) {
            let obj = items.object(item);
            let arn = obj.id("TargetGroupArn")?;
            let protocol = obj.text("Protocol")?.unwrap_or("HTTP").to_lowercase();
            if protocol == "geneve" || groups.contains_key(arn) {
                continue;
            }
            let used_by = obj.texts("LoadBalancerArns")?;
            let balancer = used_by.iter().find_map(|arn| self.balancers.get(*arn));
            let beside = balancer.and_then(|id| self.document.node(id)).and_then(|node| node.parent.clone());
            let vpc = obj.text("VpcId")?.filter(|vpc| self.has(vpc, "vpc")).map(Id::from).or(beside);
            let Some(vpc) = vpc else { continue };
            let target_type = obj.text("TargetType")?.unwrap_or("instance").to_owned();
            let rows = targets.get(arn).map(|found| found.rows.as_slice()).unwrap_or_default();
            let targets = rows.iter().map(|row| self.target(&target_type, row)).collect();
            let config = target_group::Config {
                protocol,
                port: port(&obj, "Port")?.unwrap_or(80),
                target_type,
                ip_address_type: obj.text("IpAddressType")?.unwrap_or("ipv4").to_owned(),
                targets,
                health_check_port: obj
                    .text("HealthCheckPort")?
                    .and_then(|port| port.parse().ok())
                    .unwrap_or_default(),
                health_check_path: obj.text("HealthCheckPath")?.unwrap_or("/").to_owned(),
                ..target_group::Config::default()
            };
            let name = obj.text("TargetGroupName")?;
            let name = name.or(arn.rsplit('/').nth(1)).unwrap_or(arn);
            let id = self.free_id(name);
            groups.insert(arn, id.clone());
            let config = Config::TargetGroup(config);
            self.put(Node { id, name: String::new(), parent: Some(vpc), config }, obj.file);
        }
        Ok(groups)
    }

    fn target(
        &self,
        target_type: &str,
        (id, port, zone, state): &(&str, u32, &str, &str),
    ) -> target_group::Target {
        let named = match target_type {
            "ip" => None,
            "alb" => self.balancers.get(*id).cloned(),
            _ => Some(Id::from(*id)),
        };
        target_group::Target {
            target: named,
            address: if target_type == "ip" { (*id).to_owned() } else { String::new() },
            port: *port,
            zone: Some(*zone).filter(|zone| self.has(zone, "availability-zone")).map(Id::from),
            // What the drawing cannot know: the application itself does not answer.
            health: if *state == "unhealthy" { "unhealthy" } else { "auto" }.to_owned(),
        }
    }

    /// A certificate for each ARN that a listener names; its names are not in these outputs.
    fn certificates(&mut self) -> Result<BTreeMap<&'a str, Id>, ImportError> {
        let items = self.items;
        let mut found = BTreeMap::new();
        for item in items.of(Kind::Listener) {
            let obj = items.object(item);
            for row in obj.list("Certificates")? {
                let Some(arn) = row.text("CertificateArn")?.filter(|arn| !found.contains_key(arn)) else {
                    continue;
                };
                let id = self.free_id(&format!("cert-{}", arn.rsplit('/').next().unwrap_or(arn)));
                let parent = self.region_of(item)?;
                let config = Config::Certificate(certificate::Config::default());
                found.insert(arn, id.clone());
                self.put(Node { id, name: String::new(), parent: Some(parent), config }, obj.file);
            }
        }
        Ok(found)
    }

    fn listeners(
        &mut self,
        groups: &BTreeMap<&'a str, Id>,
        certificates: &BTreeMap<&'a str, Id>,
    ) -> Result<(), ImportError> {
        let items = self.items;
        let mut ports: BTreeMap<&str, (Id, u32)> = BTreeMap::new();
        for item in items.of(Kind::Listener) {
            let obj = items.object(item);
            let Some(id) = obj.text("LoadBalancerArn")?.and_then(|arn| self.balancers.get(arn)).cloned()
            else {
                continue;
            };
            let port = port(&obj, "Port")?.unwrap_or(443);
            let protocol = obj.text("Protocol")?.unwrap_or("tcp").to_lowercase();
            let mut shown = Vec::new();
            for row in obj.list("Certificates")? {
                shown.extend(row.text("CertificateArn")?.and_then(|arn| certificates.get(arn)).cloned());
            }
            let does = does(&obj.list("DefaultActions")?, groups)?;
            if let Some(arn) = obj.text("ListenerArn")? {
                ports.insert(arn, (id.clone(), port));
            }
            self.change(&id, |config| match config {
                Config::ApplicationLoadBalancer(alb) => alb.listeners.push(alb::Listener {
                    protocol,
                    port,
                    certificates: shown,
                    action: does.action,
                    target_groups: does.target_groups,
                    weights: does.weights,
                    status: does.status,
                    location: does.location,
                    authenticate: does.authenticate,
                }),
                Config::NetworkLoadBalancer(nlb) => nlb.listeners.push(network_load_balancer::Listener {
                    protocol,
                    port,
                    target_group: does.target_groups.into_iter().next(),
                    certificates: shown,
                    ..network_load_balancer::Listener::default()
                }),
                _ => {}
            });
        }
        if items.of(Kind::Listener).is_empty() {
            self.listeners_by_groups(groups)?;
        }
        self.listener_rules(groups, &ports)
    }

    /// Without listeners in the dump, a Network Load Balancer listens on the ports of its groups.
    fn listeners_by_groups(&mut self, groups: &BTreeMap<&'a str, Id>) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::TargetGroup) {
            let obj = items.object(item);
            let Some(group) = groups.get(obj.id("TargetGroupArn")?) else { continue };
            let port = port(&obj, "Port")?.unwrap_or(443);
            let protocol = obj.text("Protocol")?.unwrap_or("tcp").to_lowercase();
            for arn in obj.texts("LoadBalancerArns")? {
                let Some(id) = self.balancers.get(arn).cloned() else { continue };
                self.change(&id, |config| {
                    if let Config::NetworkLoadBalancer(nlb) = config {
                        nlb.listeners.push(network_load_balancer::Listener {
                            protocol: protocol.clone(),
                            port,
                            target_group: Some(group.clone()),
                            ..network_load_balancer::Listener::default()
                        });
                    }
                });
            }
        }
        Ok(())
    }

    /// Rules of listeners, but for the default ones, which the listeners tell.
    fn listener_rules(
        &mut self,
        groups: &BTreeMap<&'a str, Id>,
        ports: &BTreeMap<&'a str, (Id, u32)>,
    ) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::ListenerRule) {
            let obj = items.object(item);
            let Some(arn) = obj.text("RuleArn")? else { continue };
            let listener =
                arn.rsplit_once('/').map(|(front, _)| front.replace(":listener-rule/", ":listener/"));
            let Some((id, port)) = listener.and_then(|arn| ports.get(arn.as_str())) else { continue };
            let Some(priority) = obj.text("Priority")?.and_then(|text| text.parse().ok()) else { continue };
            let does = does(&obj.list("Actions")?, groups)?;
            let mut rule = alb::Rule {
                listener: *port,
                priority,
                action: does.action,
                target_groups: does.target_groups,
                weights: does.weights,
                status: does.status,
                location: does.location,
                authenticate: does.authenticate,
                ..alb::Rule::default()
            };
            for condition in obj.list("Conditions")? {
                read_condition(&condition, &mut rule)?;
            }
            self.change(id, |config| {
                if let Config::ApplicationLoadBalancer(alb) = config {
                    alb.rules.push(rule);
                }
            });
        }
        Ok(())
    }

    /// Changes what was drawn already.
    fn change(&mut self, id: &Id, edit: impl FnOnce(&mut Config)) {
        if let Some(node) = self.document.nodes.get_mut(id) {
            edit(&mut std::sync::Arc::make_mut(node).config);
        }
    }
}

/// The values of a condition, in its own member or in that of its kind.
fn values(condition: &Obj<'_>, own: &str) -> Result<String, ImportError> {
    let inner = condition.object(own)?;
    let values = match &inner {
        Some(inner) => inner.texts("Values")?,
        None => condition.texts("Values")?,
    };
    Ok(values.join(", "))
}

fn read_condition(condition: &Obj<'_>, rule: &mut alb::Rule) -> Result<(), ImportError> {
    match condition.text("Field")?.unwrap_or_default() {
        "path-pattern" => rule.path = values(condition, "PathPatternConfig")?,
        "host-header" => rule.host = values(condition, "HostHeaderConfig")?,
        "http-request-method" => rule.method = values(condition, "HttpRequestMethodConfig")?,
        "source-ip" => rule.source_ip = values(condition, "SourceIpConfig")?,
        "http-header" => {
            if let Some(header) = condition.object("HttpHeaderConfig")? {
                let name = header.text("HttpHeaderName")?.unwrap_or_default();
                rule.header = format!("{name}: {}", header.texts("Values")?.join(", "));
            }
        }
        "query-string" => {
            if let Some(query) = condition.object("QueryStringConfig")? {
                let mut pairs = Vec::new();
                for pair in query.list("Values")? {
                    let value = pair.text("Value")?.unwrap_or_default();
                    pairs.push(match pair.text("Key")? {
                        Some(key) => format!("{key}={value}"),
                        None => value.to_owned(),
                    });
                }
                rule.query = pairs.join(", ");
            }
        }
        _ => {}
    }
    Ok(())
}

/// What a list of actions does: signing in comes before what follows it.
fn does(actions: &[Obj<'_>], groups: &BTreeMap<&str, Id>) -> Result<Does, ImportError> {
    let mut does = Does { action: "forward".to_owned(), ..Does::default() };
    for action in actions {
        match action.text("Type")?.unwrap_or("forward") {
            "forward" => forward(action, groups, &mut does)?,
            "redirect" => {
                does.action = "redirect".to_owned();
                if let Some(to) = action.object("RedirectConfig")? {
                    does.status = if to.text("StatusCode")? == Some("HTTP_302") { 302 } else { 301 };
                    let part = |key: &str, default: &'static str| {
                        to.text(key).map(|text| text.unwrap_or(default).to_owned())
                    };
                    does.location = format!(
                        "{}://{}:{}{}?{}",
                        part("Protocol", "#{protocol}")?.to_lowercase(),
                        part("Host", "#{host}")?,
                        part("Port", "#{port}")?,
                        part("Path", "/#{path}")?,
                        part("Query", "#{query}")?
                    );
                }
            }
            "fixed-response" => {
                does.action = "fixed-response".to_owned();
                if let Some(answer) = action.object("FixedResponseConfig")? {
                    does.status =
                        answer.text("StatusCode")?.and_then(|code| code.parse().ok()).unwrap_or_default();
                }
            }
            kind @ ("authenticate-oidc" | "authenticate-cognito") => {
                let config = if kind == "authenticate-oidc" {
                    action.object("AuthenticateOidcConfig")?
                } else {
                    action.object("AuthenticateCognitoConfig")?
                };
                let unauthenticated = match &config {
                    Some(config) => config.text("OnUnauthenticatedRequest")?,
                    None => None,
                };
                does.authenticate = unauthenticated.unwrap_or("authenticate").to_owned();
            }
            _ => {}
        }
    }
    Ok(does)
}

fn forward(action: &Obj<'_>, groups: &BTreeMap<&str, Id>, does: &mut Does) -> Result<(), ImportError> {
    let mut weights = Vec::new();
    if let Some(config) = action.object("ForwardConfig")? {
        for row in config.list("TargetGroups")? {
            let Some(group) = row.text("TargetGroupArn")?.and_then(|arn| groups.get(arn)) else { continue };
            does.target_groups.push(group.clone());
            weights.push(row.number("Weight")?.unwrap_or(1).to_string());
        }
    }
    if does.target_groups.is_empty() {
        does.target_groups.extend(action.text("TargetGroupArn")?.and_then(|arn| groups.get(arn)).cloned());
    }
    if weights.len() > 1 {
        does.weights = weights.join(", ");
    }
    Ok(())
}
