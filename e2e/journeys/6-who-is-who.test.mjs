// Who is who: a child found while the caller speaks, records of two agencies linked by hand, one life, and undone again.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  ago, answer, answers, focusIsVisible, follow, look, oneWorld, press, report, says, saysNot, screenshot, tabTo,
} from '../harness.mjs';

const world = oneWorld({ before, after });
const WHY = 'Why, or what would settle it';

/// The list of pairs, once the index is loaded.
async function pairs(page) {
  for (let tries = 0; tries < 120; tries++) {
    await page.goto('/links');
    const text = await page.locator('main').innerText();
    if (!text.includes('The index is being loaded') && text.includes('Start with the likeliest')) return;
    await page.waitForTimeout(500);
  }
  assert.fail('the index was never loaded');
}

describe('while the caller speaks', () => {
  let operator;
  const names = () => operator.getByLabel('Given names (optional)');
  const matches = () => operator.locator('#matches');
  before(async () => {
    await pairs(await world.person('supervisor'));
    operator = await world.person('operator');
    await report(operator, { given: 'Perpetua', family: 'Hollinshead', 'Date of birth': '2011-03-12' });
  });

  test('a child is found in spite of slips and a date the wrong way round', async () => {
    await operator.goto('/report');
    await answer(operator, 'Family name', 'Holinshed');
    await answer(operator, 'Date of birth', '2011-12-03');
    await names().pressSequentially('Perpetwa');
    const match = matches().locator('.cf-match', { hasText: 'Perpetua Hollinshead' });
    await match.waitFor();
    const text = await match.innerText();
    assert.match(text, /day and month changed places/);
    assert.match(text, /Missing now/);
    assert.match(text, /Very likely|Likely|Possibly/);
    await look(operator);
    await screenshot(operator, 'match-as-you-type');
    // Enter in a field chooses nobody.
    await Promise.all([operator.waitForEvent('load'), names().press('Enter')]);
    assert.equal(await names().inputValue(), 'Perpetwa');
    await match.waitFor();
  });

  test('a person chooses, and may take it back', async () => {
    await press(operator, /^This is the child\W+Perpetua Hollinshead/);
    await says(operator, 'Missing before: 0');
    await says(operator, 'Already reported missing: open the incident');
    assert.equal(await operator.getByLabel('Given names (optional)').count(), 0, 'the record says who the child is');
    await look(operator);
    await press(operator, 'Not this child');
    assert.equal(await names().inputValue(), 'Perpetwa', 'what was typed is kept');
  });

  test('not the same child is remembered for this report, and only for this one', async () => {
    await matches().locator('summary', { hasText: /Not the same child\W+Perpetua Hollinshead/ }).click();
    await look(operator);
    await screenshot(operator, 'not-the-same-child');
    await press(operator, /^The caller knows both children\W+not Perpetua Hollinshead/);
    await says(operator, 'One child you said this is not about is not shown again.');
    await saysNot(operator, 'Perpetua Hollinshead');
    await names().fill('');
    await names().pressSequentially('Perpetua');
    await operator.waitForTimeout(800);
    await saysNot(operator, 'Perpetua Hollinshead');
    await look(operator);
    // A draft on its way while the form is discarded: it arrives late, and does not come back.
    await operator.route('**/report/draft', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      await route.continue().catch(() => {});
    });
    await names().pressSequentially('x');
    await operator.waitForRequest('**/report/draft');
    await press(operator, 'Discard what is typed');
    await operator.waitForTimeout(800);
    await operator.unroute('**/report/draft');
    await operator.reload();
    assert.equal(await names().inputValue(), '');
    await answer(operator, 'Family name', 'Hollinshead');
    await names().pressSequentially('Perpetua');
    await matches().locator('.cf-match', { hasText: 'Perpetua Hollinshead' }).waitFor();
  });
});

/// A report of Perpetua Hollinshead over the match that very likely is her, and the question in its place.
async function askedAbout(page) {
  await page.goto('/report?another=yes');
  await answers(page, {
    'What has happened, and why is the caller worried?': 'Did not come home.',
    'Or the date and time, if the caller knows': ago(120),
    'Missing from where?': 'Home',
    'Given names': 'Perpetua',
    'Family name': 'Hollinshead',
    'Date of birth': '2011-03-12',
  });
  await press(page, 'Take the report');
  const asks = page.getByRole('alert').getByRole('link', { name: /^Is this Perpetua Hollinshead, born 12 March 2011/ });
  await look(page);
  await asks.first().click();
  await page.getByRole('button', { name: /^This is the child\W+Perpetua Hollinshead/ }).first().waitFor();
  await page.getByRole('button', { name: /^The caller says so\W+not Perpetua Hollinshead/ }).first().waitFor();
}

describe('a child who very likely is the one', () => {
  test('is chosen or set aside before a report is taken, on a phone', async () => {
    const page = await world.person('operator', { on: 'phone' });
    await page.goto('/report?another=yes');
    await answer(page, 'Date of birth', '2011-03-12');
    await answer(page, 'Given names', 'Perpetua');
    await page.getByLabel('Family name (optional)').pressSequentially('Hollinshead');
    const count = page.getByRole('link', { name: /(child|children) may be the one: see who$/ });
    await count.click();
    assert.ok(await page.locator('.cf-match').first().evaluate((card) => card.getBoundingClientRect().top < innerHeight));
    await look(page);
    await askedAbout(page);
    await screenshot(page, 'report-asks-phone');
    await press(page, /^The caller says so\W+not Perpetua Hollinshead/);
    await press(page, 'Take the report');
    await says(page, 'The report is taken');
  });

  test('is asked about without script, and chosen', async () => {
    const page = await world.person('operator', { on: 'no script' });
    await askedAbout(page);
    const choose = page.getByRole('button', { name: /^This is the child\W+Perpetua Hollinshead/ });
    await Promise.all([page.waitForEvent('load'), choose.first().click()]);
    await says(page, 'Already reported missing: open the incident');
    await look(page);
    await press(page, 'Discard what is typed');
  });
});

test('children who go missing together: a list, a picture with links, a table', async () => {
  const operator = await world.person('operator');
  const shared = { 'Phone numbers': '07700 900999', Postcode: 'ZZ9 9ZZ' };
  const one = await report(operator, { given: 'Ottoline', family: 'Brackenbury', ...shared });
  await report(operator, { given: 'Cosima', family: 'Winterbourne', ...shared });
  await operator.goto(one);
  await follow(operator, 'Ottoline Brackenbury');
  await follow(operator, 'Missing together, or in touch');
  await says(operator, 'The same phone number: 07700900999');
  await says(operator, 'Once missing at the same time');
  await look(operator);
  // A vehicle noted on both records is on the picture as well, with what was written.
  for (const [name, plate, note] of [
    ['Cosima Winterbourne', 'QI12 QIQ', 'grey van at the gate'], ['Ottoline Brackenbury', 'qi12qiq', 'van near the school'],
  ]) {
    await operator.locator('main').getByRole('link', { name }).first().click();
    await follow(operator, 'Add a phone, address, vehicle, person or place');
    await look(operator);
    await answers(operator, { 'What is it?': 'Vehicle', 'Number, address, registration or name': plate, 'Whose, and why it matters': note });
    await press(operator, 'Add it');
    await follow(operator, 'Missing together, or in touch');
  }
  await says(operator, 'The same vehicle: QI12 QIQ');
  await says(operator, 'grey van at the gate');
  await look(operator);
  await screenshot(operator, 'together');
  const node = operator.locator('svg.cf-net').getByRole('link', { name: 'Cosima Winterbourne' });
  await node.focus();
  await Promise.all([operator.waitForEvent('load'), operator.keyboard.press('Enter')]);
  await says(operator, 'Cosima Winterbourne');
});

describe('two agencies, one life', () => {
  let supervisor;
  let child;
  let council;
  before(async () => {
    supervisor = await world.person('supervisor');
    await pairs(supervisor);
  });

  test('a pair is decided by keyboard', async () => {
    await look(supervisor);
    await screenshot(supervisor, 'links');
    await says(supervisor, 'Decided lately');
    await tabTo(supervisor, 'button', 'Start with the likeliest');
    await Promise.all([supervisor.waitForEvent('load'), supervisor.keyboard.press('Enter')]);
    await look(supervisor);
    await screenshot(supervisor, 'link-pair-police');
    // Then a pair of two agencies.
    await supervisor.goto('/links');
    const waits = supervisor.locator('table', { hasText: 'likeliest first' });
    await waits.locator('tbody tr', { hasText: 'its id' }).getByRole('link').first().focus();
    await Promise.all([supervisor.waitForEvent('load'), supervisor.keyboard.press('Enter')]);
    await look(supervisor);
    await screenshot(supervisor, 'link-pair');
    child = await supervisor.getByRole('link', { name: 'Open the child\'s record' }).first().getAttribute('href');
    council = await supervisor.locator('thead th').nth(2).innerText();
    const weights = await supervisor.locator('table').last().locator('tbody tr').evaluateAll(
      (rows) => rows.map((row) => Number(row.querySelectorAll('th, td')[4].lastChild.textContent)));
    const score = weights.pop();
    const sum = weights.reduce((all, one) => all + one, 0);
    assert.ok(Math.abs(sum - score) < 0.06 * weights.length, `${sum} is not ${score}, each shown to a tenth`);
    // "Not the same" needs words: nothing is recorded without.
    await Promise.all([supervisor.waitForEvent('load'), supervisor.keyboard.press('n')]);
    await says(supervisor, 'must say something');
    await look(supervisor);
    // A letter typed into the words is a letter.
    const words = supervisor.getByRole('textbox', { name: WHY });
    await words.focus();
    await supervisor.keyboard.type('snux');
    assert.equal(await words.inputValue(), 'snux');
    await words.fill('The home gave the council its id.');
    await supervisor.keyboard.press('Escape');
    await focusIsVisible(supervisor);
    await Promise.all([supervisor.waitForEvent('load'), supervisor.keyboard.press('s')]);
    await says(supervisor, 'The two records are linked as one child.');
    await says(supervisor, 'Are these one child?');
    await look(supervisor);
  });

  test('the child\'s page shows one life, each fact with its source', async () => {
    await supervisor.goto(child);
    await says(supervisor, 'One life, as each agency recorded it');
    await says(supervisor, council);
    await says(supervisor, 'from a linked record');
    await look(supervisor);
    await screenshot(supervisor, 'one-life');
    // The desk's operators do not open council records: that there is one is said, and nothing of it.
    const operator = await world.person('operator');
    await operator.goto(child);
    await says(operator, 'One linked record of another agency is not open to your role.');
    await saysNot(operator, 'from a linked record');
    await look(operator);
  });

  test('the link is undone with a reason', async () => {
    await supervisor.goto(child);
    await supervisor.locator('summary', { hasText: 'Undo this link' }).click();
    await look(supervisor);
    await supervisor.getByLabel(/^Why the link to/).fill('Another child of the same home.');
    await press(supervisor, 'Undo this link');
    await says(supervisor, 'The link is undone.');
    await saysNot(supervisor, 'from a linked record');
    await look(supervisor);
  });

  test('on a phone', async () => {
    const page = await world.person('supervisor', { on: 'phone' });
    await page.goto('/links');
    await look(page);
    await follow(page, 'Start with the likeliest');
    await look(page);
    await screenshot(page, 'link-pair-phone');
  });
});

describe('what partner agencies hold', () => {
  let supervisor;
  before(async () => {
    supervisor = await world.person('supervisor');
    await pairs(supervisor);
  });

  test('is a list by agency, and each record says what was told and where it comes from', async () => {
    await supervisor.goto('/council');
    await follow(supervisor, 'Referrals, services and concerns of partner agencies');
    await look(supervisor);
    await screenshot(supervisor, 'partners');
    await follow(supervisor, /^Wharf Road emergency department/);
    const agencies = await supervisor.locator('tbody tr td:nth-child(2)').allInnerTexts();
    assert.ok(agencies.length > 0 && agencies.every((agency) => agency === 'Wharf Road emergency department'));
    await look(supervisor);
    await supervisor.locator('tbody').getByRole('link').first().click();
    await says(supervisor, 'What the agency told, newest first');
    await says(supervisor, 'Safeguarding nurse');
    await says(supervisor, 'Where it comes from');
    await look(supervisor);
    await screenshot(supervisor, 'partner');
    const page = await world.person('supervisor', { on: 'phone' });
    await page.goto(supervisor.url());
    await look(page);
  });

  test('is linked by a person, and stands in the child\'s life with its source', async () => {
    await supervisor.goto('/links');
    const waits = supervisor.locator('table', { hasText: 'likeliest first' });
    await waits.locator('tbody tr', { hasText: 'Wharf Road emergency department' }).getByRole('link').first().click();
    await says(supervisor, 'Referrals and services');
    await look(supervisor);
    await screenshot(supervisor, 'link-pair-partner');
    const child = await supervisor.getByRole('link', { name: 'Open the child\'s record' }).first().getAttribute('href');
    await press(supervisor, /^Same child/);
    await says(supervisor, 'The two records are linked as one child.');
    await supervisor.goto(child);
    const item = supervisor.locator('.moj-timeline__item, .cf-timeline__item', { hasText: 'Wharf Road emergency department' });
    await item.first().waitFor();
    assert.match(await item.first().innerText(), /Concern[\s\S]*Safeguarding nurse[\s\S]*Open the agency's record/);
    await look(supervisor);
    await screenshot(supervisor, 'one-life-partner');
    const operator = await world.person('operator');
    await operator.goto(child);
    await says(operator, 'not open to your role');
    await saysNot(operator, 'Safeguarding nurse');
  });

  test('tells an operator whom to ring, and nothing more', async () => {
    await supervisor.goto('/partners');
    const names = await supervisor.locator('tbody tr th').allInnerTexts();
    const operator = await world.person('operator');
    await operator.goto('/report');
    let found = false;
    for (const name of names) {
      const words = name.split(' ');
      await answer(operator, 'Given names', words[0]);
      await answer(operator, 'Family name', '');
      await operator.getByLabel('Family name (optional)').pressSequentially(words.slice(1).join(' '));
      await operator.waitForTimeout(900);
      found = (await operator.locator('#matches').innerText()).includes('ring the agency');
      if (found) break;
    }
    assert.ok(found, 'no partner was named for any of its own children');
    assert.equal(await operator.locator('#matches a[href^="/partners"]').count(), 0);
    await look(operator);
    await screenshot(operator, 'partner-match');
    const answered = await operator.goto('/partners');
    assert.equal(answered.status(), 403);
  });
});

test('a restricted match says whom to ask, and the ask is noted', async () => {
  const operator = await world.person('operator');
  const shared = { 'Phone numbers': '07700 900888' };
  const one = await report(operator, { given: 'Ferelith', family: 'Ashcombe', ...shared });
  const other = await report(operator, { given: 'Zenobia', family: 'Larkwhistle', ...shared });
  const supervisor = await world.person('supervisor');
  await supervisor.goto(other);
  await follow(supervisor, 'Zenobia Larkwhistle');
  await follow(supervisor, 'Restrict the record');
  await answers(supervisor, { 'Why it is restricted': 'A relative works here.' });
  await press(supervisor, 'Restrict it');
  await says(supervisor, 'Saved.');
  await operator.goto(one);
  await follow(operator, 'Ferelith Ashcombe');
  await follow(operator, 'Missing together, or in touch');
  await says(operator, 'There is a record you may not see');
  await saysNot(operator, 'Zenobia');
  await look(operator);
  await screenshot(operator, 'together-restricted');
  await press(operator, 'I am asking about it');
  await says(operator, 'Noted: you are asking about this record.');
  await operator.goto('/children');
  await answers(operator, { 'Phone number': '07700 900888' });
  await press(operator, 'Look for the child');
  await says(operator, 'Ferelith Ashcombe');
  await says(operator, 'There is a record you may not see');
  await saysNot(operator, 'Zenobia');
  await look(operator);
});

test('without script: matches, a pair kept apart, a pair left unsure', async () => {
  const operator = await world.person('operator', { on: 'no script' });
  await operator.goto('/report');
  await answers(operator, { 'Given names': 'Perpetwa', 'Family name': 'Hollinshed' });
  await press(operator, 'Look for this child');
  await says(operator, 'Perpetua Hollinshead');
  await look(operator);
  const supervisor = await world.person('supervisor', { on: 'no script' });
  await supervisor.goto('/links');
  await follow(supervisor, 'Start with the likeliest');
  await answer(supervisor, WHY, 'The council says the child never lived there.');
  await press(supervisor, /^Not the same child/);
  await says(supervisor, 'The two records are kept apart');
  await look(supervisor);
  await answer(supervisor, WHY, 'Ask the home for the council\'s id.');
  await press(supervisor, /^Unsure/);
  await says(supervisor, 'the pair waits for another look');
  await look(supervisor);
});
