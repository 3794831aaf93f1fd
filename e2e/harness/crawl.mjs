// Walks every link a person can follow, and looks at one of each kind of page with axe.
import { faultsOf } from './accessibility.mjs';

/// Follows every same-origin link (GET only) from `startPages`, as the person signed in to `page`'s context.
/// Pages of one kind (`<body data-page>`, else the path with ids left out) are visited `perKind` times at most, and
/// axe reads the first of each kind. Returns what was found rather than failing, so that one run tells everything:
/// `{ visited, kinds, left, faults }`, where `left` counts links not followed because their kind was seen enough.
export async function crawl(page, startPages, { perKind = 5, mostPages = 1000 } = {}) {
  const base = new URL(startPages[0], page.url());
  const waiting = startPages.map((start) => ({ url: new URL(start, base).href, from: 'the start' }));
  const known = new Set(waiting.map(({ url }) => url));
  const seen = new Map(); // kind by shape of address, so that a long list is not fetched row by row
  const kinds = new Set();
  const result = { visited: [], kinds: [], left: 0, faults: [] };
  const scriptErrors = [];
  const onError = (error) => scriptErrors.push(error.message);
  page.on('pageerror', onError);
  while (waiting.length > 0 && result.visited.length < mostPages) {
    const { url, from } = waiting.shift();
    const shape = shapeOf(url);
    const times = seen.get(shape) ?? 0;
    if (times >= perKind) {
      result.left += 1;
      continue;
    }
    seen.set(shape, times + 1);
    const answer = await page.context().request.get(url, { failOnStatusCode: false });
    result.visited.push(url);
    if (answer.status() >= 400) {
      result.faults.push(`${url} (linked from ${from}) answers ${answer.status()}`);
      continue;
    }
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    await page.goto(url);
    result.faults.push(...scriptErrors.splice(0).map((message) => `${url}: script error: ${message}`));
    const { kind, links, lost } = await page.evaluate(readPage);
    result.faults.push(...lost.map((target) => `${url}: a link points at ${target}, which is not on the page`));
    if (!kinds.has(kind ?? shape)) {
      kinds.add(kind ?? shape);
      result.faults.push(...(await faultsOf(page)).map((fault) => `${url}: ${fault.text}`));
    }
    for (const link of links) {
      const target = new URL(link);
      target.hash = '';
      if (target.origin === base.origin && !known.has(target.href)) {
        known.add(target.href);
        waiting.push({ url: target.href, from: url });
      }
    }
  }
  page.off('pageerror', onError);
  result.left += waiting.length;
  result.kinds = [...kinds].sort();
  return result;
}

/// Runs in the page.
function readPage() {
  const anchors = [...document.querySelectorAll('a[href]')];
  const lost = anchors
    .map((anchor) => anchor.getAttribute('href'))
    .filter((href) => href.startsWith('#') && href.length > 1 && !document.getElementById(decodeURIComponent(href.slice(1))));
  const links = anchors.map((anchor) => anchor.href).filter((href) => /^https?:/.test(href));
  return { kind: document.body.dataset.page ?? null, links, lost };
}

/// The address with ids and the values of its query left out: `/children/018f...?page=2` becomes `/children/:id?page`.
function shapeOf(url) {
  const { pathname, searchParams } = new URL(url);
  const path = pathname.split('/').map((part) => (/^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|.*\d{3,}.*)$/i.test(part) ? ':id' : part)).join('/');
  const query = [...new Set(searchParams.keys())].sort().join('&');
  return query ? `${path}?${query}` : path;
}
