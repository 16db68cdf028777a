//! Which top-level key of the AWS CLI means what.

use serde_json::{Map, Value};

/// A kind of resource that the document models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `Vpcs`.
    Vpc,
    /// `Subnets`.
    Subnet,
    /// `RouteTables`.
    RouteTable,
    /// `NetworkAcls`.
    NetworkAcl,
    /// `SecurityGroups`.
    SecurityGroup,
    /// `NetworkInterfaces`.
    NetworkInterface,
    /// `Instances`, also inside `Reservations`.
    Instance,
    /// `InternetGateways`.
    InternetGateway,
    /// `EgressOnlyInternetGateways`.
    EgressOnlyInternetGateway,
    /// `NatGateways`.
    NatGateway,
    /// `Addresses`.
    Address,
    /// `PrefixLists`.
    PrefixList,
    /// `Entries` of one prefix list.
    PrefixListEntry,
    /// `AvailabilityZones`.
    Zone,
    /// `Tags`.
    Tag,
}

/// What to do with the entries of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Becomes a component.
    Model(Kind),
    /// Its entries hold instances.
    Reservations,
    /// Becomes an inert box: what it is, and the members that may hold its id.
    Inert(&'static str, &'static [&'static str]),
    /// Lists what exists or is set elsewhere; counted in a note.
    Catalogue(&'static str),
}

use Sort::{Catalogue, Inert, Model, Reservations};

/// Plural key, singular key (of `create-…` and `get-…`), sort.
const KEYS: &[(&str, &str, Sort)] = &[
    ("Vpcs", "Vpc", Model(Kind::Vpc)),
    ("Subnets", "Subnet", Model(Kind::Subnet)),
    ("RouteTables", "RouteTable", Model(Kind::RouteTable)),
    ("NetworkAcls", "NetworkAcl", Model(Kind::NetworkAcl)),
    ("SecurityGroups", "SecurityGroup", Model(Kind::SecurityGroup)),
    ("NetworkInterfaces", "NetworkInterface", Model(Kind::NetworkInterface)),
    ("Instances", "Instance", Model(Kind::Instance)),
    ("Reservations", "Reservation", Reservations),
    ("InternetGateways", "InternetGateway", Model(Kind::InternetGateway)),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGateway", Model(Kind::EgressOnlyInternetGateway)),
    ("NatGateways", "NatGateway", Model(Kind::NatGateway)),
    ("Addresses", "Address", Model(Kind::Address)),
    ("PrefixLists", "PrefixList", Model(Kind::PrefixList)),
    ("Entries", "", Model(Kind::PrefixListEntry)),
    ("AvailabilityZones", "", Model(Kind::Zone)),
    ("Tags", "", Model(Kind::Tag)),
    ("TransitGateways", "TransitGateway", Inert("Transit gateway", &["TransitGatewayId"])),
    ("TransitGatewayAttachments", "", Inert("Transit gateway attachment", &["TransitGatewayAttachmentId"])),
    (
        "TransitGatewayVpcAttachments",
        "TransitGatewayVpcAttachment",
        Inert("Transit gateway attachment", &["TransitGatewayAttachmentId"]),
    ),
    (
        "TransitGatewayPeeringAttachments",
        "TransitGatewayPeeringAttachment",
        Inert("Transit gateway attachment", &["TransitGatewayAttachmentId"]),
    ),
    (
        "TransitGatewayRouteTables",
        "TransitGatewayRouteTable",
        Inert("Transit gateway route table", &["TransitGatewayRouteTableId"]),
    ),
    ("TransitGatewayPropagations", "", Inert("Transit gateway route table", &["TransitGatewayRouteTableId"])),
    ("TransitGatewayStaticRoutes", "", Inert("Transit gateway route table", &["TransitGatewayRouteTableId"])),
    ("TransitGatewayConnects", "", Inert("Transit gateway attachment", &["TransitGatewayAttachmentId"])),
    ("VpnConnections", "VpnConnection", Inert("VPN connection", &["VpnConnectionId"])),
    ("VpnGateways", "VpnGateway", Inert("Virtual private gateway", &["VpnGatewayId"])),
    ("CustomerGateways", "CustomerGateway", Inert("Customer gateway", &["CustomerGatewayId"])),
    ("ClientVpnEndpoints", "", Inert("Client VPN endpoint", &["ClientVpnEndpointId"])),
    (
        "VpcPeeringConnections",
        "VpcPeeringConnection",
        Inert("VPC peering connection", &["VpcPeeringConnectionId"]),
    ),
    ("VpcEndpoints", "VpcEndpoint", Inert("VPC endpoint", &["VpcEndpointId"])),
    ("CarrierGateways", "CarrierGateway", Inert("Carrier gateway", &["CarrierGatewayId"])),
    ("LocalGateways", "", Inert("Local gateway", &["LocalGatewayId"])),
    ("InstanceConnectEndpoints", "", Inert("EC2 Instance Connect endpoint", &["InstanceConnectEndpointId"])),
    ("DBInstances", "DBInstance", Inert("RDS DB instance", &["DBInstanceIdentifier"])),
    ("DBClusters", "DBCluster", Inert("RDS DB cluster", &["DBClusterIdentifier"])),
    ("DomainStatusList", "DomainStatus", Inert("Elasticsearch domain", &["DomainName", "DomainId"])),
    ("LoadBalancers", "", Inert("Load balancer", &["LoadBalancerName", "LoadBalancerArn"])),
    ("LoadBalancerDescriptions", "", Inert("Classic Load Balancer", &["LoadBalancerName"])),
    ("TargetGroups", "", Inert("Target group", &["TargetGroupName", "TargetGroupArn"])),
    ("CacheClusters", "", Inert("ElastiCache cluster", &["CacheClusterId"])),
    ("FileSystems", "", Inert("EFS file system", &["FileSystemId"])),
    ("MountTargets", "", Inert("EFS mount target", &["MountTargetId"])),
    ("Functions", "", Inert("Lambda function", &["FunctionName"])),
    ("Firewalls", "", Inert("Network Firewall", &["FirewallName", "FirewallArn"])),
    ("CoreNetworks", "", Inert("Cloud WAN core network", &["CoreNetworkId"])),
    ("ResolverEndpoints", "", Inert("Route 53 Resolver endpoint", &["Id"])),
    ("connections", "", Inert("Direct Connect connection", &["connectionId"])),
    ("virtualInterfaces", "", Inert("Direct Connect virtual interface", &["virtualInterfaceId"])),
    ("directConnectGateways", "", Inert("Direct Connect gateway", &["directConnectGatewayId"])),
    ("ServiceNames", "", Catalogue("names of VPC endpoint services")),
    ("ServiceDetails", "", Catalogue("VPC endpoint services that could be used")),
    ("DhcpOptions", "", Catalogue("DHCP option sets")),
    ("PlacementGroups", "", Catalogue("placement groups")),
    ("Hosts", "", Catalogue("dedicated hosts")),
    ("InstanceStatuses", "", Catalogue("instance statuses")),
    ("MovingAddressStatuses", "", Catalogue("addresses on the move from EC2-Classic")),
    ("SecurityGroupRules", "", Catalogue("security group rules; they are read from SecurityGroups")),
    ("Regions", "", Catalogue("Regions that could be used")),
    ("KeyPairs", "", Catalogue("key pairs")),
    ("Images", "", Catalogue("machine images")),
    ("Volumes", "", Catalogue("volumes")),
    ("Snapshots", "", Catalogue("snapshots")),
    ("InstanceTypes", "", Catalogue("instance types")),
    ("DBSubnetGroups", "", Catalogue("RDS subnet groups")),
    ("FlowLogs", "", Catalogue("flow logs")),
    ("AccountAttributes", "", Catalogue("account attributes")),
    ("Routes", "", Catalogue("routes of a transit gateway route table")),
];

/// What a plural key means.
pub fn plural(key: &str) -> Option<Sort> {
    KEYS.iter().find(|(name, ..)| *name == key).map(|(.., sort)| *sort)
}

/// What a singular key means.
pub fn singular(key: &str) -> Option<Sort> {
    KEYS.iter().find(|(_, name, _)| *name == key && !name.is_empty()).map(|(.., sort)| *sort)
}

/// What a bare object is (`--query 'Vpcs'` leaves no key), by members that only it has.
pub fn sniff(map: &Map<String, Value>) -> Option<Sort> {
    let has = |keys: &[&str]| keys.iter().all(|key| map.contains_key(*key));
    let sort = if has(&["InstanceId", "InstanceType"]) {
        Model(Kind::Instance)
    } else if has(&["ReservationId", "Instances"]) {
        Reservations
    } else if has(&["NetworkInterfaceId", "SubnetId", "PrivateIpAddress"]) {
        Model(Kind::NetworkInterface)
    } else if has(&["RouteTableId", "Routes"]) {
        Model(Kind::RouteTable)
    } else if has(&["NetworkAclId", "Entries"]) {
        Model(Kind::NetworkAcl)
    } else if has(&["GroupId", "IpPermissions"]) {
        Model(Kind::SecurityGroup)
    } else if has(&["NatGatewayId", "NatGatewayAddresses"]) {
        Model(Kind::NatGateway)
    } else if has(&["InternetGatewayId", "Attachments"]) {
        Model(Kind::InternetGateway)
    } else if has(&["EgressOnlyInternetGatewayId", "Attachments"]) {
        Model(Kind::EgressOnlyInternetGateway)
    } else if has(&["PublicIp", "Domain"]) {
        Model(Kind::Address)
    } else if has(&["PrefixListId", "PrefixListName"]) || has(&["PrefixListId", "Entries"]) {
        Model(Kind::PrefixList)
    } else if has(&["SubnetId", "CidrBlock"]) || has(&["SubnetId", "Ipv6Native"]) {
        Model(Kind::Subnet)
    } else if has(&["VpcId", "CidrBlock"]) {
        Model(Kind::Vpc)
    } else {
        return None;
    };
    Some(sort)
}

/// Words for a key that is not listed: `DBProxies` → `DB proxy`, `FlowLogs` → `Flow log`.
pub fn words(key: &str) -> String {
    let single = match key {
        k if k.ends_with("ies") => format!("{}y", k.trim_end_matches("ies")),
        k if k.ends_with("sses") => k.trim_end_matches("es").to_owned(),
        k if k.ends_with("ss") || k.ends_with("List") => k.trim_end_matches("List").to_owned(),
        k => k.strip_suffix('s').unwrap_or(k).to_owned(),
    };
    let chars: Vec<char> = single.chars().take(80).collect();
    let mut out = String::new();
    for (n, c) in chars.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|m| chars.get(m));
        let after = chars.get(n + 1);
        let starts = c.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase() || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if starts {
            out.push(' ');
        }
        let acronym = before.is_some_and(|b| b.is_uppercase()) || after.is_some_and(|a| a.is_uppercase());
        let word = !acronym || (starts && after.is_some_and(|a| a.is_lowercase()));
        if n > 0 && c.is_uppercase() && word {
            out.extend(c.to_lowercase());
        } else {
            out.push(*c);
        }
    }
    if out.is_empty() { key.chars().take(80).collect() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_become_words() {
        assert_eq!(words("DBProxies"), "DB proxy");
        assert_eq!(words("FlowLogs"), "Flow log");
        assert_eq!(words("CacheSubnetGroups"), "Cache subnet group");
        assert_eq!(words("Addresses"), "Address");
        assert_eq!(words("ClusterList"), "Cluster");
        assert_eq!(words("s"), "s");
    }
}
