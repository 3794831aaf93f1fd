// Words that blame a child: seen as they are typed, dealt with before they are recorded, looked at and challenged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ago, answer, answers, follow, look, oneWorld, press, question, report, says, saysNot, screenshot, tabTo,
} from '../harness.mjs';

const world = oneWorld({ before, after });

const WORRY = 'What has happened, and why is the caller worried?';
const BLAME = 'She is putting herself at risk by going there.';
const WHAT = 'What was done and what came of it';

const field = (page, words) => question(page.locator('main'), words).control;
const fill = (page) => answers(page, {
  'Or the date and time, if the caller knows': ago(90), 'Missing from where?': 'Home', 'Given names': 'Rosalind', 'Family name': 'Ferrybridge',
});

test('blame is underlined as it is typed in a report, and other words are put in by a button', async () => {
  const page = await world.person('operator');
  await page.goto('/report');
  await field(page, WORRY).pressSequentially(`Not home. ${BLAME}`);
  const found = page.locator('.cf-finding[data-blaming="true"]');
  await found.first().waitFor();
  assert.match(await page.locator('.cf-mark').first().innerText(), /putting herself at risk/);
  assert.equal(await page.locator('.cf-found__state').first().getAttribute('role'), 'status');
  await screenshot(page, 'wording-typed');
  await look(page);
  await found.getByRole('button', { name: /^Use this wording/ }).first().focus();
  await page.keyboard.press('Enter');
  await found.first().waitFor({ state: 'detached' });
  const text = await field(page, WORRY).inputValue();
  assert.ok(!text.includes('putting herself'), text);
  assert.equal(text, 'Not home. The child is at risk from [who or what].', 'a sentence for a sentence, and the rest as it was typed');
  await look(page);
  await screenshot(page, 'wording-taken-out');
  // What was taken out may hold more than the blame, and can be put back.
  await page.getByRole('button', { name: /^Put it back/ }).click();
  assert.equal(await field(page, WORRY).inputValue(), `Not home. ${BLAME}`);
  await found.first().waitFor();
  await press(page, 'Discard what is typed');
});

test('words are kept with a reason while typing, and the supervisor decides', async () => {
  const page = await world.person('operator');
  const incident = await report(page, { given: 'Quentin', family: 'Marlpit' });
  await follow(page, 'Record an action');
  await answer(page, 'What kind of action?', /nquir/);
  await field(page, WHAT).fill(BLAME);
  const found = page.locator('.cf-finding[data-blaming="true"]');
  await found.getByRole('button', { name: /^Keep, with a reason/ }).click();
  await page.getByLabel('Why do they stay?').fill('Quoted from the court’s order.');
  // The reason stays when more is written round the words.
  await field(page, WHAT).press('End');
  await field(page, WHAT).pressSequentially(' The carer was told.');
  await page.waitForTimeout(1500);
  assert.equal(await page.getByLabel('Why do they stay?').inputValue(), 'Quoted from the court’s order.');
  await screenshot(page, 'wording-keep');
  await look(page);
  await press(page, 'Record the action');
  await says(page, 'Saved');
  await says(page, 'Wording kept or challenged');
  await look(page);
  await screenshot(page, 'wording-incident');

  const supervisor = await world.person('supervisor');
  await supervisor.goto('/queue');
  await look(supervisor);
  await screenshot(supervisor, 'wording-queue');
  await supervisor.getByRole('link', { name: /Quentin Marlpit.*source of danger/ }).click();
  await says(supervisor, 'Words that were kept');
  await supervisor.goto(incident);
  await Promise.all([supervisor.waitForEvent('load'), supervisor.locator('a[href^="/wording/matters/"]').first().click()]);
  await says(supervisor, 'Quoted from the court’s order.');
  await look(supervisor);
  await screenshot(supervisor, 'wording-matter');
  await press(supervisor, 'Record the look');
  await says(supervisor, 'There is a problem');
  await look(supervisor);
  await answers(supervisor, { 'What do you decide?': 'Ask the writer for better words', 'What you looked at and found': 'The order can be cited.' });
  await press(supervisor, 'Record the look');
  await says(supervisor, 'Saved');
  await look(supervisor);
});

test('without script nothing is lost and nothing is recorded until it is dealt with', async () => {
  const page = await world.person('operator', { on: 'no script' });
  await page.goto('/report');
  await answer(page, WORRY, BLAME);
  await fill(page);
  await press(page, 'Take the report');
  await says(page, 'There is a problem');
  assert.equal(await field(page, WORRY).inputValue(), BLAME);
  await look(page);
  await screenshot(page, 'wording-no-script');
  await page.getByLabel('Keep the words, because…').check();
  await press(page, 'Take the report');
  await says(page, 'Say why these words stay');
  await look(page);
  await answer(page, WORRY, 'Somebody she met online asked her to come there.');
  await press(page, 'Take the report');
  await says(page, 'The report is taken');
  await saysNot(page, 'putting herself');
});

test('anybody challenges words of any rank', async () => {
  const page = await world.person('operator');
  const inspector = await world.person('inspector');
  const incident = await report(page, { given: 'Bettina', family: 'Coldharbour' });
  await inspector.goto(incident);
  await follow(inspector, 'Record an action');
  await answers(inspector, { 'What kind of action?': /nquir/, [WHAT]: 'Spoke to him at ten. Enough said.' });
  await press(inspector, 'Record the action');
  await page.goto(incident);
  await follow(page, 'Challenge wording');
  await look(page);
  await page.locator('input[name=entry]').first().check();
  await answers(page, { 'The words': 'Enough said', 'Why do you challenge them?': 'It says nothing of what he did or needs.' });
  await screenshot(page, 'wording-challenge');
  await press(page, 'Challenge the words');
  await says(page, 'The challenge is recorded');
  await look(page);
  await inspector.goto(new URL(page.url()).pathname);
  await answer(inspector, 'Your answer', 'He did not want to talk and looked tired.');
  await press(inspector, 'Send the answer');
  await says(inspector, 'Saved');
  await look(inspector);
  await screenshot(inspector, 'wording-answered');
});

test('the marks and the list are used by keyboard alone, on a phone too', async () => {
  const page = await world.person('operator', { on: 'phone' });
  await report(page, { given: 'Tobias', family: 'Hollowell' });
  await follow(page, 'Record an action');
  await field(page, WHAT).fill(BLAME);
  await page.locator('.cf-finding').first().waitFor();
  await look(page);
  await screenshot(page, 'wording-phone');
  await tabTo(page, 'button', /^These are the child’s own words/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('textarea[data-narrative]').value.includes('“putting herself at risk'));
  await look(page);
});

test('anybody learns with a text of their own, and reads the guide', async () => {
  const page = await world.person('council', { on: 'no script' });
  await follow(page, 'Wording');
  await look(page);
  await answer(page, 'A text about a child', `He chose to leave again. ${BLAME}`);
  await press(page, 'Check the words');
  await says(page, 'What was found');
  await look(page);
  await screenshot(page, 'wording-learn');
  await follow(page, 'A child named as the source of danger');
  await says(page, 'You could write');
  await look(page);
  await screenshot(page, 'wording-guide');
});

test('the audit shows rates and a chart, and leads to the texts', async () => {
  const page = await world.person('supervisor');
  await page.goto('/wording/audit');
  await says(page, 'By category');
  await look(page);
  await screenshot(page, 'wording-audit');
  const texts = page.getByRole('link', { name: /^Texts/ });
  assert.ok(await texts.count() > 0, 'the demonstration holds words that were kept');
  await Promise.all([page.waitForEvent('load'), texts.first().click()]);
  await says(page, 'noted in the access log');
  await look(page);
  await screenshot(page, 'wording-texts');
  const operator = await world.person('operator');
  assert.equal((await operator.goto('/wording/audit')).status(), 403);
});
