// What a drawing is made of, whoever drew it and however.
import assert from 'node:assert/strict';

/** Fails unless the document is the classic two-zone network with a NAT gateway for each zone. */
export function assertTwoZoneNetwork(document) {
  const of = (kind) => document.nodes.filter((node) => node.kind === kind);
  const one = (kind) => {
    assert.equal(of(kind).length, 1, `one ${kind}`);
    return of(kind)[0];
  };
  const vpc = one('vpc');
  const gateway = one('internet-gateway');
  assert.equal(gateway.parent, vpc.id, 'the internet gateway is attached');

  const subnets = of('subnet');
  assert.equal(subnets.length, 4, 'four subnets');
  const zones = [...new Set(subnets.map((subnet) => subnet.zone))];
  assert.equal(zones.length, 2, 'two zones');

  const main = of('route-table').find((table) => table.parent === vpc.id && table.main);
  const table = (subnet) => of('route-table').find((table) => table.id === subnet.route_table) ?? main;
  const target = (subnet) => table(subnet)?.routes.find((route) => route.destination === '0.0.0.0/0')?.target;
  const nats = of('nat-gateway');
  assert.equal(nats.length, 2, 'two NAT gateways');
  for (const zone of zones) {
    const here = subnets.filter((subnet) => subnet.zone === zone);
    const open = here.filter((subnet) => target(subnet) === gateway.id);
    assert.equal(open.length, 1, `one public subnet in ${zone}`);
    const nat = nats.find((nat) => nat.parent === open[0].id);
    assert.ok(nat, `a NAT gateway in the public subnet of ${zone}`);
    const closed = here.filter((subnet) => target(subnet) === nat.id);
    assert.equal(closed.length, 1, `one private subnet of ${zone} behind the NAT gateway of its own zone`);
    const elastic = of('elastic-ip').find((address) => address.target === nat.id);
    assert.ok(elastic, `an Elastic IP on the NAT gateway of ${zone}`);
  }

  const instances = of('instance');
  assert.equal(instances.length, 4, 'four instances');
  assert.deepEqual(
    instances.map((instance) => instance.parent).sort(),
    subnets.map((subnet) => subnet.id).sort(),
    'one instance in each subnet',
  );
  for (const instance of instances) {
    const card = of('network-interface').find((card) => card.parent === instance.id);
    assert.ok(card?.private_ips?.[0]?.address, `${instance.id} has an address`);
  }
}
