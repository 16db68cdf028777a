// axe-core in the page: every rule it has for WCAG 2.2 A and AA, and its best practices.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations as readable lines; empty when there are none. */
export async function violations(page) {
  // Through the debugger, so that the page's content security policy stays as it is.
  await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => `${node.target} ${node.html}`) }));
  });
  return found.map(({ id, help, where }) => `${id}: ${help}\n    ${where.join('\n    ')}`);
}
