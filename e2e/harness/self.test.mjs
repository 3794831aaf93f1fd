// The harness on small pages of its own: each helper passes on a sound page and fails on one with a planted fault.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  axe, crawl, faultsOf, focusIsVisible, openBrowser, phone, screenshot, signInAs, startPostgres, startServer, staysWithinWidth, tabTo,
  withoutScript,
} from '../harness.mjs';

const frame = (title, body, head = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const form = `<form method="post" action="/sign-in"><button name="user" value="right">Missing desk operator<span>, Ada</span></button>
<button name="user" value="wrong">Auditor</button></form><form method="post" action="/sign-in"><p><label for="n">Username</label> <input id="n" name="name" autocomplete="username"></p>
<p><label for="p">Password</label> <input id="p" name="password" type="password" autocomplete="current-password"></p>
<button>Sign in</button></form>`;

const pages = {
  '/': frame('Start', '<p><a href="/rows/101">row</a> <a href="/rows/102">row</a> <a href="/rows/103">row</a> <a href="/file.csv">figures</a></p>'),
  '/sign-in': frame('Sign in', form),
  '/home': frame('Home', '<p>welcome</p>'),
  '/rows/101': frame('Row', '<p>one</p>'),
  '/rows/102': frame('Row', '<p>two</p>'),
  '/rows/103': frame('Row', '<p>three</p>'),
  '/broken': frame('Broken', '<p><a href="/gone">gone</a> <a href="#nowhere">nowhere</a> <a href="/faulty">faulty</a></p>'),
  '/faulty': frame('Faulty', '<img src="data:,"><input type="text"><p style="color:#bbb">pale words</p>'),
  '/no-focus': frame('No focus', '<p><a href="/">home</a></p>', '<style>a:focus { outline: none }</style>'),
  '/wide': frame('Wide', '<div style="width:900px">wide</div>'),
  '/script': frame('Script', '<p id="s">no script</p><script>document.getElementById("s").textContent = "script"</script>'),
};

function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST') {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      const right = new URLSearchParams(body).get('user') === 'right';
      response.writeHead(303, { location: right ? '/home' : '/sign-in' }).end();
    });
  } else if (pathname === '/file.csv') {
    response.writeHead(200, { 'content-type': 'text/csv' }).end('a,b\n');
  } else if (pages[pathname]) {
    // A strict policy, as the real server has: the harness must not need it loosened.
    const policy = pathname === '/script' ? {} : { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'" };
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...policy }).end(pages[pathname]);
  } else {
    response.writeHead(404, { 'content-type': 'text/html' }).end(frame('Not found', ''));
  }
}

describe('in the browser', () => {
  let browser;
  let baseURL;
  const closers = [];
  before(async () => {
    const site = createServer(answer);
    await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve); });
    baseURL = `http://127.0.0.1:${site.address().port}`;
    browser = await openBrowser({ after: (close) => closers.push(close) });
    closers.push(() => { site.closeAllConnections(); site.close(); });
  });
  after(async () => {
    for (const close of closers) await close();
  });
  const open = async (path, context) => {
    const page = await (context ?? await browser.newContext({ baseURL })).newPage();
    await page.goto(path);
    return page;
  };

  test('axe passes a sound page and names the planted faults', async () => {
    await axe(await open('/sign-in'));
    const faulty = await open('/faulty');
    const rules = (await faultsOf(faulty)).map((fault) => fault.rule).sort();
    assert.deepEqual(rules, ['color-contrast', 'image-alt', 'label']);
    await assert.rejects(axe(faulty), /image-alt \(critical\)/);
  });

  test('signing in presses the role\'s button, and a refusal is a failure', async () => {
    const context = await browser.newContext({ baseURL });
    const page = await signInAs(context, 'operator');
    assert.equal(await page.locator('h1').innerText(), 'Home');
    await assert.rejects(signInAs(context, 'auditor'), /refused/);
  });

  test('tab reaches an element by its name, and a focus nobody can see is a failure', async () => {
    const page = await open('/sign-in');
    await tabTo(page, 'textbox', 'Username');
    await page.keyboard.type('operator');
    await tabTo(page, 'button', 'Sign in');
    assert.equal(await page.getByLabel('Username').inputValue(), 'operator');
    await assert.rejects(tabTo(page, 'button', 'Sign out'), /no button named Sign out/);
    await assert.rejects(tabTo(await open('/no-focus'), 'link', 'home'), /cannot be seen/);
    await assert.rejects(focusIsVisible(await open('/')), /nothing has the focus/);
  });

  test('a phone is 375 wide, and a page wider than it is a failure', async () => {
    const context = await phone(browser, { baseURL });
    const page = await open('/sign-in', context);
    assert.deepEqual(await page.evaluate(() => [window.innerWidth, window.innerHeight]), [375, 812]);
    await staysWithinWidth(page);
    await assert.rejects(open('/wide', context).then(staysWithinWidth), /9\d\d px wide in a window of 375 px/);
  });

  test('without script nothing runs, and axe still reads the page', async () => {
    assert.equal(await (await open('/script')).locator('#s').innerText(), 'script');
    const context = await withoutScript(browser, { baseURL });
    const page = await open('/script', context);
    assert.equal(await page.locator('#s').innerText(), 'no script');
    await axe(page);
    assert.equal(await page.locator('#s').innerText(), 'no script', 'axe does not wake the page');
    await page.reload();
    assert.equal(await page.locator('#s').innerText(), 'no script', 'nor does the next page run any');
    assert.equal((await faultsOf(await open('/faulty', context))).length, 3);
  });

  test('the crawl visits each kind of page, and reports dead links and faults', async () => {
    const page = await open('/');
    const sound = await crawl(page, ['/'], { perKind: 2 });
    assert.deepEqual(sound.faults, []);
    assert.deepEqual(sound.kinds, ['/', '/rows/:id']);
    assert.equal(sound.visited.length, 4, 'the start, two rows of three, and the file');
    assert.equal(sound.left, 1);
    const broken = (await crawl(page, ['/broken'])).faults.join('\n');
    for (const part of ['/gone', 'answers 404', '#nowhere', 'image-alt']) assert.ok(broken.includes(part), `${part} in ${broken}`);
  });

  test('a screenshot is written where people look for it', async () => {
    const path = await screenshot(await open('/sign-in'), 'harness-self-test');
    assert.ok((await stat(path)).size > 1000);
    await assert.rejects(screenshot(await open('/'), '../up'), /named in small letters/);
  });
});

test('a PostgreSQL server of our own starts, answers and is gone afterwards', async (t) => {
  const closers = [];
  const postgres = await startPostgres({ after: (close) => closers.push(close) });
  const url = await postgres.newDatabase('trial');
  assert.match(url, /^postgres:\/\/childfirst@127\.0\.0\.1:\d+\/trial$/);
  assert.equal(await postgres.query('trial', "select upper('ready')"), 'READY');
  for (const close of closers) await close();
  await assert.rejects(postgres.query('trial', 'select 1'));
});

test('a server is started, its address read, and it is stopped; one that ends early shows what it said', async (t) => {
  const { chmod, mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const folder = await mkdtemp('/tmp/childfirst-self-');
  t.after(() => rm(folder, { recursive: true, force: true }));
  const stand_in = `${folder}/childfirst`;
  await writeFile(stand_in, `#!/usr/bin/env node
if (process.argv.includes('--refuse')) { console.error('no: ' + process.argv.slice(2).join(' ')); process.exit(3); }
const server = require('node:http').createServer((_, response) => response.end(process.argv.slice(2).join(' ')));
server.listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));
`);
  await chmod(stand_in, 0o755);
  process.env.E2E_BINARY = stand_in;
  t.after(() => { delete process.env.E2E_BINARY; });
  const closers = [];
  const server = await startServer({ after: (close) => closers.push(close) }, { database: 'sqlite', args: ['--days', '2'] });
  const spoken = await (await fetch(server.url)).text();
  assert.match(spoken, /^demo --data \S+ --listen 127\.0\.0\.1:0 --days 2$/);
  const data = spoken.split(' ')[2];
  for (const close of closers.reverse()) await close();
  await assert.rejects(fetch(server.url));
  assert.ok(!existsSync(data), 'its folder is gone');
  await assert.rejects(startServer(t, { database: 'sqlite', args: ['--refuse'] }), /ended \(3\)[^]*no: demo/);
});
