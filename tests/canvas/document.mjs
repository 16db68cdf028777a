// The workload as a document of Hopscope: the same nested network as `workload.js`, with what AWS needs
// besides boxes (addresses, route tables, a security group), so that it simulates.
import { perSubnet, vpcsFor } from './workload.js';

/** The document with about `target` boxes; ids of boxes are those of the workload. */
export function document(target) {
  const vpcs = vpcsFor(target);
  const nodes = [
    { id: 'region', kind: 'region', name: 'eu-west-1' },
    { id: 'az-a', kind: 'availability-zone', parent: 'region', name: 'eu-west-1a' },
    { id: 'az-b', kind: 'availability-zone', parent: 'region', name: 'eu-west-1b' },
  ];
  const flows = [];
  for (let v = 0; v < vpcs; v++) {
    const vpc = `vpc${v}`;
    const igw = `igw${v}`;
    nodes.push(
      { id: vpc, kind: 'vpc', parent: 'region', name: `VPC ${v}`, cidrs: [`10.${v % 256}.0.0/16`] },
      { id: igw, kind: 'internet-gateway', parent: vpc, name: 'IGW' },
      { id: `${vpc}-sg`, kind: 'security-group', parent: vpc, name: 'default',
        inbound: [{ protocol: 'tcp', ports: '443', peer: '0.0.0.0/0' }],
        outbound: [{ protocol: 'all', ports: 'all', peer: '0.0.0.0/0' }] },
      { id: `${vpc}-rtb-public`, kind: 'route-table', parent: vpc, name: 'public',
        routes: [{ destination: '0.0.0.0/0', target: igw }] },
    );
    for (let s = 0; s < 4; s++) {
      const subnet = `${vpc}-s${s}`;
      const zone = s % 2 ? 'az-b' : 'az-a';
      const nat = `nat${v}-${s % 2}`;
      const isPublic = s < 2;
      const table = isPublic ? `${vpc}-rtb-public` : `${vpc}-rtb-private-${s - 2}`;
      if (!isPublic) {
        nodes.push({ id: table, kind: 'route-table', parent: vpc, name: `private-${s - 2}`,
          routes: [{ destination: '0.0.0.0/0', target: nat }] });
      }
      nodes.push({ id: subnet, kind: 'subnet', parent: vpc, name: `subnet ${s}`, zone,
        cidr: `10.${v % 256}.${s}.0/24`, route_table: table });
      if (isPublic) nodes.push({ id: nat, kind: 'nat-gateway', parent: subnet, name: 'NAT' });
      for (let i = 0; i < perSubnet; i++) {
        const host = `${subnet}-i${i}`;
        nodes.push(
          { id: host, kind: 'instance', parent: subnet, name: `i-${v}-${s}-${i}` },
          { id: `${host}-eni`, kind: 'network-interface', parent: host,
            private_ips: [{ address: `10.${v % 256}.${s}.${10 + i}` }], security_groups: [`${vpc}-sg`] },
        );
      }
    }
    if (v < 6) {
      flows.push({ id: `flow-${v}`, from: `${vpc}-s2-i7`, to: `${vpc}-s3-i1`, protocol: 'tcp', port: 443 });
    }
  }
  return { hopscope: 1, name: `Benchmark ${target}`, nodes, flows };
}
