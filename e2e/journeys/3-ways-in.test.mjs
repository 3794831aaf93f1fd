// The same work on a phone, by keyboard alone, on two screens at once, and over an interruption.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  act, ago, answers, focusIsVisible, follow, look, oneWorld, press, question, report, says, saysNot, screenshot, tabTo, watch,
} from '../harness.mjs';

const world = oneWorld({ before, after });

const WORRY = 'What has happened, and why is the caller worried?';
const WHY = 'Why: the risk to this child, from all that is known';
const GRADE = 'Your grade of the risk of harm';

test('on a phone: report, grade, board, incident, and tables that read when stacked', async () => {
  const page = await world.person('operator', { on: 'phone' });
  await look(page);
  await page.goto('/report');
  await look(page);
  await screenshot(page, 'phone-report');
  const incident = await report(page, { given: 'Rowan', family: 'Beckfoot' });
  await look(page);
  await screenshot(page, 'phone-incident');
  await act(page, 'Grade the risk', { [GRADE]: 'Medium', [WHY]: 'First time away, a mild evening.' }, 'Record my grade');
  await page.goto('/board');
  await look(page);
  await screenshot(page, 'phone-board');
  const row = page.getByRole('row').filter({ hasText: 'Rowan Beckfoot' });
  assert.ok(await row.getByText('Medium', { exact: true }).isVisible());
  // What stood in the table's head now stands before each answer.
  const heads = await row.locator('td').evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, '::before').content));
  assert.deepEqual(heads, ['Grade', 'For', 'Next due', 'Held by', 'Last action'].map((words) => `"${words}"`));
  await page.goto(incident);
  await follow(page, 'Rowan Beckfoot');
  await look(page);
});

test('by keyboard alone: sign in, take a report, grade', async () => {
  const context = await world.screen();
  const page = watch(await context.newPage());
  await page.goto('/sign-in');
  const enter = async () => { await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]); };
  const type = async (role, name, text) => {
    await tabTo(page, role, name);
    await page.keyboard.type(text);
  };
  await page.keyboard.press('Tab');
  await focusIsVisible(page);
  await tabTo(page, 'button', /^Missing desk operator/);
  await enter();
  await tabTo(page, 'link', 'Report');
  await enter();
  await type('textbox', WORRY, 'Left a note that worries the family.');
  // Date and time fields are typed part by part, as a British calendar and a 24-hour clock have them or not:
  // filled in the way a paste does it, since their parts differ between browsers.
  const { date, time } = ago(90);
  const seen = question(page.locator('main'), 'Or the date and time, if the caller knows').group;
  await seen.getByLabel('Date').fill(date);
  await seen.getByLabel(/^Time/).fill(time);
  await tabTo(page, 'radio', 'Home');
  await page.keyboard.press('Space');
  await type('textbox', 'Given names (optional)', 'Sorrel');
  await type('textbox', 'Family name (optional)', 'Kingsettle');
  await tabTo(page, 'button', 'Take the report');
  await enter();
  await says(page, 'The report is taken');
  await look(page);
  await tabTo(page, 'button', 'Grade the risk');
  await enter();
  await tabTo(page, 'radio', 'High');
  await page.keyboard.press('Space');
  await type('textbox', WHY, 'The note speaks of not coming back.');
  await tabTo(page, 'button', 'Record my grade');
  await enter();
  await says(page, 'Graded high');
});

test('what one takes stands on the other\'s board without a reload', async () => {
  const watcher = await world.person('operator');
  await watcher.goto('/board');
  await watcher.evaluate(() => { window.notReloaded = true; });
  const supervisor = await world.person('supervisor');
  await report(supervisor, { given: 'Juniper', family: 'Stonegarth' });
  await watcher.getByRole('link', { name: 'Juniper Stonegarth' }).waitFor({ timeout: 10_000 });
  assert.equal(await watcher.evaluate(() => window.notReloaded), true);
  await look(watcher);
});

test('a draft survives leaving the page, and is gone when discarded', async () => {
  const page = await world.person('investigator').then(async (other) => { await other.context().close(); return world.person('operator'); });
  await page.goto('/report');
  await answers(page, { [WORRY]: 'Half a sentence, then the phone', 'Given names': 'Bracken' });
  await page.getByText('Draft saved').waitFor();
  await look(page);
  await page.goto('/board');
  await page.goto('/report');
  const field = (words) => question(page.locator('main'), words).control;
  assert.equal(await field(WORRY).inputValue(), 'Half a sentence, then the phone');
  // Leaving before the save that follows typing: the browser sends it on the way out.
  await field('Given names').fill('Bracken Rose');
  await page.goto('/board');
  await page.goto('/report');
  assert.equal(await field('Given names').inputValue(), 'Bracken Rose');
  await press(page, 'Discard what is typed');
  await says(page, 'The draft is discarded.');
  assert.equal(await field(WORRY).inputValue(), '');
  await look(page);
  await saysNot(page, 'Bracken');
});
