import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line for the person at the terminal. */
export const say = (sentence) => console.log(`causeway: ${sentence}`);

/** Seconds since a `performance.now()`, as `1.2 s`. */
export const since = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** A reason to stop that a person can act on: its stack is of no use, the output of the command that failed is. */
export class Stop extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/** Runs to the end with its output kept back. Answers the exit code and everything that was written, in order. */
export function capture(command, args, { env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString().trimEnd() }));
  });
}

/** Like `capture`, but anything other than 0 is an error that carries the output. */
export async function run(title, command, args, options) {
  const { code, output } = await capture(command, args, options);
  if (code !== 0) throw new Stop(`${title} failed`, output);
  return output;
}

/** Runs a script's body; a `Stop` ends the process with its sentence. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    if (error.output) console.error(error.output);
    console.error(`causeway: ${error.message}`);
    process.exit(1);
  }
}
