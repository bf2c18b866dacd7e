// The `prepack` of a published package, in its folder: makes `dist` out of `src`.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { main, root, run } from './prepare/run.mjs';

await main(async () => {
  const folder = process.cwd();
  rmSync(`${folder}/dist`, { recursive: true, force: true });
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  await run(`building ${folder}`, process.execPath, [tsc, '-p', `${folder}/tsconfig.build.json`]);
  // The compiler writes no declarations for declarations.
  const schema = 'schema.d.ts';
  if (existsSync(`${folder}/src/${schema}`)) copyFileSync(`${folder}/src/${schema}`, `${folder}/dist/${schema}`);
});
