// Times whole traces in wasm: `node trace.mjs network.json`. The last line is the median in ms.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(new URL('../../../target/engine/', import.meta.url));
const { initSync, Network } = await import(`${engine}hopscope.js`);
initSync({ module: readFileSync(`${engine}hopscope_bg.wasm`) });

const SAMPLES = 101;
const ROUNDS = 20;

const network = new Network(readFileSync(process.argv[2], 'utf8'));
const unmet = network.check().filter((flow) => flow.met !== true);
if (unmet.length > 0) {
  console.error(`The time would mean nothing: ${JSON.stringify(unmet)}`);
  process.exit(1);
}
const flows = network.check().length;

const samples = [];
for (let sample = 0; sample < SAMPLES; sample += 1) {
  const since = process.hrtime.bigint();
  for (let round = 0; round < ROUNDS; round += 1) network.check();
  samples.push(Number(process.hrtime.bigint() - since) / 1e6 / (ROUNDS * flows));
}
samples.sort((a, b) => a - b);
console.log(samples[Math.floor(SAMPLES / 2)]);
