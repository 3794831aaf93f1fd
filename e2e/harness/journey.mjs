// What journeys share: people at their screens, forms answered as a person answers them, and a look at every page.
import assert from 'node:assert/strict';
import { axe } from './accessibility.mjs';
import { openBrowser, phone, staysWithinWidth, withoutScript } from './browser.mjs';
import { startServer } from './server.mjs';
import { signInAs } from './sign-in.mjs';

/// Answers that say no on purpose: the browser notes them as errors, and they are none.
const SAID_NO = /status of (401|403|404|409|422)/;
const troubles = new WeakMap();

/// A small invented London and a browser for all tests of a file: `const world = oneWorld({ before, after })`, then
/// `world.person('operator')`.
export function oneWorld({ before, after }, args = ['--days', '3', '--thousandths', '10']) {
  const closers = [];
  const world = {
    async person(role, { on = 'desk', ...options } = {}) {
      const context = await world.screen(on);
      return watch(await signInAs(context, role, options));
    },
    screen(on = 'desk') {
      const options = { baseURL: world.url };
      if (on === 'phone') return phone(world.browser, options);
      if (on === 'no script') return withoutScript(world.browser, options);
      return world.browser.newContext(options);
    },
  };
  before(async () => {
    const holder = { after: (close) => closers.push(close) };
    world.url = (await startServer(holder, { args })).url;
    await complete(world.url);
    world.browser = await openBrowser(holder);
  });
  after(async () => {
    for (const close of closers.reverse()) await close();
  });
  return world;
}

/// Waits until the demonstration's newest days are made: a page that changes under a journey says nothing about either.
async function complete(url, { seconds = 180 } = {}) {
  const until = Date.now() + seconds * 1000;
  while ((await (await fetch(url)).text()).includes('still being made')) {
    assert.ok(Date.now() < until, `the demonstration was still being made after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/// From now on, script errors, console errors and failures of the server are held against this page.
export function watch(page) {
  const found = [];
  troubles.set(page, found);
  page.on('pageerror', (error) => found.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !SAID_NO.test(message.text())) found.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) found.push(`${response.url()} answers ${response.status()}`);
  });
  return page;
}

/// The page as it stands has no accessibility fault, does not scroll sideways, and nothing went wrong on the way to it.
export async function look(page) {
  assert.deepEqual(troubles.get(page)?.splice(0) ?? [], [], page.url());
  await staysWithinWidth(page);
  await axe(page);
}

/// The control or group with this question. An optional one says so after its words.
export function question(page, words) {
  const name = new RegExp(`^\\s*${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s+\\(optional\\))?\\s*$`);
  return { group: page.getByRole('group', { name }), control: page.getByLabel(name) };
}

/// Answers one question: a choice by its words, a moment as `{ date, time }`, anything else as text.
export async function answer(page, words, value) {
  const { group, control } = question(page.locator('main'), words);
  await group.or(control).first().waitFor();
  if (await group.count() > 0) {
    if (typeof value === 'string') return group.getByLabel(value, { exact: true }).check();
    if (value.date !== undefined) await group.getByLabel('Date').fill(value.date);
    if (value.time !== undefined) await group.getByLabel(/^Time/).fill(value.time);
    return undefined;
  }
  const kind = await control.evaluate((element) => (element.tagName === 'SELECT' ? 'select' : element.type));
  if (kind === 'checkbox') return control.setChecked(value);
  if (kind !== 'select') return control.fill(value);
  const options = await control.locator('option').allInnerTexts();
  const label = options.find((option) => (value instanceof RegExp ? value.test(option) : option === value));
  assert.ok(label, `${words} offers no ${value}: ${options.join(' | ')}`);
  return control.selectOption({ label });
}

/// Answers several questions, in order.
export async function answers(page, all) {
  for (const [words, value] of Object.entries(all)) await answer(page, words, value);
}

/// Presses a button that sends a form, and waits for the page that follows.
export async function press(page, name) {
  const button = page.locator('main').getByRole('button', { name, exact: typeof name === 'string' });
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

/// Follows a link and waits for the page that follows.
export async function follow(page, name) {
  const link = page.getByRole('link', { name, exact: typeof name === 'string' }).or(
    page.getByRole('button', { name, exact: typeof name === 'string' }).and(page.locator('a')));
  await Promise.all([page.waitForEvent('load'), link.first().click()]);
}

/// One act on the record the page shows: its link, its questions, its button. Looks at the form and at what follows.
export async function act(page, title, all, button) {
  await follow(page, title);
  await look(page);
  await answers(page, all);
  await press(page, button);
  await says(page, /Saved|Your grade is recorded/);
  await look(page);
}

/// Fails unless the page's main part, or its notices, have these words.
export async function says(page, words) {
  const text = await page.locator('body').innerText();
  if (words instanceof RegExp) assert.match(text, words);
  else assert.ok(text.includes(words), `${page.url()} does not say \`${words}\`:\n${text}`);
}

/// Fails when the page has these words.
export async function saysNot(page, words) {
  const text = await page.locator('body').innerText();
  assert.ok(!text.includes(words), `${page.url()} says \`${words}\``);
}

/// A moment so many minutes ago, as a London clock shows it.
export function ago(minutes) {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short', timeStyle: 'short' });
  const [date, time] = parts.format(new Date(Date.now() - minutes * 60_000)).split(' ');
  return { date, time };
}

/// Takes a report about a child not known yet; the page then shows the incident. Returns its path.
export async function report(page, { given, family, ...more }) {
  await page.goto('/report');
  await answers(page, {
    'What has happened, and why is the caller worried?': 'Left after school and did not come home. Unlike this child.',
    'Or the date and time, if the caller knows': ago(120),
    'Missing from where?': 'Home',
    'Given names': given,
    'Family name': family,
    ...more,
  });
  await press(page, 'Take the report');
  await says(page, 'The report is taken');
  return new URL(page.url()).pathname;
}
