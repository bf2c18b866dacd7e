import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../dist/service/causeway.js', import.meta.url));

export interface CommandResult {
  /** `null`: a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  env: Record<string, string>;
  cwd: string;
  /** Sent as soon as standard error matches. */
  signal?: { name: NodeJS.Signals; when: RegExp };
  input?: string;
}

/** Runs the program of an operator to its end. */
export function causeway(args: readonly string[], { env, cwd, signal, input }: CommandOptions): Promise<CommandResult> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: { PATH: process.env['PATH'] ?? '', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (signal?.when.test(stderr) === true) child.kill(signal.name);
  });
  child.stdin.end(input ?? '');
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
