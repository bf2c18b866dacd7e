// `npm run dev`: the service on changing sources. A server change restarts it, a web change is there at the next reload of the page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundle, invalidateBuilds } from './prepare/build.mjs';
import { prepare } from './prepare/prepare.mjs';
import { main, root, log } from './prepare/run.mjs';

await main(() => prepare());
// The compilers below write into dist: the next `npm start` must build again.
invalidateBuilds();

const children = new Set();
let service;
let restarting = Promise.resolve();
let stopping = false;

const node = (args, stdio) => {
  const child = spawn(process.execPath, args, { cwd: root, stdio });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
};

async function restart() {
  if (service?.exitCode === null && service.signalCode === null) {
    service.kill('SIGTERM');
    await once(service, 'close');
  }
  if (stopping) return;
  await bundle(`${root}dist`);
  service = node(['dist/service/main.js', '--sandbox-by-default'], 'inherit');
}

const tsc = node(
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['ignore', 'pipe', 'inherit'],
);
tsc.stdout.setEncoding('utf8').on('data', (text) => {
  process.stdout.write(text);
  if (!/Found 0 errors/.test(text)) return;
  restarting = restarting.then(restart);
});

const vite = ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--config', 'apps/web/vite.config.ts', '--watch'];
node([...vite, '--outDir', `${root}dist/web`, '--emptyOutDir', '--logLevel', 'warn'], 'inherit');

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    stopping = true;
    log('stopping');
    for (const child of children) child.kill('SIGTERM');
  });
}
