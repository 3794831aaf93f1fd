// Signing in at a force's own identity provider, by a build that has it.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  axe, binary, follow, look, openBrowser, press, says, saysNot, screenshot, startProvider, startUntil, watch, withoutScript,
} from '../harness.mjs';

const WAY = 'Sign in with Ashdown Constabulary';
const PASSWORD = 'three words that fit';
const closers = [];
const t = { after: (close) => closers.push(close) };
let browser;
let provider;
let baseURL;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'childfirst-elsewhere-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  baseURL = `http://127.0.0.1:${port}`;
  provider = await startProvider(t, { 'sam.field': 'Sam Field', 'alex.moor': 'Alex Moor' });
  const file = join(folder, 'openid.toml');
  await writeFile(file, [
    `issuer = "${provider.issuer}"`, 'client_id = "childfirst"', `redirect = "${baseURL}"`,
    'label = "Ashdown Constabulary"', 'login_claim = "preferred_username"',
  ].join('\n'));
  const env = { ...process.env, CHILDFIRST_DATABASE: `sqlite://${join(folder, 'one.db')}`, CHILDFIRST_KEYS: join(folder, 'keys') };
  const user = (words, input) => execFileSync(binary(), ['user', 'add', '--as', 'journey', ...words], { env, input });
  user(['sam.field', '--name', 'Sam Field', '--role', 'operator', '--no-password'], '');
  user(['keeper', '--name', 'Kit Keeper', '--role', 'administrator'], `${PASSWORD}\n`);
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--insecure-cookies', '--without-matching', '--openid', file];
  const server = await startUntil(binary(), args, /childfirst is ready/, { env });
  t.after(server.stop);
  browser = await openBrowser(t);
});

after(async () => {
  for (const close of closers.reverse()) await close();
});

/// Leaves for the provider from the page as it stands, and chooses there.
async function go(page, whom) {
  await follow(page, WAY);
  await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: whom }).click()]);
}

test('somebody with an account signs in there, and comes to the page they asked for', async () => {
  const page = watch(await (await browser.newContext({ baseURL })).newPage());
  await page.goto('/board?grade=high');
  await look(page);
  await screenshot(page, 'elsewhere-sign-in');
  await go(page, 'Sam Field');
  await says(page, 'Sam Field');
  await saysNot(page, 'Sign in with');
  await look(page);
  if (!page.url().endsWith('/board?grade=high')) throw new Error(`came to ${page.url()}`);
});

test('who has no account, or was denied there, is told so and can still use a password', async () => {
  const page = watch(await (await browser.newContext({ baseURL })).newPage());
  await page.goto('/sign-in');
  await go(page, 'Alex Moor');
  await says(page, 'There is no account for you here');
  await look(page);
  await screenshot(page, 'elsewhere-no-account');
  await go(page, 'Deny');
  await says(page, 'You were not signed in there');
  await look(page);
  // The same address once more: a state is good once.
  await page.goto(page.url());
  await says(page, 'This sign-in was used already');
  await page.getByLabel('Login').fill('keeper');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Sign in');
  await says(page, 'Kit Keeper');
  await page.goto('/accounts');
  await says(page, 'Sam Field');
  await look(page);
  await screenshot(page, 'elsewhere-accounts');
});

test('without script the way is the same', async () => {
  const page = await (await withoutScript(browser, { baseURL })).newPage();
  await page.goto('/sign-in');
  await go(page, 'Sam Field');
  await says(page, 'Sam Field');
  await axe(page);
});

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
