// Who may look at what, and as it was known when.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { act, ago, answer, answers, follow, look, oneWorld, press, report, says, saysNot, screenshot } from '../harness.mjs';

const world = oneWorld({ before, after });

const WHY = 'Why: the risk to this child, from all that is known';
const GRADE = 'Your grade of the risk of harm';

test('a restricted record is hidden until the glass is broken, and the inspector reviews that', async () => {
  const operator = await world.person('operator');
  const supervisor = await world.person('supervisor');
  const incident = await report(operator, { given: 'Clement', family: 'Wychbold' });
  await supervisor.goto(incident);
  // Who holds a restricted child's incident goes on seeing it; so it is another's.
  await act(supervisor, 'Take the incident over', {}, 'Take it over');
  await follow(supervisor, 'Clement Wychbold');
  const child = new URL(supervisor.url()).pathname;
  await act(supervisor, 'Restrict the record', { 'Why it is restricted': 'A relative works at the desk.' }, 'Restrict it');
  await says(supervisor, 'Restricted');
  for (const path of [incident, child]) {
    const answered = await operator.goto(path);
    assert.equal(answered.status(), 403, path);
    await saysNot(operator, 'Wychbold');
    await look(operator);
  }
  await screenshot(operator, 'restricted');
  await operator.goto('/board');
  await saysNot(operator, 'Wychbold');
  await operator.goto(child);
  await follow(operator, 'Open restricted records with a reason');
  await look(operator);
  await press(operator, 'Open restricted records');
  await says(operator, 'There is a problem');
  await look(operator);
  // The inspector's queue stands open all the while, and nobody touches it.
  const inspector = await world.person('inspector');
  await inspector.goto('/queue');
  await inspector.getByText('Every opening of restricted records has been decided on.').waitFor();
  const reason = 'A witness on the line has seen the child; the address is needed now.';
  await answer(operator, 'Why do you need to open a restricted record now?', reason);
  await press(operator, 'Open restricted records');
  await says(operator, 'Restricted records are open to you');
  await look(operator);
  await operator.goto(child);
  await says(operator, 'Clement Wychbold');
  await look(operator);

  await inspector.getByRole('link', { name: /^Decide on it/ }).waitFor();
  await says(inspector, 'Restricted records opened with a reason: 1');
  await look(inspector);
  await screenshot(inspector, 'glass-in-the-open-queue');
  await inspector.goto('/glass');
  await says(inspector, reason);
  await look(inspector);
  await inspector.getByText('Review this').first().click();
  await look(inspector);
  await screenshot(inspector, 'glass-review');
  await answers(inspector, { 'Was it needed?': 'Yes', 'What you looked at and found': 'The call is on tape; the reason holds.' });
  await press(inspector, 'Record the review');
  await says(inspector, 'justified');
  await look(inspector);
});

test('an incident as known earlier lacks the later grade', async () => {
  const page = await world.person('operator');
  await page.goto('/board?phase=missing&grade=high');
  const incident = await page.locator('#main-content table a[href^="/incidents/"]').first().getAttribute('href');
  await page.goto(incident);
  await act(page, 'Grade the risk', { [GRADE]: 'High', [WHY]: 'Looked at afresh: nothing has become less worrying.' }, 'Record my grade');
  await says(page, 'Looked at afresh');
  const { date, time } = ago(2);
  await page.getByLabel('Date').fill(date);
  await page.getByLabel('Time').fill(time);
  await press(page, 'Show');
  await says(page, 'This is the record as it was known at');
  await saysNot(page, 'Looked at afresh');
  assert.equal(await page.getByRole('link', { name: 'Grade the risk' }).count(), 0, 'nothing can be changed in the past');
  await look(page);
  await screenshot(page, 'as-known-then');
  await follow(page, 'Back to the present');
  await says(page, 'Looked at afresh');
});
