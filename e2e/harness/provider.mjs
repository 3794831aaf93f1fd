// An identity provider of a force, invented: discovery, keys, a page with one button for each person, tokens.
import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

/// Starts a provider that knows these people, `{ login: name }`, for the life of `t`. Returns `{ issuer, stop }`.
export async function startProvider(t, people) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  const codes = new Map();
  let issuer;
  const answers = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/keys': () => ({ keys: [key] }),
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, issuer);
    const say = (status, type, text) => response.writeHead(status, { 'content-type': type }).end(text);
    const json = (value) => say(200, 'application/json', JSON.stringify(value));
    if (answers[url.pathname]) return json(answers[url.pathname]());
    if (url.pathname === '/authorize') return say(200, 'text/html', choose(url.searchParams, people));
    if (url.pathname === '/chosen') return response.writeHead(303, { location: chosen(url.searchParams, codes) }).end();
    if (url.pathname === '/token') {
      let body = '';
      for await (const part of request) body += part;
      const sent = new URLSearchParams(body);
      const asked = codes.get(sent.get('code'));
      codes.delete(sent.get('code'));
      const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url');
      if (!asked || asked.code_challenge !== challenge) return say(400, 'application/json', '{"error":"invalid_grant"}');
      const now = Math.floor(Date.now() / 1000);
      const claims = {
        iss: issuer, aud: asked.client_id, sub: `person ${asked.login}`, nonce: asked.nonce, iat: now, exp: now + 300,
        preferred_username: asked.login,
      };
      return json({ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: signed(claims, privateKey) });
    }
    return say(404, 'text/plain', 'nothing here');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${server.address().port}`;
  const stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  t.after(stop);
  return { issuer, stop };
}

/// The provider's own page.
function choose(asked, people) {
  const button = (login, words) => `<p><a href="/chosen?${new URLSearchParams({ ...Object.fromEntries(asked), login })}">${words}</a></p>`;
  const buttons = Object.entries(people).map(([login, name]) => button(login, name)).join('');
  return `<!doctype html><html lang="en"><title>Provider</title><main><h1>Who are you?</h1>${buttons}${button('', 'Deny')}</main></html>`;
}

/// Where somebody is sent back to: with a code, or with word that they were denied.
function chosen(asked, codes) {
  const back = new URL(asked.get('redirect_uri'));
  back.searchParams.set('state', asked.get('state'));
  if (asked.get('login')) {
    const code = randomUUID();
    codes.set(code, Object.fromEntries(asked));
    back.searchParams.set('code', code);
  } else {
    back.searchParams.set('error', 'access_denied');
  }
  return back.href;
}

function signed(claims, key) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
