// The page by keyboard alone.
import assert from 'node:assert/strict';

const MOST_STOPS = 150;

/// Presses Tab until the element with this role and accessible name has the focus, and makes sure the focus can be seen.
/// Returns the element's locator, to press keys on.
export async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name, exact: typeof name === 'string' });
  assert.ok(await wanted.count() > 0, `${page.url()} has no ${role} named ${name}`);
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    for (const one of await wanted.all()) {
      if (await one.evaluate((element) => element === document.activeElement)) {
        await focusIsVisible(page);
        return one;
      }
    }
  }
  throw new Error(`${MOST_STOPS} presses of Tab on ${page.url()} never reached the ${role} named ${name}`);
}

/// WCAG 2.4.7 and 2.4.11: what has the focus is on screen, uncovered, and looks different for having it.
/// Compared by its pixels, since a focus mark may be an outline, a shadow, or drawn on a label.
export async function focusIsVisible(page) {
  const focused = await page.evaluateHandle(() => document.activeElement);
  const { label, box, covered } = await focused.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    const related = (other) => element.contains(other) || other.contains(element) || [...(element.labels ?? [])].some((its) => its.contains(other));
    return { label: element.outerHTML.slice(0, 120), box: { x, y, width, height }, covered: !top || !related(top) };
  });
  assert.notEqual(label.slice(0, 5), '<body', `nothing has the focus on ${page.url()}`);
  const view = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }));
  assert.ok(box.y + box.height > 0 && box.y < view.height && box.x + box.width > 0 && box.x < view.width,
    `the focus is off screen: ${label}`);
  assert.ok(!covered, `the focus is covered by something: ${label}`);
  const clip = clipAround(box, view);
  const withFocus = await page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
  await focused.evaluate((element) => element.blur());
  const without = await page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
  await focused.evaluate((element) => element.focus({ preventScroll: true }));
  assert.ok(!withFocus.equals(without), `the focus cannot be seen: ${label}`);
}

function clipAround(box, view) {
  const margin = 12;
  const x = Math.max(0, box.x - margin);
  const y = Math.max(0, box.y - margin);
  return {
    x, y, width: Math.min(view.width, box.x + box.width + margin) - x, height: Math.min(view.height, box.y + box.height + margin) - y,
  };
}
