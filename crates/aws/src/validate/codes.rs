//! The reasons drawing can raise, each declared once. `V_*` AWS would refuse, `I_*` is legal but
//! worth telling (`docs/rules.md` sections 29.5 and 29.6).

use hopscope_forward::{ReasonSpec, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $severity:ident $code:literal $rules:expr, $docs:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: ReasonSpec = ReasonSpec {
                code: $code,
                aws_code: None,
                severity: Severity::$severity,
                rules: $rules,
                docs: concat!("https://docs.aws.amazon.com/", $docs),
            };
        )*

        /// Every reason validation can raise.
        pub static REASONS: &[&ReasonSpec] = &[$(&$name),*];
    };
}

codes! {
    /// A block has a size AWS does not offer.
    CIDR_SIZE Error "V_CIDR_SIZE" &["ADDR-01", "ADDR-10", "ADDR-15", "ADDR-16"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// A block lies in a range that no VPC may use.
    CIDR_FORBIDDEN Error "V_CIDR_FORBIDDEN" &["ADDR-04", "VPN-19"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// A secondary block is of a family that the VPC's other blocks exclude.
    CIDR_FAMILY Error "V_CIDR_FAMILY" &["ADDR-05"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// A secondary block equals or covers the destination of a route.
    CIDR_ROUTE_CONFLICT Error "V_CIDR_ROUTE_CONFLICT" &["ADDR-06"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// A block overlaps another, or lies outside its VPC.
    CIDR_OVERLAP Error "V_CIDR_OVERLAP" &["ADDR-06", "ADDR-10"], "vpc/latest/userguide/subnet-sizing.html";
    /// An address AWS keeps for itself.
    IP_RESERVED Error "V_IP_RESERVED" &["ADDR-11", "ADDR-18"], "vpc/latest/userguide/subnet-sizing.html";
    /// An address outside its subnet's blocks.
    IP_OUTSIDE_SUBNET Error "V_IP_OUTSIDE_SUBNET" &["ADDR-22"], "vpc/latest/userguide/vpc-ip-addressing.html";
    /// An address that something else in the VPC has.
    IP_DUPLICATE Error "V_IP_DUPLICATE" &["ADDR-22", "ADDR-24"], "vpc/latest/userguide/vpc-ip-addressing.html";
    /// An interface in another zone than its instance.
    ENI_ZONE Error "V_ENI_ZONE" &["ADDR-22"], "AWSEC2/latest/UserGuide/using-eni.html";
    /// More interfaces than the instance type takes.
    ENI_LIMIT Error "V_ENI_LIMIT" &["ADDR-28"], "AWSEC2/latest/UserGuide/AvailableIpPerENI.html";
    /// A second internet gateway on a VPC.
    IGW_LIMIT Error "V_IGW_LIMIT" &["IGW-01"], "vpc/latest/userguide/amazon-vpc-limits.html";
    /// A default quota is exceeded.
    QUOTA Error "V_QUOTA" &["ADDR-02", "ADDR-28", "PL-01", "PL-02", "RT-05", "SG-07", "NACL-13", "EIGW-05", "NAT-17", "GWE-14", "VPN-16"], "vpc/latest/userguide/amazon-vpc-limits.html";
    /// A public NAT gateway in a VPC without an internet gateway.
    NAT_NEEDS_IGW Error "V_NAT_NEEDS_IGW" &["NAT-18"], "vpc/latest/userguide/nat-gateway-troubleshooting.html";
    /// A change to a prefix list that AWS manages.
    PREFIX_LIST_MANAGED Error "V_PREFIX_LIST_MANAGED" &["PL-02"], "vpc/latest/userguide/working-with-aws-managed-prefix-lists.html";
    /// A prefix list where none may stand, or entries of both families.
    PREFIX_LIST_NOT_SUPPORTED Error "V_PREFIX_LIST_NOT_SUPPORTED" &["PL-01", "PL-03"], "vpc/latest/userguide/managed-prefix-lists.html";
    /// Two static routes with one destination.
    ROUTE_DUPLICATE Error "V_ROUTE_DUPLICATE" &["RT-17"], "vpc/latest/userguide/route-tables-priority.html";
    /// A target that does not take the destination's address family.
    ROUTE_FAMILY Error "V_ROUTE_FAMILY" &["RT-19", "EIGW-01", "NAT-15"], "vpc/latest/userguide/route-table-options.html";
    /// A destination narrower than local that is not a whole subnet block.
    ROUTE_NOT_SUBNET_CIDR Error "V_ROUTE_NOT_SUBNET_CIDR" &["RT-08", "RT-25"], "vpc/latest/userguide/subnet-route-tables.html";
    /// A destination that no route may have.
    ROUTE_RESERVED Error "V_ROUTE_RESERVED" &["RT-18"], "vpc/latest/userguide/subnet-route-tables.html";
    /// A target that the table or the destination does not allow.
    ROUTE_TARGET Error "V_ROUTE_TARGET" &["RT-07", "RT-08", "RT-19", "RT-25"], "vpc/latest/userguide/route-table-options.html";
    /// A VPC with two main tables, or an edge-associated main table.
    RT_MAIN Error "V_RT_MAIN" &["RT-01", "RT-03", "RT-25"], "vpc/latest/userguide/subnet-route-tables.html";
    /// A security group on something that has none.
    SG_NOT_SUPPORTED Error "V_SG_NOT_SUPPORTED" &["PIPE-08", "NAT-09", "EIGW-07"], "vpc/latest/userguide/nat-gateway-basics.html";
    /// A security group named where it cannot be seen from.
    SG_REF_SCOPE Error "V_SG_REF_SCOPE" &["SG-18", "NACL-10"], "vpc/latest/userguide/security-group-rules.html";
    /// A rule number outside 1 to 32766, or used twice.
    ACL_RULE_NUMBER Error "V_ACL_RULE_NUMBER" &["NACL-02"], "vpc/latest/userguide/nacl-rules.html";
    /// A cell that cannot be read.
    UNREADABLE Error "V_UNREADABLE" &[], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// A reference to nothing, or to the wrong kind of thing.
    REFERENCE Error "V_REFERENCE" &[], "vpc/latest/userguide/how-it-works.html";
    /// A component that stands where AWS has no place for it.
    PLACEMENT Error "V_PLACEMENT" &[], "vpc/latest/userguide/how-it-works.html";
    /// Host bits were cleared.
    CIDR_NORMALISED Warning "I_CIDR_NORMALISED" &["ADDR-03", "ADDR-17"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// Two VPCs use overlapping blocks.
    OVERLAP Warning "I_OVERLAP" &["ADDR-09"], "vpc/latest/userguide/vpc-cidr-blocks.html";
    /// Propagated routes beyond the hundredth are not installed.
    PROPAGATION_LIMIT Warning "I_PROPAGATION_LIMIT" &["RT-05"], "vpc/latest/userguide/amazon-vpc-limits.html";
    /// A middlebox in the subnet it serves.
    MIDDLEBOX_SAME_SUBNET Warning "I_MIDDLEBOX_SAME_SUBNET" &["RT-29"], "vpc/latest/userguide/route-table-options.html";
    /// A subnet that is private for IPv4 and reachable by IPv6.
    IPV6_REACHABLE Warning "I_IPV6_REACHABLE" &["EIGW-03", "IGW-05"], "vpc/latest/userguide/egress-only-internet-gateway.html";
    /// Subnets of other zones depend on one zone's NAT gateway.
    NAT_SINGLE_ZONE Warning "I_NAT_SINGLE_ZONE" &["NAT-13"], "vpc/latest/userguide/nat-gateway-basics.html";
    /// A rule names a security group that is not there any more.
    SG_RULE_STALE Warning "I_SG_RULE_STALE" &["SG-22"], "vpc/latest/peering/vpc-peering-security-groups.html";
    /// A route's target is gone, detached or stopped.
    ROUTE_BLACKHOLE Warning "I_ROUTE_BLACKHOLE" &["RT-16", "IGW-11", "NAT-21"], "vpc/latest/userguide/route-tables-priority.html";
    /// A public NAT gateway whose subnet has no route to an internet gateway.
    NAT_NO_INTERNET_ROUTE Warning "I_NAT_NO_INTERNET_ROUTE" &["NAT-01"], "vpc/latest/userguide/nat-gateway-troubleshooting.html";
    /// A public NAT gateway without an Elastic IP address.
    NAT_NO_EIP Warning "I_NAT_NO_EIP" &["NAT-01", "NAT-18"], "vpc/latest/userguide/nat-gateway-troubleshooting.html";
    /// A public address in a subnet without a route to an internet gateway.
    PUBLIC_NO_INTERNET_ROUTE Warning "I_PUBLIC_NO_INTERNET_ROUTE" &["IGW-09"], "vpc/latest/userguide/VPC_Internet_Gateway.html";
    /// An ACL that lets requests through one way but no replies the other.
    ACL_NO_EPHEMERAL Warning "I_ACL_NO_EPHEMERAL" &["NACL-04", "NACL-05"], "vpc/latest/userguide/custom-network-acl.html";
    /// A rule that no packet can reach.
    RULE_SHADOWED Warning "I_RULE_SHADOWED" &["NACL-02", "SG-03"], "vpc/latest/userguide/nacl-rules.html";
    /// An IPv6 route in a VPC or subnet without an IPv6 block.
    IPV6_ROUTE_WITHOUT_BLOCK Warning "I_IPV6_ROUTE_WITHOUT_BLOCK" &["ADDR-20"], "vpc/latest/userguide/vpc-ip-addressing.html";
    /// An interface without a security group.
    NO_SECURITY_GROUP Warning "I_NO_SECURITY_GROUP" &["SG-02"], "vpc/latest/userguide/default-security-group.html";
    // endpoints
    /// A gateway endpoint to something that has none.
    GWE_SERVICE Error "V_GWE_SERVICE" &["GWE-01", "GWE-06", "GWE-13"], "vpc/latest/privatelink/gateway-endpoints.html";
    /// A second gateway endpoint to one service in a table.
    GWE_DUPLICATE Error "V_GWE_DUPLICATE" &["GWE-03"], "vpc/latest/privatelink/gateway-endpoints.html";
    /// A hand-written route to a gateway endpoint, which writes its own.
    ROUTE_MANAGED Error "V_ROUTE_MANAGED" &["GWE-02", "RT-19"], "vpc/latest/privatelink/gateway-endpoints.html";
    /// Two subnets of one zone at an interface endpoint.
    IFE_ZONE Error "V_IFE_ZONE" &["IFE-01"], "vpc/latest/privatelink/create-interface-endpoint.html";
    /// A service that an interface endpoint here cannot lead to.
    IFE_SERVICE Error "V_IFE_SERVICE" &["IFE-12", "IFE-15"], "vpc/latest/privatelink/privatelink-share-your-services.html";
    /// Private DNS for on-premises only, without the gateway endpoint that it needs.
    S3_PRIVATE_DNS Error "V_S3_PRIVATE_DNS" &["IFE-11"], "AmazonS3/latest/userguide/privatelink-interface-endpoints.html";
    /// An interface endpoint in one zone of several.
    IFE_SINGLE_ZONE Warning "I_IFE_SINGLE_ZONE" &["IFE-01", "IFE-17"], "vpc/latest/privatelink/create-interface-endpoint.html";
    // names
    /// A CNAME at the apex of a zone, or beside other records.
    CNAME_APEX Error "V_CNAME_APEX" &["R53-02"], "Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html";
    /// An alias that leads where none can.
    ALIAS_TARGET Error "V_ALIAS_TARGET" &["R53-03", "R53-04"], "Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html";
    /// Records of one name and type with different routing policies.
    POLICY_MIX Error "V_POLICY_MIX" &["R53-07"], "Route53/latest/DeveloperGuide/dns-failover-simple-configs.html";
    /// A routing policy that private hosted zones do not take.
    POLICY_PRIVATE_ZONE Error "V_POLICY_PRIVATE_ZONE" &["R53-19"], "Route53/latest/DeveloperGuide/routing-policy.html";
    /// A health check of an address that no checker can reach.
    HC_PRIVATE Error "V_HC_PRIVATE" &["R53-22"], "Route53/latest/DeveloperGuide/dns-failover-private-hosted-zones.html";
    /// DNSSEC signing of a private hosted zone.
    DNSSEC_PRIVATE_ZONE Error "V_DNSSEC_PRIVATE_ZONE" &["DSEC-07"], "Route53/latest/DeveloperGuide/dns-configuring-dnssec.html";
    /// Fewer interfaces than a Resolver endpoint needs, or more than it takes.
    RESOLVER_ENI Error "V_RESOLVER_ENI" &["DNS-13"], "Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries-values.html";
    /// A Resolver endpoint in one zone.
    RESOLVER_SINGLE_ZONE Warning "I_RESOLVER_SINGLE_ZONE" &["DNS-13"], "Route53/latest/DeveloperGuide/resolver-forwarding-inbound-queries-values.html";
    /// A registered domain whose name servers are not those of its hosted zone.
    DNS_DELEGATION Warning "I_DNS_DELEGATION" &["DNS-20"], "Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html";
    /// A signed zone for which the parent has no DS record.
    DNSSEC_NO_DS Warning "I_DNSSEC_NO_DS" &["DSEC-06"], "Route53/latest/DeveloperGuide/dns-configuring-dnssec-enable-signing.html";
    /// DNS64 in a subnet that does not lead its addresses to a NAT gateway.
    DNS64_NO_ROUTE Warning "I_DNS64_NO_ROUTE" &["V6-08"], "vpc/latest/userguide/nat-gateway-nat64-dns64.html";
    // Load balancers
    /// A dual-stack load balancer in a subnet without an IPv6 block.
    LB_SUBNET_FAMILY Error "V_LB_SUBNET_FAMILY" &["LB-08"], "elasticloadbalancing/latest/application/load-balancer-ip-address-type.html";
    /// A listener with a protocol, certificates or targets that it cannot have.
    LB_PROTOCOL Error "V_LB_PROTOCOL" &["LB-10", "LB-20", "LB-31"], "elasticloadbalancing/latest/application/application-load-balancers.html";
    /// An Application Load Balancer in fewer than two zones, or in subnets that are too small.
    ALB_ZONES Error "V_ALB_ZONES" &["LB-10"], "elasticloadbalancing/latest/application/application-load-balancers.html";
    /// An address that no target may have.
    TARGET_ADDRESS Error "V_TARGET_ADDRESS" &["LB-14", "LB-29", "EDGE-02", "EDGE-07"], "elasticloadbalancing/latest/network/target-group-register-targets.html";
    /// Security groups on a Network Load Balancer that was made without any.
    NLB_SG_AT_CREATE Error "V_NLB_SG_AT_CREATE" &["LB-22"], "elasticloadbalancing/latest/network/load-balancer-security-groups.html";
    // Peering and Client VPN
    /// Blocks of two peered VPCs overlap.
    CIDR_OVERLAP_PEER Error "V_CIDR_OVERLAP_PEER" &["ADDR-07", "PCX-03"], "vpc/latest/peering/vpc-peering-basics.html";
    /// A second peering between the same two VPCs.
    PCX_DUPLICATE Error "V_PCX_DUPLICATE" &["PCX-07"], "vpc/latest/peering/vpc-peering-basics.html";
    /// A Client VPN endpoint without a certificate that it needs.
    CVPN_CERT Error "V_CVPN_CERT" &["CVPN-01", "CVPN-02"], "vpn/latest/clientvpn-admin/client-authentication.html";
    /// Subnets that one Client VPN endpoint cannot have together.
    CVPN_ZONE Error "V_CVPN_ZONE" &["CVPN-03"], "vpn/latest/clientvpn-admin/cvpn-working-target.html";
    // transit
    /// An attachment in the associations of two tables.
    TGW_ASSOC Error "V_TGW_ASSOC" &["TGW-01"], "vpc/latest/tgw/how-transit-gateways-work.html";
    /// An attachment that AWS would not make.
    TGW_ATTACHMENT Error "V_TGW_ATTACHMENT" &["TGW-15", "TGW-27"], "vpc/latest/tgw/tgw-vpc-attachments.html";
    /// Propagation from an attachment that takes static routes only.
    TGW_PEERING_STATIC Error "V_TGW_PEERING_STATIC" &["TGW-13", "TGW-30"], "vpc/latest/tgw/tgw-peering.html";
    /// An attachment subnet without an IPv4 block.
    TGW_SUBNET_FAMILY Error "V_TGW_SUBNET_FAMILY" &["TGW-15"], "vpc/latest/tgw/tgw-vpc-attachments.html";
    /// A VPC whose blocks an earlier attachment has already.
    TGW_OVERLAP Warning "I_TGW_OVERLAP" &["TGW-25"], "vpc/latest/tgw/tgw-vpc-attachments.html";
    // Direct Connect
    /// A port speed that AWS does not sell, or that does not fit its group.
    DX_SPEED Error "V_DX_SPEED" &["DX-01", "DX-05"], "directconnect/latest/UserGuide/dedicated_connection.html";
    /// A transceiver that does not fit the port, or that Direct Connect does not take.
    DX_OPTIC Error "V_DX_OPTIC" &["DX-01"], "directconnect/latest/UserGuide/Welcome.html";
    /// MACsec on a port that has none.
    DX_MACSEC Error "V_DX_MACSEC" &["DX-06"], "directconnect/latest/UserGuide/MACsec.html";
    /// A VLAN number outside 1 to 4094, or used twice on one connection.
    DX_VLAN Error "V_DX_VLAN" &["DX-03"], "directconnect/latest/UserGuide/WorkingWithVirtualInterfaces.html";
    /// A virtual interface that ends where its type may not.
    VIF_TARGET Error "V_VIF_TARGET" &["DX-09", "DX-10", "DX-14"], "directconnect/latest/UserGuide/WorkingWithVirtualInterfaces.html";
    /// A virtual interface without a router, or whose router has no ASN.
    VIF_BGP Error "V_VIF_BGP" &["DX-03"], "directconnect/latest/UserGuide/WorkingWithVirtualInterfaces.html";
    /// A Direct Connect gateway with virtual private and transit gateways.
    DXGW_MIX Error "V_DXGW_MIX" &["DX-14"], "directconnect/latest/UserGuide/virtualgateways.html";
    /// One Direct Connect link and nothing that could take over.
    DX_SINGLE Warning "I_DX_SINGLE" &["DX-25"], "directconnect/latest/UserGuide/resiliency_toolkit.html";

    // Hybrid.
    /// A second virtual private gateway on a VPC.
    VGW_LIMIT Error "V_VGW_LIMIT" &["VPN-02"], "vpn/latest/s2svpn/vpn-limits.html";
    /// Static prefixes on a connection that learns by BGP.
    VPN_ROUTING_TYPE Error "V_VPN_ROUTING_TYPE" &["VPN-03"], "vpn/latest/s2svpn/VPNRoutingTypes.html";
    /// An address family that the connection or its gateway does not carry.
    VPN_FAMILY Error "V_VPN_FAMILY" &["VPN-17", "V6-14"], "vpn/latest/s2svpn/ipv4-ipv6.html";
    /// Acceleration where AWS does not offer it.
    VPN_ACCELERATION Error "V_VPN_ACCELERATION" &["VPN-20"], "vpn/latest/s2svpn/accelerated-vpn.html";
    /// A site whose VPN connections end at one router.
    CGW_SINGLE Warning "I_CGW_SINGLE" &["VPN-23"], "vpn/latest/s2svpn/vpn-redundant-connection.html";
}
