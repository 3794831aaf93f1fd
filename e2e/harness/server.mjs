// The built binary, on a port of its own, over a database of its own.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres.mjs';
import { startUntil } from './process.mjs';

const ADDRESS = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/;

/// Starts `childfirst` for the life of test `t` and returns `{ url, printed, stop }`.
/// Both run `demo`, which fills an empty database first: E2E_DATABASE=sqlite (the default) a file in a new folder,
/// E2E_DATABASE=postgres a new database of a server of its own. E2E_BINARY names another binary than the dev build. `args` are added to the command.
export async function startServer(t, { args = [], database = process.env.E2E_DATABASE ?? 'sqlite', seconds = 120 } = {}) {
  const command = await commandFor(t, database);
  const started = await startUntil(binary(), [...command, '--listen', '127.0.0.1:0', ...args], ADDRESS, { seconds });
  t.after(started.stop);
  return { url: started.match[0], printed: started.printed, stop: started.stop };
}

async function commandFor(t, database) {
  const folder = await mkdtemp(join(tmpdir(), 'childfirst-data-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  if (database === 'sqlite') return ['demo', '--data', folder];
  if (database === 'postgres') {
    const postgres = await startPostgres(t);
    return ['demo', '--database', await postgres.newDatabase('journey'), '--keys', join(folder, 'keys')];
  }
  throw new Error(`E2E_DATABASE is sqlite or postgres, not \`${database}\``);
}

/// The program the journeys drive.
export function binary() {
  if (process.env.E2E_BINARY) return process.env.E2E_BINARY;
  const target = process.env.CARGO_TARGET_DIR ?? new URL('../../target', import.meta.url).pathname;
  const path = join(target, 'debug', 'childfirst');
  if (!existsSync(path)) throw new Error(`no ${path}: run \`cargo build --workspace --bins --tests\``);
  return path;
}
