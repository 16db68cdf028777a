// The shared workload: V VPCs, each with 2 AZs x 2 subnets, instances inside, an IGW, two NATs and links.
// Every peer draws the same boxes at the same places and the same links.
export const perSubnet = 10;
const perVpc = 1 + 4 + 4 * perSubnet + 3;

/** How many VPCs make about `target` boxes. */
export const vpcsFor = (target) => Math.max(1, Math.round(target / perVpc));

export function workload(target) {
  const nodes = [], edges = [];
  const vpcs = vpcsFor(target);
  const cols = Math.ceil(Math.sqrt(vpcs));
  const W = 760, H = 560;
  for (let v = 0; v < vpcs; v++) {
    const vx = (v % cols) * (W + 80), vy = Math.floor(v / cols) * (H + 80);
    const vid = `vpc${v}`;
    nodes.push({ id: vid, kind: 'vpc', label: `VPC ${v} 10.${v % 256}.0.0/16`, x: vx, y: vy, w: W, h: H, parent: null });
    const igw = `igw${v}`;
    nodes.push({ id: igw, kind: 'igw', label: 'IGW', x: W / 2 - 30, y: 10, w: 60, h: 36, parent: vid });
    for (let s = 0; s < 4; s++) {
      const sid = `${vid}-s${s}`;
      const sx = 20 + (s % 2) * 370, sy = 60 + Math.floor(s / 2) * 250;
      nodes.push({ id: sid, kind: 'subnet', label: `subnet ${s}`, x: sx, y: sy, w: 350, h: 235, parent: vid });
      if (s < 2) {
        const nat = `nat${v}-${s}`;
        nodes.push({ id: nat, kind: 'nat', label: 'NAT', x: 280, y: 10, w: 60, h: 36, parent: sid });
        edges.push({ id: `e-${nat}`, from: nat, to: igw });
      }
      for (let i = 0; i < perSubnet; i++) {
        const id = `${sid}-i${i}`;
        nodes.push({ id, kind: 'eni', label: `i-${i}`, x: 12 + (i % 5) * 66, y: 60 + Math.floor(i / 5) * 80, w: 58, h: 60, parent: sid });
        edges.push({ id: `e-${id}`, from: id, to: s < 2 ? igw : `nat${v}-${s - 2}` });
      }
    }
  }
  return { nodes, edges, cols, vpcs };
}
export const params = () => Number(new URLSearchParams(location.search).get('n') || 1000);
export function ready() { requestAnimationFrame(() => requestAnimationFrame(() => { window.__ready = performance.now(); })); }
