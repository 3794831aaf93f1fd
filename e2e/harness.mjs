// The browser harness, in one import. A journey reads like this:
//
//   import { test } from 'node:test';
//   import { openBrowser, startServer, signInAs, axe } from '../harness.mjs';
//
//   test('an operator takes a report', async (t) => {
//     const server = await startServer(t);
//     const browser = await openBrowser(t);
//     const context = await browser.newContext({ baseURL: server.url });
//     const page = await signInAs(context, 'operator');
//     await axe(page);
//   });
//
// Whatever is started is stopped again when the test `t` ends, whether it passed or not.
export { openBrowser, phone, screenshot, withoutScript, staysWithinWidth } from './harness/browser.mjs';
export { axe, faultsOf } from './harness/accessibility.mjs';
export { crawl } from './harness/crawl.mjs';
export { focusIsVisible, tabTo } from './harness/keyboard.mjs';
export { startPostgres } from './harness/postgres.mjs';
export { startUntil } from './harness/process.mjs';
export { startProvider } from './harness/provider.mjs';
export { binary, startServer } from './harness/server.mjs';
export { roleButton, roles, signInAs } from './harness/sign-in.mjs';
export {
  act, ago, answer, answers, follow, look, oneWorld, press, question, report, says, saysNot, watch,
} from './harness/journey.mjs';
