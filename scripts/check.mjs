// `npm run check`: everything that needs no server. One line per check, the output of those that fail.
import { availableParallelism } from 'node:os';
import { prepare } from './prepare/prepare.mjs';
import { capture, main, root, since } from './prepare/run.mjs';

const bin = (path, ...args) => [`${root}node_modules/${path}`, ...args];
const types = (name, project) =>
  bin(
    'typescript/bin/tsc',
    '-p',
    project,
    '--noEmit',
    '--incremental',
    '--tsBuildInfoFile',
    `dist/.types-${name}.json`,
  );

/** Longest first, so that the cores finish together. */
const CHECKS = {
  'lint: our own rules, React': bin(
    'eslint/bin/eslint.js',
    '.',
    '--max-warnings=0',
    '--cache',
    '--cache-location=dist/.eslint',
    '--cache-strategy=content',
  ),
  'lint: types': bin('oxlint/bin/oxlint'),
  'openapi and client are up to date': [`${root}scripts/openapi.mjs`, '--check'],
  'types: server': types('server', '.'),
  'types: web': types('web', 'apps/web'),
  'types: bench': types('bench', 'bench'),
  format: bin('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  'import rules': bin(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.mjs',
    'apps',
    'libs',
    'scripts',
    'bench',
  ),
  'dead code': bin('knip/bin/knip.js', '--no-progress'),
};

await main(async () => {
  await prepare([]);
  const start = performance.now();
  const waiting = Object.entries(CHECKS);
  const failures = [];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, args] = next;
      const began = performance.now();
      const { code, output } = await capture(process.execPath, args);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${since(began).padStart(7)}  ${name}`);
      if (code !== 0) failures.push(`--- ${name}\n${output}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failures.length > 0) console.error(`\n${failures.join('\n\n')}`);
  console.log(`\n${Object.keys(CHECKS).length - failures.length} passed, ${failures.length} failed (${since(start)})`);
  process.exitCode = failures.length > 0 ? 1 : 0;
});
