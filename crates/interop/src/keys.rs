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
    /// `VpcPeeringConnections`.
    Peering,
    /// `TransitGateways`.
    TransitGateway,
    /// `TransitGatewayAttachments`, of every type.
    Attachment,
    /// `TransitGatewayVpcAttachments`.
    VpcAttachment,
    /// `TransitGatewayConnects`.
    Connect,
    /// `TransitGatewayConnectPeers`.
    ConnectPeer,
    /// `TransitGatewayRouteTables`.
    TransitTable,
    /// `TransitGatewayPropagations`: tables with what propagates into them.
    TransitPropagations,
    /// `TransitGatewayRouteTablePropagations` of one table.
    TransitPropagation,
    /// `Associations` of one transit gateway route table.
    TransitAssociation,
    /// `TransitGatewayStaticRoutes`: tables with their searched routes.
    TransitRoutes,
    /// `Routes` of one transit gateway route table or Client VPN endpoint.
    Route,
    /// `VpnConnections`.
    Vpn,
    /// `VpnGateways`.
    VpnGateway,
    /// `CustomerGateways`.
    CustomerGateway,
    /// `VpcEndpoints`.
    Endpoint,
    /// `ServiceConfigurations` of endpoint services.
    EndpointService,
    /// `LoadBalancers` of the Elastic Load Balancing API.
    LoadBalancer,
    /// `TargetGroups`.
    TargetGroup,
    /// `TargetHealthDescriptions` of one target group; the output itself does not name it.
    TargetHealth,
    /// `Listeners`.
    Listener,
    /// `Rules` of a listener.
    ListenerRule,
    /// `ClientVpnEndpoints`.
    ClientVpn,
    /// `ClientVpnTargetNetworks`.
    ClientVpnTarget,
    /// `AuthorizationRules` of Client VPN endpoints.
    ClientVpnRule,
    /// `connections` of Direct Connect.
    DxConnection,
    /// `lags` of Direct Connect.
    DxLag,
    /// `virtualInterfaces`.
    DxInterface,
    /// `directConnectGateways`.
    DxGateway,
    /// `directConnectGatewayAssociations`.
    DxAssociation,
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
    ("VpcPeeringConnections", "VpcPeeringConnection", Model(Kind::Peering)),
    ("TransitGateways", "TransitGateway", Model(Kind::TransitGateway)),
    ("TransitGatewayAttachments", "", Model(Kind::Attachment)),
    ("TransitGatewayVpcAttachments", "TransitGatewayVpcAttachment", Model(Kind::VpcAttachment)),
    ("TransitGatewayPeeringAttachments", "TransitGatewayPeeringAttachment", Model(Kind::Attachment)),
    ("TransitGatewayConnects", "TransitGatewayConnect", Model(Kind::Connect)),
    ("TransitGatewayConnectPeers", "TransitGatewayConnectPeer", Model(Kind::ConnectPeer)),
    ("TransitGatewayRouteTables", "TransitGatewayRouteTable", Model(Kind::TransitTable)),
    ("TransitGatewayPropagations", "", Model(Kind::TransitPropagations)),
    ("TransitGatewayRouteTablePropagations", "", Model(Kind::TransitPropagation)),
    ("TransitGatewayStaticRoutes", "", Model(Kind::TransitRoutes)),
    ("Associations", "", Model(Kind::TransitAssociation)),
    ("Routes", "", Model(Kind::Route)),
    ("VpnConnections", "VpnConnection", Model(Kind::Vpn)),
    ("VpnGateways", "VpnGateway", Model(Kind::VpnGateway)),
    ("CustomerGateways", "CustomerGateway", Model(Kind::CustomerGateway)),
    ("VpcEndpoints", "VpcEndpoint", Model(Kind::Endpoint)),
    ("ServiceConfigurations", "ServiceConfiguration", Model(Kind::EndpointService)),
    ("LoadBalancers", "", Model(Kind::LoadBalancer)),
    ("TargetGroups", "", Model(Kind::TargetGroup)),
    ("TargetHealthDescriptions", "", Model(Kind::TargetHealth)),
    ("Listeners", "", Model(Kind::Listener)),
    ("Rules", "", Model(Kind::ListenerRule)),
    ("ClientVpnEndpoints", "", Model(Kind::ClientVpn)),
    ("ClientVpnTargetNetworks", "", Model(Kind::ClientVpnTarget)),
    ("AuthorizationRules", "", Model(Kind::ClientVpnRule)),
    ("connections", "", Model(Kind::DxConnection)),
    ("lags", "", Model(Kind::DxLag)),
    ("virtualInterfaces", "", Model(Kind::DxInterface)),
    ("directConnectGateways", "directConnectGateway", Model(Kind::DxGateway)),
    ("directConnectGatewayAssociations", "directConnectGatewayAssociation", Model(Kind::DxAssociation)),
    ("CarrierGateways", "CarrierGateway", Inert("Carrier gateway", &["CarrierGatewayId"])),
    ("LocalGateways", "", Inert("Local gateway", &["LocalGatewayId"])),
    ("InstanceConnectEndpoints", "", Inert("EC2 Instance Connect endpoint", &["InstanceConnectEndpointId"])),
    ("DBInstances", "DBInstance", Inert("RDS DB instance", &["DBInstanceIdentifier"])),
    ("DBClusters", "DBCluster", Inert("RDS DB cluster", &["DBClusterIdentifier"])),
    ("DomainStatusList", "DomainStatus", Inert("Elasticsearch domain", &["DomainName", "DomainId"])),
    ("LoadBalancerDescriptions", "", Inert("Classic Load Balancer", &["LoadBalancerName"])),
    ("CacheClusters", "", Inert("ElastiCache cluster", &["CacheClusterId"])),
    ("FileSystems", "", Inert("EFS file system", &["FileSystemId"])),
    ("MountTargets", "", Inert("EFS mount target", &["MountTargetId"])),
    ("Functions", "", Inert("Lambda function", &["FunctionName"])),
    ("Firewalls", "", Inert("Network Firewall", &["FirewallName", "FirewallArn"])),
    ("CoreNetworks", "", Inert("Cloud WAN core network", &["CoreNetworkId"])),
    ("ResolverEndpoints", "", Inert("Route 53 Resolver endpoint", &["Id"])),
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
    } else if has(&["VpcPeeringConnectionId", "RequesterVpcInfo"]) {
        Model(Kind::Peering)
    } else if has(&["VpnConnectionId", "CustomerGatewayId"]) {
        Model(Kind::Vpn)
    } else if has(&["VpnGatewayId", "VpcAttachments"]) {
        Model(Kind::VpnGateway)
    } else if has(&["CustomerGatewayId", "BgpAsn"]) {
        Model(Kind::CustomerGateway)
    } else if has(&["VpcEndpointId", "ServiceName"]) {
        Model(Kind::Endpoint)
    } else if has(&["TransitGatewayAttachmentId", "SubnetIds"]) {
        Model(Kind::VpcAttachment)
    } else if has(&["TransitGatewayAttachmentId", "ResourceType", "TransitGatewayId"]) {
        Model(Kind::Attachment)
    } else if has(&["TransitGatewayRouteTableId", "TransitGatewayRouteTablePropagations"]) {
        Model(Kind::TransitPropagations)
    } else if has(&["TransitGatewayRouteTableId", "Routes"]) {
        Model(Kind::TransitRoutes)
    } else if has(&["TransitGatewayRouteTableId", "DefaultAssociationRouteTable"]) {
        Model(Kind::TransitTable)
    } else if has(&["TransitGatewayArn", "Options"]) {
        Model(Kind::TransitGateway)
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
