// The `prepack` of a published package, in its folder: makes `dist` out of `src`.
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { main, root, run } from './prepare/run.mjs';

await main(async () => {
  const folder = process.cwd();
  rmSync(`${folder}/dist`, { recursive: true, force: true });
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  await run(`building ${folder}`, process.execPath, [tsc, '-p', `${folder}/tsconfig.build.json`]);
  // The compiler writes no declarations for declarations.
  const schema = 'schema.d.ts';
  if (existsSync(`${folder}/src/${schema}`)) copyFileSync(`${folder}/src/${schema}`, `${folder}/dist/${schema}`);
  if (existsSync(`${folder}/dist/element`)) await bundleElement(folder);
});

/** For pages without a bundler: the custom element with everything that it imports, and a file for each locale. */
async function bundleElement(folder) {
  const bundle = await rolldown({
    platform: 'browser',
    input: { 'causeway-connect': `${folder}/dist/element/index.js` },
  });
  await bundle.write({
    dir: `${folder}/dist/standalone`,
    format: 'esm',
    minify: true,
    comments: false,
    chunkFileNames: '[name].js',
  });
}
