import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A child that cannot outlive its test: the shell sees the end of the test process by the end of its own input, also after SIGKILL,
 * when no exit hook runs. The child itself sees nothing of this, and its exit code comes through.
 */
const WATCHDOG = `
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
child=$!
echo $child >&3
exec 3>&-
{ read -r _ <&4; kill -9 $child; } >/dev/null 2>&1 &
watcher=$!
wait $child
code=$?
kill $watcher
exit $code
`;

export interface Ended {
  /** 128 and the signal's number after a signal. */
  code: number;
  stdout: string;
  stderr: string;
}

export interface OwnedProcess {
  readonly ended: Promise<Ended>;
  /** What it printed so far, both streams, as it came. */
  output(): string;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
}

export interface OwnedProcessOptions {
  /** All of it: nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
}

export async function spawnOwned(
  command: string,
  args: string[],
  { env, cwd }: OwnedProcessOptions,
): Promise<OwnedProcess> {
  // In a session of its own: Ctrl-C in the terminal must not end the watchdog before its child.
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', command, ...args], {
    env,
    cwd,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const [stdin, stdout, stderr, ids] = watchdog.stdio as unknown as [
    NodeJS.WritableStream,
    NodeJS.ReadableStream,
    NodeJS.ReadableStream,
    NodeJS.ReadableStream,
  ];
  const printed = { stdout: '', stderr: '', both: '' };
  for (const [name, stream] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    // prettier-ignore
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      printed.both += text;
    });
  }
  stdin.on('error', () => {});
  let running = true;
  const ended = once(watchdog, 'close').then(([code]): Ended => {
    running = false;
    return { code: Number(code), stdout: printed.stdout, stderr: printed.stderr };
  });
  const [line] = (await once(createInterface({ input: ids }), 'line')) as [string];
  // A test that forgets to stop it must not hang; the child ends with the test.
  watchdog.unref();
  for (const stream of watchdog.stdio) (stream as unknown as { unref?(): void } | null)?.unref?.();

  return {
    ended,
    output: () => printed.both,
    isRunning: () => running,
    signal(signal) {
      try {
        if (running) process.kill(Number(line), signal);
      } catch (error) {
        // It has ended by itself; its streams have not yet closed.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
  };
}
