//! The registration list: one `mod` line and one catalogue line for each component file.
//!
//! `cargo xtask tidy` fails when a file under `components/` is missing here.

use std::net::IpAddr;

use hopscope_forward::{Id, Outcome, Visit};
use hopscope_net::prefix::Family;
use serde_json::Value;

use crate::arena::{Arena, Ix};
use crate::component::Spec;
use crate::components::*;
use crate::fabric::{Component, Outside, Published};
use crate::fields::{self, FieldsError};
use crate::lower::Build;
use crate::network::{Eni, Network, Subnet, Thing, Vpc};
use crate::pipeline::At;
use crate::validate::Check;

macro_rules! catalog {
    (
        parts of a VPC and places: { $($variant:ident => $module:ident),* $(,)? }
        components that move packets by themselves: {
            $($own:ident => $own_module:ident { $arena:ident: $resolved:ident }),* $(,)?
        }
    ) => {
        /// The configuration of one component, by kind.
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(tag = "kind", rename_all = "kebab-case"))]
        pub enum Config {
            $(
                #[doc = concat!("See [`", stringify!($module), "`].")]
                $variant($module::Config),
            )*
            $(
                #[doc = concat!("See [`", stringify!($own_module), "`].")]
                $own($own_module::Config),
            )*
        }

        /// Every component, in palette order.
        pub static CATALOG: &[&Spec] = &[$(&$module::SPEC,)* $(&$own_module::SPEC,)*];

        /// Every reason a component raises while a packet moves.
        static PACKET_REASONS: &[&[&hopscope_forward::ReasonSpec]] =
            &[$($module::REASONS,)* $($own_module::REASONS,)*];

        impl Config {
            /// What the component says about itself.
            #[must_use]
            pub fn spec(&self) -> &'static Spec {
                match self {
                    $(Self::$variant(_) => &$module::SPEC,)*
                    $(Self::$own(_) => &$own_module::SPEC,)*
                }
            }

            /// A new component of that kind with AWS's defaults; `None` for an unknown kind.
            #[must_use]
            pub fn default_of(kind: &str) -> Option<Self> {
                $(if kind == $module::SPEC.kind { return Some(Self::$variant(Default::default())); })*
                $(if kind == $own_module::SPEC.kind { return Some(Self::$own(Default::default())); })*
                None
            }

            /// Reads the fields of a component of that kind. The error names the field.
            pub(crate) fn from_fields(kind: &str, fields: &Value) -> Result<Self, FieldsError> {
                $(if kind == $module::SPEC.kind {
                    return fields::take_record::<$module::Config>(fields).map(Self::$variant);
                })*
                $(if kind == $own_module::SPEC.kind {
                    return fields::take_record::<$own_module::Config>(fields).map(Self::$own);
                })*
                Err(FieldsError::UnknownKind)
            }

            /// The fields as a JSON object, without `kind`.
            #[must_use]
            pub fn fields(&self) -> Value {
                match self {
                    $(Self::$variant(config) => fields::give_record(config),)*
                    $(Self::$own(config) => fields::give_record(config),)*
                }
            }

            /// The same as documents keep them: without defaults that came after the first release.
            pub(crate) fn saved(&self) -> Value {
                match self {
                    $(Self::$variant(config) => fields::save_record(config),)*
                    $(Self::$own(config) => fields::save_record(config),)*
                }
            }
        }

        /// The resolved components that move packets by themselves.
        #[derive(Debug, Default)]
        pub(crate) struct Fabric {
            $(pub $arena: Arena<$own_module::$resolved>,)*
        }

        /// One of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Part {
            $($own(Ix<$own_module::$resolved>),)*
        }

        /// Where a packet is at one of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Stage {
            $($own($own_module::Stage),)*
        }

        $(
            impl From<$own_module::Stage> for At {
                fn from(stage: $own_module::Stage) -> Self {
                    Self::In(Stage::$own(stage))
                }
            }

            impl From<Ix<$own_module::$resolved>> for Part {
                fn from(ix: Ix<$own_module::$resolved>) -> Self {
                    Self::$own(ix)
                }
            }
        )*

        impl Stage {
            pub fn visit(self, network: &Network, visit: &mut Visit<'_>) -> Outcome<At> {
                match self {
                    $(Self::$own(stage) => $own_module::$resolved::visit(network, stage, visit),)*
                }
            }
        }

        impl Part {
            pub fn id(self, network: &Network) -> &Id {
                match self { $(Self::$own(ix) => &network.fabric.$arena[ix].id,)* }
            }

            pub fn kind(self) -> &'static str {
                match self { $(Self::$own(_) => $own_module::SPEC.kind,)* }
            }

            /// Whether packets can start and end at it.
            pub fn is_endpoint(self) -> bool {
                match self { $(Self::$own(_) => $own_module::SPEC.endpoint,)* }
            }

            pub fn usable(self, network: &Network, vpc: Ix<Vpc>) -> bool {
                match self { $(Self::$own(ix) => $own_module::$resolved::usable(network, ix, vpc),)* }
            }

            pub fn is_middlebox(self) -> bool {
                match self { $(Self::$own(_) => $own_module::$resolved::is_middlebox(),)* }
            }

            pub fn enter(self, network: &Network, from: Ix<Subnet>, visit: &mut Visit<'_>) -> Outcome<At> {
                match self { $(Self::$own(ix) => $own_module::$resolved::enter(network, ix, from, visit),)* }
            }

            pub fn enter_from_edge(self, network: &Network, visit: &mut Visit<'_>) -> Outcome<At> {
                match self { $(Self::$own(ix) => $own_module::$resolved::enter_from_edge(network, ix, visit),)* }
            }

            pub fn receive(self, network: &Network, eni: Ix<Eni>, visit: &mut Visit<'_>) -> Outcome<At> {
                match self { $(Self::$own(ix) => $own_module::$resolved::receive(network, ix, eni, visit),)* }
            }

            pub fn address(self, network: &Network, family: Family) -> Option<IpAddr> {
                match self { $(Self::$own(ix) => $own_module::$resolved::address(network, ix, family),)* }
            }

            pub fn public_address(self, network: &Network, family: Family) -> Option<IpAddr> {
                match self { $(Self::$own(ix) => $own_module::$resolved::public_address(network, ix, family),)* }
            }

            pub fn send(self, network: &Network, visit: &mut Visit<'_>) -> Outcome<At> {
                match self { $(Self::$own(ix) => $own_module::$resolved::send(network, ix, visit),)* }
            }

            /// Names under which it is found.
            pub fn names(self, network: &Network) -> Vec<Published> {
                match self { $(Self::$own(ix) => $own_module::$resolved::names(network, ix),)* }
            }

            pub fn receive_from_internet(self, network: &Network, visit: &mut Visit<'_>) -> Outcome<At> {
                match self { $(Self::$own(ix) => $own_module::$resolved::receive_from_internet(network, ix, visit),)* }
            }
        }

        pub(crate) fn declare(build: &mut Build<'_>) {
            let document = build.document;
            for node in document.nodes.values() {
                match &node.config {
                    $(Config::$variant(_) => {})*
                    $(Config::$own(config) => {
                        if let Some(it) = $own_module::$resolved::declare(build, node, config) {
                            let ix = build.network.fabric.$arena.push(it);
                            build.note(&node.id, Thing::Part(Part::$own(ix)));
                        }
                    })*
                }
            }
        }

        pub(crate) fn link(build: &mut Build<'_>) {
            $($own_module::$resolved::link(build);)*
        }

        pub(crate) fn settle(build: &mut Build<'_>) {
            $($own_module::$resolved::settle(build);)*
        }

        pub(crate) fn check(check: &mut Check<'_>) {
            $($own_module::$resolved::check(check);)*
        }

        /// Every name under which one of them is found, with whose it is.
        pub(crate) fn names(network: &Network) -> Vec<(Published, Part)> {
            let mut found = Vec::new();
            $(for (ix, _) in network.fabric.$arena.iter() {
                found.extend($own_module::$resolved::names(network, ix).into_iter().map(|name| (name, Part::$own(ix))));
            })*
            found
        }

        /// Every address at which one of them is an end of flows.
        pub(crate) fn addresses(network: &Network) -> Vec<(IpAddr, Outside, Part)> {
            let mut found = Vec::new();
            $(for (ix, it) in network.fabric.$arena.iter() {
                found.extend(it.addresses().into_iter().map(|(address, side)| (address, side, Part::$own(ix))));
            })*
            found
        }
    };
}

catalog! {
    parts of a VPC and places: {
        Region => region,
        AvailabilityZone => availability_zone,
        Vpc => vpc,
        Subnet => subnet,
        Instance => instance,
        NetworkInterface => network_interface,
        SecurityGroup => security_group,
        NetworkAcl => network_acl,
        RouteTable => route_table,
        PrefixList => prefix_list,
        InternetGateway => internet_gateway,
        EgressOnlyInternetGateway => egress_only_internet_gateway,
        NatGateway => nat_gateway,
        ElasticIp => elastic_ip,
        InternetHost => internet_host,
        Internet => internet,
        Unmodelled => unmodelled,
    }
    components that move packets by themselves: {
        VpcPeeringConnection => vpc_peering_connection { peerings: Peering },
        TransitGateway => transit_gateway { tgws: TransitGateway },
        TransitGatewayAttachment => transit_gateway_attachment { attachments: Attachment },
        TransitGatewayRouteTable => transit_gateway_route_table { tgw_tables: TgwTable },
        VirtualPrivateGateway => virtual_private_gateway { vgws: Vgw },
        VpnConnection => vpn_connection { vpns: Vpn },
        DirectConnectGateway => direct_connect_gateway { dxgws: Dxgw },
        DirectConnectLocation => direct_connect_location { dx_locations: DxLocation },
        DirectConnectLag => direct_connect_lag { dx_lags: DxLag },
        DirectConnectConnection => direct_connect_connection { dx_connections: DxConnection },
        VirtualInterface => virtual_interface { vifs: Vif },
        OnPremises => on_premises { sites: Site },
        OnPremisesHost => on_premises_host { site_hosts: SiteHost },
        OnPremisesFirewall => on_premises_firewall { site_firewalls: SiteFirewall },
        CustomerGateway => customer_gateway { cgws: Cgw },
        ClientVpnEndpoint => client_vpn_endpoint { cvpns: ClientVpn },
        VpnClient => vpn_client { vpn_clients: VpnClient },
        AwsService => aws_service { services: AwsService },
        GatewayEndpoint => gateway_endpoint { gateway_endpoints: GatewayEndpoint },
        InterfaceEndpoint => interface_endpoint { interface_endpoints: InterfaceEndpoint },
        EndpointService => endpoint_service { endpoint_services: EndpointService },
        Certificate => certificate { certificates: Certificate },
        TargetGroup => target_group { target_groups: TargetGroup },
        ApplicationLoadBalancer => application_load_balancer { albs: Alb },
        NetworkLoadBalancer => network_load_balancer { nlbs: Nlb },
        GatewayLoadBalancer => gateway_load_balancer { gwlbs: Gwlb },
        GatewayLoadBalancerEndpoint => gateway_load_balancer_endpoint { gwlb_endpoints: GwlbEndpoint },
        NetworkFirewall => network_firewall { firewalls: Firewall },
        NetworkFirewallEndpoint => network_firewall_endpoint { firewall_endpoints: FirewallEndpoint },
        EdgeLocation => edge_location { edge_locations: EdgeLocation },
        WebAcl => web_acl { web_acls: WebAcl },
        GlobalAccelerator => global_accelerator { accelerators: Accelerator },
        CloudfrontDistribution => cloudfront_distribution { distributions: Distribution },
        ShieldProtection => shield_protection { protections: Protection },
        ApiGateway => api_gateway { apis: Api },
        AppMesh => app_mesh { meshes: Mesh },
        HostedZone => hosted_zone { hosted_zones: HostedZone },
        HealthCheck => health_check { health_checks: HealthCheck },
        RegisteredDomain => registered_domain { registered_domains: RegisteredDomain },
        DnsServer => dns_server { dns_servers: DnsServer },
        ResolverEndpoint => resolver_endpoint { resolver_endpoints: ResolverEndpoint },
        ResolverRule => resolver_rule { resolver_rules: ResolverRule },
        DnsFirewallRuleGroup => dns_firewall_rule_group { dns_firewalls: DnsFirewallRuleGroup },
    }
}

/// The component of that kind.
#[must_use]
pub fn spec(kind: &str) -> Option<&'static Spec> {
    CATALOG.iter().copied().find(|spec| spec.kind == kind)
}

/// Every reason that can be raised: by packets, by the walker, and by drawing.
#[must_use]
pub fn reasons() -> Vec<&'static hopscope_forward::ReasonSpec> {
    let walker = [&hopscope_forward::CYCLIC_PATH, &hopscope_forward::MAX_HOPS];
    PACKET_REASONS
        .iter()
        .flat_map(|list| list.iter().copied())
        .chain(walker)
        .chain(crate::names::REASONS.iter().copied())
        .chain(hopscope_names::reasons())
        .chain(crate::validate::REASONS.iter().copied())
        .collect()
}
