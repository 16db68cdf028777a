// Times whole traces in wasm: `node trace.mjs network.json [flow]`. The last line is the median in ms.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const engine = fileURLToPath(new URL('../../../target/engine/', import.meta.url));
const { initSync, Network } = await import(`${engine}hopscope.js`);
initSync({ module: readFileSync(`${engine}hopscope_bg.wasm`) });

const SAMPLES = 101;
const ROUNDS = 20;

const [, , file, only] = process.argv;
const whole = JSON.parse(readFileSync(file, 'utf8'));
if (only) whole.flows = whole.flows.filter((flow) => flow.id === only);
const network = new Network(JSON.stringify(whole));
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
