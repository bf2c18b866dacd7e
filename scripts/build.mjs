// `npm run build`: everything that `npm run start:prod` needs, in dist.
import { prepare } from './prepare/prepare.mjs';
import { main, log } from './prepare/run.mjs';

await main(async () => {
  await prepare();
  log('dist is up to date');
});
