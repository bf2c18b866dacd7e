import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServerOptions {
  /** Every write is on the disk before it is answered, so data survives `kill` and `restart`. */
  appendOnly?: boolean;
  /** Further arguments of `redis-server`, for example `['--requirepass', 'secret']`. */
  args?: string[];
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its directory. */
  stop(): Promise<void>;
  /** Ends the server as a crash would; its directory stays for `restart`. */
  kill(): Promise<void>;
  /** Starts again on the same port with the same directory, after `kill` or while running. */
  restart(): Promise<void>;
  /** The server hangs: the kernel still accepts connections and nothing is answered. */
  pause(): void;
  resume(): void;
}

/**
 * The shell sees the end of the test process by the end of its own input, also after SIGKILL, when no exit hook runs. Having a
 * server's parent wait for it also keeps its process id from being given to somebody else before it is killed.
 */
const WATCHDOG = `
directory=$1; shift
redis-server "$@" </dev/null 2>&1 &
echo "pid $!"
read -r wish
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
[ "$wish" = keep ] || rm -rf "$directory"
`;

const START_MS = 10_000;

/** A real Redis on a free port of this machine, with a directory of its own. It never outlives the test process. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'causeway-redis-'));
  let running: Running | undefined;
  let port = 0;

  // Between the choice of a port and the server's own bind another process may take it.
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
    url: `redis://127.0.0.1:${port}`,
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
  end(wish: 'keep' | 'remove'): Promise<void>;
}

async function launch(directory: string, port: number, options: RedisServerOptions): Promise<Running> {
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  if (options.appendOnly) args.push('--appendonly', 'yes', '--appendfsync', 'always');
  args.push(...(options.args ?? []));

  // In a session of its own: Ctrl-C in the terminal must not end the watchdog before its server.
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', directory, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  watchdog.stdin.on('error', () => {});
  const end = async (wish: 'keep' | 'remove') => {
    watchdog.ref();
    watchdog.stdin.end(`${wish}\n`);
    if (watchdog.exitCode === null) await once(watchdog, 'exit');
  };

  try {
    const pid = await ready(watchdog);
    // A test that forgets `stop` must not hang; its server ends with it.
    watchdog.unref();
    return { pid, end };
  } catch (error) {
    await end('keep');
    throw error;
  }
}

/** Reads the server's own log, not its port: there another server could answer. */
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
      if (line.includes('Ready to accept connections')) settle(() => resolve(pid));
      // What is wrong stands in the lines that follow.
      if (/aborting|FATAL|not found/i.test(line)) setTimeout(() => settle(fail), 50);
    });
    lines.on('close', () => settle(fail));

    function settle(how: () => void) {
      clearTimeout(timer);
      lines.removeAllListeners();
      lines.close();
      // Kept flowing, or the server would block once the pipe is full.
      watchdog.stdout.resume();
      (watchdog.stdout as { unref?: () => void }).unref?.();
      (watchdog.stdin as { unref?: () => void } | null)?.unref?.();
      how();
    }
  });
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
