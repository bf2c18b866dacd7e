import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Store, StoreOptions } from '../../src/index.js';

type Method = Exclude<keyof Store, 'kind' | 'cache'>;

export interface StoreInChild {
  call<M extends Method>(method: M, ...args: Parameters<Store[M]>): Promise<Awaited<ReturnType<Store[M]>>>;
  /** SIGKILL: nothing of the process gets to tidy up. */
  kill(): Promise<void>;
}

export async function openInChild(options: StoreOptions): Promise<StoreInChild> {
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', path('typescript.mjs'), path('child.ts'), JSON.stringify(options)],
    // The child ends with its input, so with this process.
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as unknown[];
  if (typeof first !== 'string') throw new Error('The child process does not open its store');

  const waiting = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  lines.on('line', (line) => {
    const answer = JSON.parse(line) as { id: number; value?: unknown; error?: string };
    waiting.get(answer.id)?.(answer);
  });
  let calls = 0;

  return {
    call: async (method, ...args) => {
      const id = ++calls;
      const answered = new Promise<{ value?: unknown; error?: string }>((resolve) => waiting.set(id, resolve));
      child.stdin.write(`${JSON.stringify({ id, method, args })}\n`);
      const { value, error } = await answered;
      if (error !== undefined) throw new Error(error);
      return value as never;
    },
    kill: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
