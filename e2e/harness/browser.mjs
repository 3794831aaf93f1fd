// One Chromium, already installed, with a fresh profile: started by us and joined by playwright over its debugging port.
//
// Playwright's own launch adds two dozen switches. Starting it here keeps the list short and known.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { startUntil } from './process.mjs';

const SWITCHES = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/// Screenshots go here, below the project's top folder; git ignores it.
const SCREENS = new URL('../../out/screens/', import.meta.url).pathname;

/// A browser for the life of test `t`. `newContext({ baseURL })` gives a person with their own cookies.
export async function openBrowser(t) {
  const profile = await mkdtemp(join(tmpdir(), 'childfirst-browser-'));
  const args = [...SWITCHES, `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'];
  const started = await startUntil(executable(), args, /DevTools listening on (ws:\S+)/);
  const browser = await chromium.connectOverCDP(started.match[1]);
  t.after(async () => {
    await browser.close();
    await started.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  return browser;
}

function executable() {
  const named = process.env.E2E_CHROMIUM;
  if (named) return named;
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (!found) throw new Error('no chromium: run `apt-get install chromium`, or set E2E_CHROMIUM to one');
  return found;
}

/// A phone held upright, touch and all.
export function phone(browser, options = {}) {
  return browser.newContext({
    viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, ...options,
  });
}

/// The debugging session that keeps each such page from running script.
const scriptless = new WeakMap();

/// Someone whose browser runs no script: every page from this context's `newPage()`.
/// Switched off by a session of our own rather than by `javaScriptEnabled`, since only the session that switched it
/// off can switch it on again, which axe needs.
export async function withoutScript(browser, options = {}) {
  const context = await browser.newContext(options);
  const newPage = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setScriptExecutionDisabled', { value: true });
    scriptless.set(page, session);
    return page;
  };
  return context;
}

/// Runs `work`, which evaluates asynchronous code in the page, even where the page itself may run no script.
/// The page's own scripts were passed over when it was parsed, so they stay unrun.
export async function letDebuggerRun(page, work) {
  const session = scriptless.get(page);
  await session?.send('Emulation.setScriptExecutionDisabled', { value: false });
  try {
    return await work();
  } finally {
    await session?.send('Emulation.setScriptExecutionDisabled', { value: true });
  }
}

/// The whole page as `out/screens/<name>.png`, for people to look at. Returns the path.
export async function screenshot(page, name) {
  assert.match(name, /^[a-z0-9-]+$/, 'a screenshot is named in small letters, digits and hyphens');
  await mkdir(SCREENS, { recursive: true });
  const path = join(SCREENS, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  // The picture is taken without a scroll bar, and the page stays laid out so until it is scrolled: the next click would
  // aim at where things were. A window of another size for a moment brings the bar back first.
  const size = page.viewportSize();
  await page.setViewportSize({ ...size, height: size.height + 1 });
  await page.setViewportSize(size);
  return path;
}

/// WCAG 1.4.10: nothing makes the page scroll sideways.
export async function staysWithinWidth(page) {
  // The window asked for, not `innerWidth`: a phone zooms out until a wide page fits.
  const { width } = page.viewportSize();
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= width, `${page.url()} is ${content} px wide in a window of ${width} px`);
}
