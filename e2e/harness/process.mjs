// Starts a program, waits for a line it prints, and stops it again.
import { spawn } from 'node:child_process';

/// Resolves with `{ match, stop, exited }` once a line on either stream matches `pattern`; rejects, with what the
/// program printed, when it ends first or stays silent for `seconds`.
export async function startUntil(program, args, pattern, { seconds = 60, ...options } = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let printed = '';
  const exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const name = `${program} ${args.join(' ')}`;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const end = await exited;
    clearTimeout(patience);
    return end;
  };
  const ready = new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error(`\`${name}\` was not ready in ${seconds} s:\n${printed}`)), seconds * 1000);
    const read = (chunk) => {
      // The newest part is enough to explain an early end, and a chatty server must not fill memory.
      printed = (printed + chunk).slice(-20_000);
      const match = pattern.exec(printed);
      if (match) {
        clearTimeout(giveUp);
        resolve(match);
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', (error) => reject(new Error(`cannot start \`${name}\`: ${error.message}`)));
    exited.then(({ code, signal }) => {
      clearTimeout(giveUp);
      reject(new Error(`\`${name}\` ended (${signal ?? code}) before it was ready:\n${printed}`));
    });
  });
  try {
    return { match: await ready, stop, exited, printed: () => printed };
  } catch (error) {
    if (child.pid) await stop();
    throw error;
  }
}
