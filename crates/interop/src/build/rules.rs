//! Security groups and network ACLs.

use hopscope_aws::components::{network_acl, security_group};
use hopscope_aws::{Config, Id, Node};

use super::Build;
use crate::error::ImportError;
use crate::get::Obj;
use crate::keys::Kind;

/// Number of the implied last rule of an ACL, for IPv4; the next one is for IPv6.
const IMPLIED: i64 = 32_767;

impl<'a> Build<'a> {
    /// Security groups, network ACLs, and which subnet uses which ACL.
    pub(super) fn rules(&mut self) -> Result<(), ImportError> {
        let items = self.items;
        for item in items.of(Kind::NetworkAcl) {
            self.network_acl(&items.object(item))?;
        }
        for item in items.of(Kind::SecurityGroup) {
            let obj = items.object(item);
            if obj.text("VpcId")?.is_some() {
                self.security_group(&obj)?;
            } else {
                self.inert(item, "Security group of EC2-Classic", &["GroupId"], None)?;
            }
        }
        Ok(())
    }

    fn security_group(&mut self, obj: &Obj<'a>) -> Result<(), ImportError> {
        let id = obj.id("GroupId")?;
        let mut config = security_group::Config {
            inbound: self.permissions(obj, id, "IpPermissions")?,
            ..Default::default()
        };
        if obj.map.contains_key("IpPermissionsEgress") {
            config.outbound = self.permissions(obj, id, "IpPermissionsEgress")?;
        } else {
            self.join("Security groups without outbound rules in the dump; all outbound traffic is taken as allowed", id);
        }
        let tag = self.name(obj, id)?;
        let name = if tag.is_empty() { obj.text("GroupName")?.unwrap_or_default().to_owned() } else { tag };
        let parent = Some(Id::from(obj.id("VpcId")?));
        self.put(Node { id: Id::from(id), name, parent, config: Config::SecurityGroup(config) }, obj.file);
        Ok(())
    }

    /// One row for each peer of each permission.
    fn permissions(
        &mut self,
        obj: &Obj<'a>,
        id: &str,
        key: &str,
    ) -> Result<Vec<security_group::Rule>, ImportError> {
        let mut rows = Vec::new();
        for permission in obj.list(key)? {
            let protocol = protocol(permission.text("IpProtocol")?.unwrap_or("-1"));
            let ports = ports(&protocol, permission.number("FromPort")?, permission.number("ToPort")?);
            let before = rows.len();
            for (list, members) in [
                ("IpRanges", &["CidrIp"][..]),
                ("Ipv6Ranges", &["CidrIpv6"]),
                ("PrefixListIds", &["PrefixListId"]),
                ("UserIdGroupPairs", &["GroupId", "GroupName"]),
            ] {
                for range in permission.list(list)? {
                    let mut peer = None;
                    for member in members {
                        peer = peer.or(range.text(member)?);
                    }
                    let Some(peer) = peer else {
                        return Err(
                            range.wrong("", format!("it has no {}", members.first().unwrap_or(&"peer")))
                        );
                    };
                    rows.push(security_group::Rule {
                        protocol: protocol.clone(),
                        ports: ports.clone(),
                        peer: peer.to_owned(),
                        description: range.text("Description")?.unwrap_or_default().to_owned(),
                    });
                }
            }
            if rows.len() == before {
                self.join(
                    "Security group permissions that name no peer and so allow nothing",
                    format!("{id} {protocol} {ports}"),
                );
            }
        }
        Ok(rows)
    }

    fn network_acl(&mut self, obj: &Obj<'a>) -> Result<(), ImportError> {
        let id = obj.id("NetworkAclId")?;
        let vpc = obj.id("VpcId")?;
        let mut config =
            network_acl::Config { default: obj.flag("IsDefault")?.unwrap_or_default(), ..Default::default() };
        for entry in obj.list("Entries")? {
            let number =
                entry.number("RuleNumber")?.ok_or_else(|| entry.wrong("", "it has no RuleNumber"))?;
            let action = entry.text("RuleAction")?.ok_or_else(|| entry.wrong("", "it has no RuleAction"))?;
            if number >= IMPLIED && action == "deny" {
                continue;
            }
            let number = u32::try_from(number)
                .map_err(|_| entry.wrong("RuleNumber", "a rule number is 1 to 32766"))?;
            let protocol = protocol(entry.text("Protocol")?.unwrap_or("-1"));
            let (first, last) = match (entry.object("IcmpTypeCode")?, entry.object("PortRange")?) {
                (Some(icmp), _) if protocol.starts_with("icmp") => {
                    (icmp.number("Type")?, icmp.number("Code")?)
                }
                (_, Some(range)) => (range.number("From")?, range.number("To")?),
                _ => (None, None),
            };
            let cidr = match entry.text("CidrBlock")? {
                Some(cidr) => Some(cidr),
                None => entry.text("Ipv6CidrBlock")?,
            };
            let row = network_acl::Rule {
                number,
                action: action.to_owned(),
                ports: ports(&protocol, first, last),
                protocol,
                cidr: cidr.unwrap_or_default().to_owned(),
            };
            if entry.flag("Egress")?.ok_or_else(|| entry.wrong("", "it has no Egress"))? {
                config.outbound.push(row);
            } else {
                config.inbound.push(row);
            }
        }
        for rules in [&mut config.inbound, &mut config.outbound] {
            rules.sort_by_key(|rule| rule.number);
        }
        let mut subnets = Vec::new();
        for association in obj.list("Associations")? {
            subnets.extend(association.text("SubnetId")?);
        }
        let name = self.name(obj, id)?;
        let node =
            Node { id: Id::from(id), name, parent: Some(Id::from(vpc)), config: Config::NetworkAcl(config) };
        if self.put(node, obj.file) {
            for subnet in subnets {
                self.set_on_subnet(subnet, |config| config.network_acl = Some(Id::from(id)));
            }
        }
        Ok(())
    }
}

/// The protocol cell for a protocol of the API.
fn protocol(text: &str) -> String {
    match text {
        "-1" | "all" => "all",
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    }
    .to_owned()
}

/// The ports cell: ports of TCP and UDP, type and code of ICMP.
fn ports(protocol: &str, first: Option<i64>, last: Option<i64>) -> String {
    match (protocol, first, last) {
        ("icmp" | "icmpv6", Some(kind), Some(code)) if kind >= 0 && code >= 0 => format!("{kind}/{code}"),
        ("icmp" | "icmpv6", Some(kind), _) if kind >= 0 => kind.to_string(),
        ("tcp" | "udp", Some(0), Some(65_535)) => "all".to_owned(),
        ("tcp" | "udp", Some(first), Some(last)) if first >= 0 && first == last => first.to_string(),
        ("tcp" | "udp", Some(first), Some(last)) if first >= 0 => format!("{first}-{last}"),
        _ => "all".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        assert_eq!(ports("tcp", Some(22), Some(22)), "22");
        assert_eq!(ports("udp", Some(1024), Some(65_535)), "1024-65535");
        assert_eq!(ports("tcp", Some(0), Some(65_535)), "all");
        assert_eq!(ports("icmp", Some(-1), Some(-1)), "all");
        assert_eq!(ports("icmp", Some(8), Some(-1)), "8");
        assert_eq!(ports("icmpv6", Some(128), Some(0)), "128/0");
        assert_eq!(ports("47", Some(-1), Some(-1)), "all");
        assert_eq!(protocol("6"), "tcp");
        assert_eq!(protocol("50"), "50");
    }
}
