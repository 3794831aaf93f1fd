// A flow of work that fell: seen on its chart, asked about in the queue, answered by a named person.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { answers, follow, look, oneWorld, press, says, saysNot, screenshot } from '../harness.mjs';

// A flow falls only in a record with weeks enough to have had a usual before.
const world = oneWorld({ before, after }, ['--days', '60', '--thousandths', '20']);

test('a supervisor sees that prevention interviews fell, and says why', async () => {
  const page = await world.person('supervisor');
  await page.goto('/flows');
  await says(page, 'How work flows');
  for (const flow of ['Missing reports', 'First grades', 'Prevention interviews held', 'Return home interviews held']) {
    await says(page, flow);
  }
  assert.ok(await page.locator('svg[role="img"]').count() >= 6, 'a chart for each flow with figures');
  await look(page);
  await screenshot(page, 'flows');
  await page.locator('summary').first().click();
  assert.ok(await page.locator('.cf-flow table').first().isVisible(), 'the table behind the chart');

  await page.goto('/queue');
  await says(page, 'Flows of work that fell');
  await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: /^Prevention interviews held/ }).first().click()]);
  await says(page, 'A flow fell: prevention interviews held');
  await look(page);
  await screenshot(page, 'flow-alarm');
  await press(page, 'Record the answer');
  await says(page, 'There is a problem');
  await look(page);
  await press(page, 'Take it on');
  await says(page, 'You hold this alarm.');
  await answers(page, {
    'What did you find?': 'The work was not done, and is being put right',
    'What you looked at and found': 'The officer is on leave and nobody stood in.',
    'What is done about it, by whom and by when': 'Two officers hold the talks from Monday.',
  });
  await press(page, 'Record the answer');
  await says(page, 'Saved');
  await says(page, 'Two officers hold the talks from Monday.');
  await look(page);
  await page.goto('/queue');
  await saysNot(page, 'Prevention interviews held');
});

test('a borough without enough figures says so, on a phone and without script', async () => {
  const page = await world.person('supervisor', { on: 'no script' });
  await page.goto('/flows?borough=E09000007&weeks=8');
  await says(page, 'Too few to judge');
  await look(page);
});

test('an auditor reads and cannot answer; an operator is turned away', async () => {
  const auditor = await world.person('auditor');
  await auditor.goto('/flows');
  await follow(auditor, /Prevention interviews held/);
  await saysNot(auditor, 'Record the answer');
  const operator = await world.person('operator');
  const refused = await operator.goto('/flows');
  assert.equal(refused.status(), 403);
  await look(operator);
});
