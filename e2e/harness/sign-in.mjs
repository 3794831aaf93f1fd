// Signing in as one of the demo's people.
import assert from 'node:assert/strict';

/// The words each role's button begins with.
const ROLES = {
  operator: 'Missing desk operator',
  supervisor: 'Duty supervisor',
  inspector: 'Duty inspector',
  investigator: 'Child exploitation investigator',
  council: 'Council worker',
  auditor: 'Auditor',
  administrator: 'Administrator',
};

/// Every role that signs in, by the short names used here.
export const roles = Object.keys(ROLES);

/// The sign-in page's button for a role of the demonstration.
export function roleButton(page, role) {
  assert.ok(ROLES[role], `no role \`${role}\`: one of ${roles.join(', ')}`);
  return page.getByRole('button', { name: new RegExp(`^${ROLES[role]}`) });
}

/// Presses the button of this role in a new page of the context, which needs a `baseURL`. Returns the page that follows.
export async function signInAs(context, role, { path = '/sign-in' } = {}) {
  const page = await context.newPage();
  await page.goto(path);
  await Promise.all([page.waitForEvent('load'), roleButton(page, role).click()]);
  assert.notEqual(new URL(page.url()).pathname, '/sign-in', `sign-in as ${role} was refused: ${await page.locator('main').innerText()}`);
  return page;
}
