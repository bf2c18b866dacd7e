import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './run.mjs';

const dist = `${root}dist`;
const configuration = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/prepare/build.mjs'];
const bundler = 'scripts/prepare/bundle.mjs';
const isTest = /\.(spec|e2e-spec|contract|browser)\.tsx?$|^(apps|libs)\/[^/]+\/test\//;

/** What is built, out of what. A part is rebuilt when any of its inputs has other content than at its last good build. */
const parts = {
  server: {
    inputs: [bundler, 'tsconfig.build.json', 'nest-cli.json', 'apps/api/src', 'apps/sandbox/src', 'libs'],
    outputs: ['apps', 'libs', 'service'],
    async build(staging) {
      writeFileSync(
        `${staging}/tsconfig.json`,
        JSON.stringify({ extends: '../../../tsconfig.build.json', compilerOptions: { outDir: '.' } }),
      );
      const nest = `${root}node_modules/@nestjs/cli/bin/nest.js`;
      await run('the server build', process.execPath, [nest, 'build', '--path', 'dist/.next/server/tsconfig.json']);
      await bundle(staging);
    },
  },
  web: {
    inputs: ['apps/web', 'libs/client', 'libs/react'],
    outputs: ['web'],
    async build(staging) {
      const vite = `${root}node_modules/vite/bin/vite.js`;
      const args = ['build', 'apps/web', '--config', 'apps/web/vite.config.ts', '--logLevel', 'warn'];
      const files = ['--outDir', `${staging}/web`, '--emptyOutDir'];
      say(await run('the web build', process.execPath, [vite, ...args, ...files]));
    },
  },
};

/** Makes `service` of the `apps` and `libs` in that folder. */
export const bundle = (folder) => run('bundling the service', process.execPath, [root + bundler, folder]);

export const PARTS = Object.keys(parts);

/** The parts whose last good build is not of the present sources. */
export const staleParts = (names) => names.filter((name) => readStamp(name) !== fingerprint(name));

/** Forgets that these were built: something else is about to write in dist. */
export const forget = (names) => names.forEach((name) => rmSync(stampFile(name), { force: true }));

/**
 * Builds beside and then changes places, so a service that runs from dist never sees half a build,
 * and a build that fails leaves the last good one.
 */
export async function build(name) {
  const { outputs, build } = parts[name];
  const before = fingerprint(name);
  const staging = `${dist}/.next/${name}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await build(staging);
  forget([name]);
  outputs.forEach((output) => changePlaces(`${staging}/${output}`, `${dist}/${output}`));
  rmSync(staging, { recursive: true, force: true });
  writeFileSync(stampFile(name), before);
}

function changePlaces(fresh, current) {
  const old = `${fresh}.old`;
  if (existsSync(current)) renameSync(current, old);
  renameSync(fresh, current);
}

const stampFile = (name) => `${dist}/.${name}.stamp`;

function readStamp(name) {
  try {
    return readFileSync(stampFile(name), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function fingerprint(name) {
  const hash = createHash('sha256');
  for (const input of [...configuration, ...parts[name].inputs]) {
    for (const file of filesIn(input)) hash.update(`${file}\n`).update(readFileSync(root + file));
  }
  return hash.digest('hex');
}

function filesIn(input) {
  if (/\.\w+$/.test(input)) return [input];
  return readdirSync(root + input, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .filter((file) => !isTest.test(file))
    .sort();
}
