// A document for screens of routers and what they tell each other.
/** A site with a VPN connection to a VPC. */
export const HYBRID = {
  hopscope: 1,
  name: 'Hybrid',
  nodes: [
    { id: 'r', kind: 'region', name: 'us-east-1' },
    { id: 'az', kind: 'availability-zone', name: 'us-east-1a', parent: 'r' },
    { id: 'vpc', kind: 'vpc', name: 'main', parent: 'r', cidrs: ['10.0.0.0/16'] },
    { id: 'vgw', kind: 'virtual-private-gateway', name: 'vgw', parent: 'vpc' },
    { id: 'site', kind: 'on-premises', name: 'office', networks: ['192.168.10.0/24'] },
    { id: 'cgw', kind: 'customer-gateway', name: 'router', parent: 'site', ip: '192.0.2.1' },
    { id: 'vpn', kind: 'vpn-connection', name: 'vpn', parent: 'r', customer_gateway: 'cgw', gateway: 'vgw' },
  ],
};
