// `npm run bench`: measures, and writes bench/results. `npm run bench -- look-up` measures one thing, `--quick` only tries whether it runs.
import { prepare } from './prepare/prepare.mjs';
import { main } from './prepare/run.mjs';
import { benchPrograms } from './prepare/system-packages.mjs';

await main(async () => {
  await prepare();
  await benchPrograms();
  const { bench } = await import('../bench/src/main.mjs');
  await bench(process.argv.slice(2));
});
