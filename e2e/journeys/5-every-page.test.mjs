// Every page each role can reach by following links: none is dead, none fails, and one of each kind goes under axe.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crawl, look, oneWorld, roles } from '../harness.mjs';

const world = oneWorld({ before, after });

for (const role of roles) {
  test(`everything the ${role} can reach`, async () => {
    const page = await world.person(role);
    const found = await crawl(page, [new URL(page.url()).pathname], { perKind: 2 });
    assert.deepEqual(found.faults, []);
    assert.ok(found.kinds.length >= 3, `too few kinds of pages to be all: ${found.kinds.join(', ')}`);
    console.log(`${role}: ${found.visited.length} pages of ${found.kinds.length} kinds: ${found.kinds.join(' ')}`);
    await page.context().close();
  });
}

test('the rules and an account on a phone', async () => {
  const page = await world.person('administrator', { on: 'phone' });
  await page.goto('/rules');
  await look(page);
  await page.goto('/accounts');
  await page.getByText(/^Change /).first().click();
  await page.getByRole('link', { name: /another role$/ }).first().click();
  await page.getByRole('group', { name: 'New role' }).waitFor();
  await look(page);
});
