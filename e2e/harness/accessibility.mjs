// Axe on a page: WCAG 2.2 level A and AA, and axe's own good practice.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { letDebuggerRun } from './browser.mjs';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const source = await readFile(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/// The violations on the page as it stands, each as lines a person can act on.
export async function faultsOf(page) {
  // Evaluated by the debugger rather than added as a script tag, so that the page's own content policy stays as it is.
  await page.evaluate(source);
  const read = async (rules) => (await window.axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })).violations;
  const violations = await letDebuggerRun(page, () => page.evaluate(read, RULES));
  return violations.map(({ id, impact, help, nodes }) => ({
    rule: id,
    text: [`${id} (${impact}): ${help}`, ...nodes.map((node) => `    ${node.target.join(' ')}  ${node.html.slice(0, 160)}`)].join('\n'),
  }));
}

/// Fails when axe finds anything at all.
export async function axe(page) {
  const faults = await faultsOf(page);
  assert.equal(faults.length, 0, `axe on ${page.url()}:\n${faults.map((fault) => fault.text).join('\n')}`);
}
