//! The components outside a VPC's own parts, as lists in the order they were drawn. Nothing is
//! indexed or remembered: every question looks through all of them again.

use hopscope_aws::Config;
use hopscope_aws::components::{
    application_load_balancer, aws_service, client_vpn_endpoint, customer_gateway, direct_connect_connection,
    direct_connect_gateway, direct_connect_lag, direct_connect_location, endpoint_service, gateway_endpoint,
    gateway_load_balancer, gateway_load_balancer_endpoint, interface_endpoint, network_firewall,
    network_firewall_endpoint, network_load_balancer, on_premises, on_premises_firewall, on_premises_host,
    region, target_group, transit_gateway, transit_gateway_attachment, transit_gateway_route_table,
    virtual_interface, virtual_private_gateway, vpc_peering_connection, vpn_client, vpn_connection,
};

use crate::world::World;

/// One component of a kind.
pub(crate) struct Of<'a, C> {
    pub id: &'a str,
    pub parent: Option<&'a str>,
    pub config: &'a C,
}

macro_rules! lists {
    ($($list:ident $(, $one:ident)?: $variant:ident($module:ident);)*) => {
        impl<'a> World<'a> {
            $(
                pub fn $list(&self) -> impl Iterator<Item = Of<'a, $module::Config>> + use<'_, 'a> {
                    self.nodes.iter().filter_map(|(id, parent, config)| match config {
                        Config::$variant(config) => Some(Of { id, parent: *parent, config }),
                        _ => None,
                    })
                }

                $(pub fn $one(&self, id: &str) -> Option<Of<'a, $module::Config>> {
                    self.$list().find(|it| it.id == id)
                })?
            )*
        }
    };
}

// The second name is for the kinds that are asked for by id.
lists! {
    regions, region: Region(region);
    peerings, peering: VpcPeeringConnection(vpc_peering_connection);
    tgws, tgw: TransitGateway(transit_gateway);
    attachments, attachment: TransitGatewayAttachment(transit_gateway_attachment);
    tgw_tables, tgw_table: TransitGatewayRouteTable(transit_gateway_route_table);
    vgws, vgw: VirtualPrivateGateway(virtual_private_gateway);
    vpns, vpn: VpnConnection(vpn_connection);
    sites, site: OnPremises(on_premises);
    site_hosts, site_host: OnPremisesHost(on_premises_host);
    site_firewalls: OnPremisesFirewall(on_premises_firewall);
    cgws, cgw: CustomerGateway(customer_gateway);
    dxgws, dxgw: DirectConnectGateway(direct_connect_gateway);
    locations, location: DirectConnectLocation(direct_connect_location);
    lags, lag: DirectConnectLag(direct_connect_lag);
    connections, connection: DirectConnectConnection(direct_connect_connection);
    vifs, vif: VirtualInterface(virtual_interface);
    services, service: AwsService(aws_service);
    gateway_endpoints, gateway_endpoint: GatewayEndpoint(gateway_endpoint);
    interface_endpoints, interface_endpoint: InterfaceEndpoint(interface_endpoint);
    endpoint_services, endpoint_service: EndpointService(endpoint_service);
    target_groups, group: TargetGroup(target_group);
    albs, alb: ApplicationLoadBalancer(application_load_balancer);
    nlbs, nlb: NetworkLoadBalancer(network_load_balancer);
    gwlbs, gwlb: GatewayLoadBalancer(gateway_load_balancer);
    gwlb_endpoints, gwlb_endpoint: GatewayLoadBalancerEndpoint(gateway_load_balancer_endpoint);
    firewalls, firewall: NetworkFirewall(network_firewall);
    firewall_endpoints, firewall_endpoint: NetworkFirewallEndpoint(network_firewall_endpoint);
    cvpns, cvpn: ClientVpnEndpoint(client_vpn_endpoint);
    clients, client: VpnClient(vpn_client);
}
