// `npm run openapi`: the contract and the client types that follow from it. With `--check`: fails when either is stale.
import { prepare } from './prepare/prepare.mjs';
import { main, root, run, log } from './prepare/run.mjs';

const check = process.argv.includes('--check') ? ['--check'] : [];

await main(async () => {
  await prepare(['server']);
  const generator = `${root}node_modules/openapi-typescript/bin/cli.js`;
  const types = [
    generator,
    'openapi/openapi.json',
    '--output',
    'libs/client/src/schema.d.ts',
    '--default-non-nullable',
    'false',
  ];
  await run('openapi/openapi.json', process.execPath, ['dist/service/openapi.js', ...check]);
  await run('libs/client/src/schema.d.ts', process.execPath, [...types, ...check]);
  log(check.length > 0 ? 'the contract is up to date' : 'wrote openapi/openapi.json and libs/client/src/schema.d.ts');
});
