import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServerOptions {
  /** Every write is on the disk before it is acknowledged, so data survives `kill` and `restart`. */
  appendOnly?: boolean;
  /** Further arguments of `redis-server`, for example `['--requirepass', 'secret']`. */
  args?: string[];
  /** Takes TLS connections only; the certificates are in `args`. */
  isTls?: boolean;
  /** A configuration file, which comes before all arguments. */
  file?: string;
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Kills the server and removes its directory. */
  stop(): Promise<void>;
  /** Kills the server; its directory stays for `restart`. */
  kill(): Promise<void>;
  /** Starts again on the same port with the same directory, after `kill` or while running. */
  restart(): Promise<void>;
  /** The server hangs: the kernel still accepts connections, and no command gets a response. */
  pause(): void;
  resume(): void;
}

/**
 * The end of the test process closes the input of this shell, also after SIGKILL, when no exit hook runs. The shell is the parent of the
 * server and waits for it, so the process id cannot be reused before the server is killed.
 */
const WATCHDOG = `
directory=$1; shift
redis-server "$@" </dev/null 2>&1 &
echo "pid $!"
read -r command
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
[ "$command" = keep ] || rm -rf "$directory"
`;

const START_MS = 30_000;

/** A real Redis on a free port of this machine, with a directory of its own. It never outlives the test process. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-redis-'));
  let running: Running | undefined;
  let port = 0;

  // Another process may take the port before the server binds it.
  for (let attempt = 1; running === undefined; attempt++) {
    port = await freePort();
    try {
      running = await launch(directory, port, options);
    } catch (error) {
      if (attempt < 5) continue;
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  return {
    port,
    url: `${options.isTls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    pause: () => running && process.kill(running.pid, 'SIGSTOP'),
    resume: () => running && process.kill(running.pid, 'SIGCONT'),
    async kill() {
      await running?.end('keep');
      running = undefined;
    },
    async restart() {
      await running?.end('keep');
      running = await launch(directory, port, options);
    },
    async stop() {
      await running?.end('remove');
      running = undefined;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Running {
  pid: number;
  end(command: 'keep' | 'remove'): Promise<void>;
}

async function launch(directory: string, port: number, options: RedisServerOptions): Promise<Running> {
  const ports = options.isTls ? ['--port', '0', '--tls-port', `${port}`] : ['--port', `${port}`];
  const args = [...ports, '--bind', '127.0.0.1', '--dir', directory];
  if (options.file === undefined) args.push('--save', '');
  else args.unshift(options.file);
  if (options.appendOnly) args.push('--appendonly', 'yes', '--appendfsync', 'always');
  args.push(...(options.args ?? []));

  // In a session of its own: Ctrl-C in the terminal must not end the watchdog before its server.
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', directory, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  watchdog.stdin.on('error', () => {});
  const end = async (command: 'keep' | 'remove') => {
    watchdog.ref();
    watchdog.stdin.end(`${command}\n`);
    if (watchdog.exitCode === null) await once(watchdog, 'exit');
  };

  try {
    const pid = await ready(watchdog);
    // A test that forgets `stop` must not hang; its server is killed when it ends.
    watchdog.unref();
    return { pid, end };
  } catch (error) {
    await end('keep');
    throw error;
  }
}

/** Reads the log of the server, because another server could respond on its port. */
function ready(watchdog: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<number> {
  return new Promise((resolve, reject) => {
    let pid = 0;
    let log = '';
    const fail = () => reject(new Error(`redis-server does not start (is it installed?)\n${log}`));
    const timer = setTimeout(fail, START_MS);
    const lines = createInterface({ input: watchdog.stdout });
    lines.on('line', (line) => {
      log += `${line}\n`;
      if (line.startsWith('pid ')) pid = Number(line.slice(4));
      if (/Ready to accept connections|Sentinel ID is/.test(line)) settle(() => resolve(pid));
      // The lines that follow say what is wrong.
      if (/aborting|FATAL|not found/i.test(line)) setTimeout(() => settle(fail), 50);
    });
    lines.on('close', () => settle(fail));

    function settle(outcome: () => void) {
      clearTimeout(timer);
      lines.removeAllListeners();
      lines.close();
      // Nothing is read any more, but the server would block on a full pipe.
      watchdog.stdout.resume();
      (watchdog.stdout as { unref?: () => void }).unref?.();
      (watchdog.stdin as { unref?: () => void } | null)?.unref?.();
      outcome();
    }
  });
}

/** A port that is free at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
