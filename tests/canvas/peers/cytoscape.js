import cytoscape from 'cytoscape';
import { workload, params, ready } from '../workload.js';
const { nodes: N, edges: E } = workload(params());
const abs = {}; const byId = Object.fromEntries(N.map(n => [n.id, n]));
const off = n => n.parent ? (([px, py]) => [px + n.x, py + n.y])(off(byId[n.parent])) : [n.x, n.y];
const cy = cytoscape({ container: document.getElementById('root'), layout: { name: 'preset' }, textureOnViewport: false,
  elements: [...N.map(n => { const [x, y] = off(n); return { data: { id: n.id, label: n.label, parent: n.parent ?? undefined, w: n.w, h: n.h }, position: { x: x + n.w / 2, y: y + n.h / 2 } }; }), ...E.map(e => ({ data: { id: e.id, source: e.from, target: e.to } }))],
  style: [{ selector: 'node', style: { width: 'data(w)', height: 'data(h)', shape: 'round-rectangle', label: 'data(label)', 'font-size': 10, 'background-color': '#dde', 'border-width': 1 } }, { selector: ':parent', style: { 'background-opacity': .1 } }, { selector: 'edge', style: { width: 1, 'curve-style': 'bezier', 'target-arrow-shape': 'triangle' } }] });
cy.ready(() => { cy.fit(); ready(); });
window.__nodeAt = id => { const p = cy.$id(id).renderedPosition(); const r = document.getElementById('root').getBoundingClientRect(); return { x: p.x + r.x, y: p.y + r.y }; };
