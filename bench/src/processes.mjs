import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * A program that runs while it is measured.
 * @typedef {object} Running
 * @property {number} pid
 * @property {string} url
 * @property {() => string} output what it printed so far
 * @property {() => Promise<void>} stop SIGTERM, then SIGKILL after 10 s
 */

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every clock tick of /proc is a hundredth of a second, on every Linux that Node runs on. */
const TICK_MS = 10;
const START_MS = 30_000;
const STOP_MS = 10_000;

/** @type {Set<ChildProcess>} */
const children = new Set();

const killAll = () => {
  for (const child of children) child.kill('SIGKILL');
};
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/** @param {string} name */
export const temporaryFolder = (name) => mkdtemp(join(tmpdir(), `causeway-bench-${name}-`));

/** @param {string} folder */
export const removeFolder = (folder) => rm(folder, { recursive: true, force: true });

/**
 * Starts a program with only `env` and PATH as its environment.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>; cwd?: string }} [options]
 */
export function start(command, args, { env = {}, cwd = root } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream
      .setEncoding('utf8')
      .on('data', (/** @type {string} */ text) => (printed = (printed + text).slice(-2_000_000)));
  const ended = once(child, 'close').then(([code]) => {
    children.delete(child);
    return Number(code ?? 1);
  });
  return {
    child,
    ended,
    output: () => printed,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {Parameters<typeof start>[2]} [options]
 * @returns {Promise<string>} what it printed
 */
export async function run(command, args, options) {
  const running = start(command, args, options);
  const code = await running.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${running.output()}`);
  return running.output();
}

/**
 * Starts a server and waits until it responds at `path`.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>; cwd?: string; port: number; path: string }} options
 * @returns {Promise<Running>}
 */
export async function startServer(command, args, { port, path, ...options }) {
  const running = start(command, args, options);
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_MS;
  while (running.child.exitCode === null && performance.now() < deadline) {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return { pid: running.child.pid ?? 0, url, output: running.output, stop: running.stop };
    await sleep(20);
  }
  await running.stop();
  throw new Error(`it does not start: ${command} ${args.join(' ')}\n${running.output()}`);
}

/** A port that is free now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return address.port;
}

/**
 * Milliseconds of processor time that a process has used, all its threads, user and system.
 * @param {number} pid
 */
export async function processorMs(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * Megabytes that a process has written, to files and to connections. Of files alone there is `write_bytes`, which with some file systems
 * counts the 64 kB around each 4 kB that were written.
 * @param {number} pid
 */
export async function writtenMb(pid) {
  const io = await readFile(`/proc/${pid}/io`, 'utf8');
  return Number(/^wchar: (\d+)/m.exec(io)?.[1]) / 2 ** 20;
}

/**
 * Resident memory of a process in megabytes, now and at its peak; `anonymous`: now, without mapped files.
 * @param {number} pid
 */
export async function memoryMb(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM'), anonymous: of('RssAnon') };
}
