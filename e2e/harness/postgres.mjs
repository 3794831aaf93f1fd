// A PostgreSQL server of our own, from the installed programs, in a temporary folder: nothing is shared or left behind.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startUntil } from './process.mjs';

const run = promisify(execFile);

/// A running server for the life of test `t`. `newDatabase(name)` gives the address of an empty database.
export async function startPostgres(t) {
  const programs = programFolder();
  const owner = serverAccount();
  const folder = await mkdtemp(join(tmpdir(), 'childfirst-postgres-'));
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
  // The server must not stand in a folder its account cannot read.
  const options = { ...owner, cwd: '/' };
  const data = join(folder, 'data');
  await run(join(programs, 'initdb'), ['--no-sync', '--auth=trust', '--username=childfirst', '--encoding=UTF8', '--locale=C', data], options);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: folder, fsync: 'off', synchronous_commit: 'off' };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  const server = await startUntil(join(programs, 'postgres'), args, /ready to accept connections/, options);
  t.after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const connection = ['--host=127.0.0.1', `--port=${port}`, '--username=childfirst'];
  return {
    async newDatabase(name) {
      await run(join(programs, 'createdb'), [...connection, name], { cwd: '/' });
      return `postgres://childfirst@127.0.0.1:${port}/${name}`;
    },
    /// Runs one statement and returns what `psql` prints, bare.
    async query(database, sql) {
      const { stdout } = await run(join(programs, 'psql'), [...connection, '-XAtc', sql, database], { cwd: '/' });
      return stdout.trim();
    },
  };
}

/// The newest of the versions installed; Debian keeps them off the path.
function programFolder() {
  const top = '/usr/lib/postgresql';
  const versions = existsSync(top) ? readdirSync(top).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(top, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (!found) throw new Error(`no PostgreSQL below ${top}: run \`apt-get install postgresql\``);
  return found;
}

/// PostgreSQL refuses to run as root: then it runs as the account its package made. Anyone else runs it as themselves.
function serverAccount() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
