import React, { useCallback } from 'react';
import { createRoot } from 'react-dom/client';
import { ReactFlow, useNodesState, useEdgesState, ReactFlowProvider } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { workload, params, ready } from '../workload.js';
const { nodes: N, edges: E } = workload(params());
const initialNodes = N.map(n => ({ id: n.id, position: { x: n.x, y: n.y }, data: { label: n.label }, parentId: n.parent ?? undefined, extent: undefined, style: { width: n.w, height: n.h, fontSize: 10, padding: 2, background: n.kind === 'eni' ? '#fff' : 'rgba(120,160,255,.08)' }, type: n.kind === 'vpc' || n.kind === 'subnet' ? 'group' : 'default' }));
const initialEdges = E.map(e => ({ id: e.id, source: e.from, target: e.to }));
const only = new URLSearchParams(location.search).get('cull') === '1';
function App() {
  const [nodes, , onNodesChange] = useNodesState(initialNodes);
  const [edges, , onEdgesChange] = useEdgesState(initialEdges);
  return <div style={{ width: '100vw', height: '100vh' }}><ReactFlow nodes={nodes} edges={edges} onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} fitView minZoom={0.005} onlyRenderVisibleElements={only} onInit={() => ready()} /></div>;
}
createRoot(document.getElementById('root')).render(<ReactFlowProvider><App /></ReactFlowProvider>);
window.__nodeAt = id => { const r = document.querySelector(`[data-id="${id}"]`).getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; };
