import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fingerprint } from './fingerprint.mjs';
import { log, npm, root, run } from './run.mjs';

const dist = `${root}dist`;
const configuration = [
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
  ...['scripts/prepare/build.mjs', 'scripts/prepare/fingerprint.mjs'],
];
const bundler = 'scripts/prepare/bundle.mjs';

/** A part is rebuilt when the content of any of its inputs differs from its last good build. */
const parts = {
  server: {
    inputs: [bundler, 'tsconfig.build.json', 'nest-cli.json', 'apps/api/src', 'apps/sandbox/src', 'libs'],
    outputs: ['apps', 'libs', 'service'],
    async build(staging) {
      const config = { extends: '../../../tsconfig.build.json', compilerOptions: { outDir: '.' } };
      writeFileSync(`${staging}/tsconfig.json`, JSON.stringify(config));
      const nest = `${root}node_modules/@nestjs/cli/bin/nest.js`;
      await run('the server build', process.execPath, [nest, 'build', '--path', 'dist/.next/server/tsconfig.json']);
      await bundle(staging);
    },
  },
  web: {
    inputs: ['apps/web', 'libs/client', 'libs/react', 'openapi/openapi.json'],
    outputs: ['web'],
    async build(staging) {
      const vite = `${root}node_modules/vite/bin/vite.js`;
      const args = ['build', 'apps/web', '--config', 'apps/web/vite.config.ts', '--logLevel', 'warn'];
      const output = await run('the web build', process.execPath, [vite, ...args, '--outDir', `${staging}/web`]);
      if (output) output.split('\n').forEach(log);
    },
  },
  // The files that npm would publish, for tests.
  packages: {
    inputs: ['libs/client', 'libs/react', 'scripts/build-package.mjs'],
    outputs: ['packages'],
    async build(staging) {
      const folder = `${staging}/packages`;
      mkdirSync(folder);
      // In this order: @causeway/react is compiled against the declarations of @causeway/client.
      const workspaces = ['client', 'react'].flatMap((name) => ['--workspace', `@causeway/${name}`]);
      await npm('npm pack', ['pack', ...workspaces, '--pack-destination', folder]);
      for (const file of readdirSync(folder))
        renameSync(`${folder}/${file}`, `${folder}/${/causeway-(\w+)-/.exec(file)[1]}.tgz`);
    },
  },
};

/** Writes `service` from the compiled `apps` and `libs` in that folder. */
export const bundle = (folder) => run('bundling the service', process.execPath, [root + bundler, folder]);

/** The parts that run. */
export const PARTS = ['server', 'web'];

export const staleParts = (names) => names.filter((name) => readStamp(name) !== inputsHash(name));

/** The next `prepare` builds all parts again. */
export const invalidateBuilds = () => PARTS.forEach((name) => rmSync(stampFile(name), { force: true }));

/** Builds in a staging folder and swaps it in: a running service never sees half a build, and a failed build leaves the last good one. */
export async function build(name) {
  const { outputs, build } = parts[name];
  const before = inputsHash(name);
  const staging = `${dist}/.next/${name}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await build(staging);
  rmSync(stampFile(name), { force: true });
  for (const output of outputs) {
    if (existsSync(`${dist}/${output}`)) renameSync(`${dist}/${output}`, `${staging}/${output}.old`);
    renameSync(`${staging}/${output}`, `${dist}/${output}`);
  }
  rmSync(staging, { recursive: true, force: true });
  writeFileSync(stampFile(name), before);
}

const stampFile = (name) => `${dist}/.${name}.stamp`;

const readStamp = (name) => existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8');

const inputsHash = (name) => fingerprint(root, [...configuration, ...parts[name].inputs]);
