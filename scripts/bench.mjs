// `npm run bench`: measures, and writes bench/results. `npm run bench -- look-up` measures one thing, `--quick` only tries whether it runs.
import { prepare } from './prepare/prepare.mjs';
import { main } from './prepare/run.mjs';
import { requirePrograms } from './prepare/programs.mjs';

await main(async () => {
  await prepare();
  Object.assign(process.env, await requirePrograms(['redis-server', 'postgres', 'wrk']));
  const { bench } = await import('../bench/src/main.mjs');
  await bench(process.argv.slice(2));
});
