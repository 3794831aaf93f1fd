// Signing in as one of the demo's people.
import assert from 'node:assert/strict';

/// The demo's accounts are named for their role and share one password, which `childfirst demo` prints.
const PASSWORD = process.env.E2E_PASSWORD ?? 'demo';

/// Fills the sign-in page as a person would and returns the page that follows. The context needs a `baseURL`.
export async function signInAs(context, role, { path = '/sign-in', password = PASSWORD } = {}) {
  const page = await context.newPage();
  await page.goto(path);
  await page.getByLabel(/user ?name|email/i).fill(role);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.waitForLoadState('load');
  assert.notEqual(new URL(page.url()).pathname, path, `sign-in as ${role} was refused: ${await page.locator('main').innerText()}`);
  return page;
}
