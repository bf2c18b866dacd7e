import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnOwned, type Ended, type OwnedProcess } from './owned-process.js';
import { freePort } from './redis-server.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const START_MS = 60_000;
const STOP_MS = 20_000;

export interface ServiceOptions {
  /** The whole environment of the service but PATH and PORT, and how it ends. */
  env?: Record<string, string>;
  /** The folder of another version of the service that was built there. */
  installation?: string;
}

export interface Service {
  /** As a browser reaches it, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Its working directory; `DATA_DIR` is below it unless the environment says otherwise. */
  readonly directory: string;
  logs(): string;
  signal(signal: NodeJS.Signals): void;
  /** Its end, whatever brings it. */
  ended(): Promise<Ended>;
  /** SIGTERM, and SIGKILL for one that does not end by it; removes the directory. */
  stop(): Promise<Ended & { milliseconds: number }>;
  /** SIGKILL, as a crash; the directory stays for `restart`. */
  kill(): Promise<void>;
  /** Starts again on the same port with the same directory, after `kill` or while running (SIGTERM then). */
  restart(env?: Record<string, string>): Promise<void>;
}

/** The built service, as `npm run start:prod` starts it, in an empty directory and an environment of its own. */
export async function startService({ env = {}, installation = ROOT }: ServiceOptions = {}): Promise<Service> {
  const directory = await workingDirectory();
  let environment = env;
  let port = Number(env['PORT'] ?? 0);
  let running: OwnedProcess | undefined;
  /** A signal was sent, so that its end needs no explanation. */
  let signaled = false;
  const launch = async (): Promise<OwnedProcess> => {
    const started = await start(directory, port, environment, installation);
    signaled = false;
    void started.ended.then(({ code }) => {
      // A test sees only connections that are reset; this line says why.
      if (!signaled) process.stderr.write(`the service ended by itself (exit code ${code})\n${started.output()}\n`);
    });
    return started;
  };
  const send = (signal: NodeJS.Signals): void => {
    signaled = true;
    running?.signal(signal);
  };

  if (port > 0) running = await launch();
  // Between the choice of a port and the service's own bind another process may take it.
  for (let attempt = 1; running === undefined; attempt++) {
    port = await freePort();
    try {
      running = await launch();
    } catch (error) {
      if (attempt < 5 && String(error).includes('EADDRINUSE')) continue;
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  const end = async (signal: NodeJS.Signals): Promise<Ended & { milliseconds: number }> => {
    const began = performance.now();
    send(signal);
    const timer = setTimeout(() => send('SIGKILL'), STOP_MS);
    const ended = (await running?.ended) ?? { code: 0, stdout: '', stderr: '' };
    clearTimeout(timer);
    return { ...ended, milliseconds: performance.now() - began };
  };
  return {
    url: `http://localhost:${port}`,
    port,
    directory,
    logs: () => running?.output() ?? '',
    signal: send,
    ended: () => running?.ended ?? Promise.reject(new Error('the service does not run')),
    async stop() {
      const ended = await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
      return ended;
    },
    async kill() {
      await end('SIGKILL');
    },
    async restart(changed) {
      await end('SIGTERM');
      environment = { ...environment, ...changed };
      running = await launch();
    },
  };
}

/** A start that is expected to come to an end by itself: what it printed, and its exit code. */
export async function runService({
  env = {},
  timeoutMs = START_MS,
}: ServiceOptions & { timeoutMs?: number } = {}): Promise<Ended> {
  const directory = await workingDirectory();
  try {
    const running = await spawnService(directory, env);
    const timer = setTimeout(() => running.signal('SIGKILL'), timeoutMs);
    const ended = await running.ended;
    clearTimeout(timer);
    return ended;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const workingDirectory = () => mkdtemp(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'service-'));

/** Node's arguments in `npm run start:prod`. */
function startArguments(installation: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8')) as {
    scripts: { 'start:prod': string };
  };
  const [, args] = /^exec node (.+)$/.exec(scripts['start:prod']) ?? [];
  if (args === undefined) throw new Error('start:prod is not "exec node …"');
  return args.split(' ').map((arg) => (arg.endsWith('.js') ? join(installation, arg) : arg));
}

/** By default, a test does not wait for what would run when it stops a service. */
const PROMPT_END = { DRAIN_SECONDS: '0', SHUTDOWN_SECONDS: '1' };

const spawnService = (cwd: string, env: Record<string, string>, installation = ROOT) =>
  spawnOwned(process.execPath, startArguments(installation), {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...PROMPT_END, ...env },
  });

async function start(
  directory: string,
  port: number,
  env: Record<string, string>,
  installation: string,
): Promise<OwnedProcess> {
  const running = await spawnService(directory, { ...env, PORT: String(port) }, installation);
  const deadline = performance.now() + START_MS;
  while (running.isRunning() && performance.now() < deadline) {
    if (await answers(`http://127.0.0.1:${port}/health/live`)) return running;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  running.signal('SIGKILL');
  const { code } = await running.ended;
  throw new Error(`the service does not start (exit code ${code})\n${running.output()}`);
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1000) }).then(
    ({ ok }) => ok,
    () => false,
  );
