import { createInterface } from 'node:readline';
import { openStore, type StoreOptions } from '../../src/index.js';

/** A store in a process of its own: one call in each line of the input, its answer in a line of the output. */
const store = await openStore(JSON.parse(process.argv[2]!) as StoreOptions);
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

say({ ready: true });
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, args } = JSON.parse(line) as { id: number; method: string; args: unknown[] };
  const call = (store as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!;
  void call.apply(store, args).then(
    (value) => say({ id, value }),
    (error: unknown) => say({ id, error: String(error) }),
  );
});
