// What goes wrong at a real desk: nothing is lost, nothing is done twice, and every fault is named at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  act, ago, answer, answers, follow, look, oneWorld, press, question, report, roleButton, says, screenshot, watch,
} from '../harness.mjs';

const world = oneWorld({ before, after });

const WORRY = 'What has happened, and why is the caller worried?';
const WHY = 'Why: the risk to this child, from all that is known';
const GRADE = 'Your grade of the risk of harm';
const typed = (page, words) => question(page.locator('main'), words).control.inputValue();

test('an empty report names every fault at once and keeps what was typed', async () => {
  const page = await world.person('operator');
  await page.goto('/report');
  await answers(page, { 'Number to ring back': '020 7946 0018', 'Or the date and time, if the caller knows': { date: '', time: '' } });
  await press(page, 'Take the report');
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  const links = await summary.getByRole('link').all();
  const said = await Promise.all(links.map((link) => link.innerText()));
  assert.deepEqual(said, [
    'Say what has happened, as the caller tells it.',
    'Choose when the child was last seen, or give the date and time.',
    'Choose where the child is missing from.',
    'Give a name, a name the child also uses, or a date of birth.',
  ]);
  for (const link of links) {
    const target = (await link.getAttribute('href')).slice(1);
    assert.equal(await page.locator(`[id="${target}"]`).count(), 1, `the fault links to #${target}, which is on the page`);
  }
  assert.equal(await typed(page, 'Number to ring back'), '020 7946 0018');
  await look(page);
  await screenshot(page, 'report-errors');
  await press(page, 'Discard what is typed');
});

test('a moment in the future is refused, and 25,000 characters come back as typed', async () => {
  const page = await world.person('operator');
  const long = 'Seen near the canal. '.repeat(1191).slice(0, 25_000);
  await page.goto('/report');
  await answers(page, {
    [WORRY]: long, 'Or the date and time, if the caller knows': ago(-60), 'Missing from where?': 'Home', 'Given names': 'Peregrine', 'Family name': 'Longacre',
  });
  await press(page, 'Take the report');
  await says(page, 'There is a problem');
  assert.equal((await typed(page, WORRY)).length, long.length, 'the long text is kept');
  await look(page);
  await answer(page, WORRY, 'Not home from school.');
  await press(page, 'Take the report');
  await says(page, 'There is a problem');
  await look(page);
  await answer(page, 'Or the date and time, if the caller knows', ago(60));
  await press(page, 'Take the report');
  await says(page, 'The report is taken');
});

test('a last sighting years ago is confirmed, and who is no child is said to be none', async () => {
  const page = await world.person('operator', { on: 'phone' });
  await page.goto('/report');
  await answers(page, {
    [WORRY]: 'Not home from school.', 'Or the date and time, if the caller knows': { date: '2019-03-04', time: '08:10' },
    'Missing from where?': 'Home', 'Given names': 'Isolde', 'Family name': 'Wexcombe', 'Date of birth': '1990-05-04',
  });
  await press(page, 'Take the report');
  await says(page, 'Was the child last seen on 4 March 2019? Correct the date, or say that it is right.');
  await says(page, '4 May 1990 makes this person 28 when last seen, and a child is under 18.');
  await look(page);
  await screenshot(page, 'report-long-ago-phone');
  await answers(page, { 'Date of birth': '2011-05-04', 'Yes, the child was last seen on 4 March 2019': true });
  await press(page, 'Take the report');
  await says(page, 'The report is taken');
});

test('a return before the child was last seen is refused with the text kept', async () => {
  const page = await world.person('operator');
  await report(page, { given: 'Marigold', family: 'Tarnhow' });
  await follow(page, 'Record that the child is back or found');
  await answers(page, {
    'When was the child back or found?': ago(300), 'How?': 'Found by police', Where: 'By the lido', Harm: 'None seen or told',
  });
  await press(page, 'Record the return');
  await says(page, 'before being last seen');
  assert.equal(await typed(page, 'Where'), 'By the lido');
  await look(page);
  await answer(page, 'When was the child back or found?', ago(5));
  await press(page, 'Record the return');
  await says(page, 'Saved.');
});

test('a form that grew stale in another tab is a friendly conflict that keeps the text', async () => {
  const operator = await world.person('operator');
  const incident = await report(operator, { given: 'Caspian', family: 'Ottershaw' });
  await act(operator, 'Grade the risk', { [GRADE]: 'Medium', [WHY]: 'Unlike the child.' }, 'Record my grade');
  const supervisor = await world.person('supervisor');
  await supervisor.goto(`${incident}/do/review`);
  await answers(supervisor, { 'Your decision': 'I agree with the grade and the plan', 'In your own words': 'Read in full, the plan is sound.' });
  await act(operator, 'Record an action', { 'What kind of action?': 'Note', 'What was done and what came of it': 'A neighbour rang.' }, 'Record the action');
  await press(supervisor, 'Record my review');
  await says(supervisor, 'What you typed is kept.');
  assert.equal(await typed(supervisor, 'In your own words'), 'Read in full, the plan is sound.');
  await look(supervisor);
  await screenshot(supervisor, 'conflict');
  await press(supervisor, 'Record my review');
  await says(supervisor, 'Saved.');
});

test('a form sent twice is done once', async () => {
  const page = await world.person('operator');
  const incident = await report(page, { given: 'Linnet', family: 'Farrowmere' });
  const fill = async (what) => {
    await page.goto(`${incident}/do/action`);
    await answers(page, { 'What kind of action?': 'Note', 'What was done and what came of it': what });
  };
  await fill('Pressed twice in a hurry.');
  await Promise.all([page.waitForURL(/done=/), page.getByRole('button', { name: 'Record the action' }).dblclick()]);
  // The page's script stops a second press; the record must not depend on it.
  await fill('Sent twice by the network.');
  const sent = await page.evaluate(async () => {
    const form = document.querySelector('main form[method=post]');
    const send = () => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    return (await Promise.all([send(), send()])).map((answered) => answered.status);
  });
  assert.deepEqual(sent, [200, 200], 'both are answered as done');
  await page.goto(incident);
  for (const what of ['Pressed twice in a hurry.', 'Sent twice by the network.']) {
    assert.equal(await page.getByText(what).count(), 1, what);
  }
});

test('a session that ended does not take the text with it', async () => {
  const context = await world.screen();
  const page = watch(await context.newPage());
  await page.goto('/sign-in');
  await press(page, /^Missing desk operator/);
  await report(page, { given: 'Tamsin', family: 'Oakhanger' });
  await follow(page, 'Record an action');
  const words = 'Two neighbours asked; one heard the door at six.';
  await answers(page, { 'What kind of action?': 'Enquiry', 'What was done and what came of it': words });
  await context.clearCookies();
  await press(page, 'Record the action');
  await says(page, 'Your session ended before this was sent.');
  await look(page);
  await Promise.all([page.waitForEvent('load'), roleButton(page, 'operator').click()]);
  await says(page, words);
  await look(page);
  await screenshot(page, 'typed-is-still-here');
  await press(page, 'Send it now');
  await says(page, 'Saved.');
  await says(page, words);
});
