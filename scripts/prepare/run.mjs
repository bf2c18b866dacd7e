import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export const log = (message) => console.log(`causeway: ${message}`);

/** Seconds since a `performance.now()`, as `1.2 s`. */
export const since = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Printed without a stack: the message, after the output of the command that failed. */
export class UserError extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/** Runs a command to its end; resolves to its exit code and its output, both streams in order. */
export function capture(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString().trimEnd() }));
  });
}

const STILL_RUNNING_MS = 15_000;

/** Like `capture`, but says every few seconds that the command still runs, and rejects when its exit code is not 0. */
export async function run(title, command, args, env) {
  const start = performance.now();
  const timer = setInterval(() => log(`${title} is running (${since(start)})`), STILL_RUNNING_MS);
  const { code, output } = await capture(command, args, env).finally(() => clearInterval(timer));
  if (code !== 0) throw new UserError(`${title} failed`, output);
  return output;
}

/** Runs npm: without a shell, on any system, where npm itself runs this script. */
export function npm(title, args) {
  const cli = process.env.npm_execpath;
  const quiet = [...args, '--no-audit', '--no-fund', '--loglevel=error', '--no-update-notifier'];
  return cli?.endsWith('.js') ? run(title, process.execPath, [cli, ...quiet]) : run(title, 'npm', quiet);
}

/** Runs a script's body. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.output) console.error(error.output);
    console.error(`causeway: ${error.message}`);
    process.exit(1);
  }
}
