// `npm test`: every tier, on whatever machine. Arguments go to Jest: `npm test -- libs/store`, `npm test -- --selectProjects unit`.
// `npm run test:node -- 24`: the unit and e2e tiers on the newest Node of that major version.
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { PARTS } from './prepare/build.mjs';
import { prepare } from './prepare/prepare.mjs';
import { nodeBinary, requirePrograms } from './prepare/programs.mjs';
import { main, root, UserError } from './prepare/run.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const major = args[0] === '--node' ? (args.splice(0, 2)[1] ?? '') : undefined;
  if (major !== undefined && !/^\d+$/.test(major)) throw new UserError('which Node? npm run test:node -- 24');
  await prepare([...PARTS, 'packages']);
  const env = {
    ...process.env,
    ...(await requirePrograms(['redis-server', 'postgres', 'chromium', 'haproxy', 'prometheus'])),
  };
  if (major === undefined) return jest(process.execPath, args, env);
  const node = await nodeBinary(major);
  env.PATH = `${dirname(node)}${delimiter}${env.PATH}`;
  return jest(node, [...args, '--selectProjects', 'unit', 'e2e'], env);
});

/** Its workers and the services that tests start run on the same Node. */
function jest(node, args, env) {
  const options = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(node, [...options, `${root}node_modules/jest/bin/jest.js`, ...args], {
    cwd: root,
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  let counts;
  child.on('message', (message) => (counts = message));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.exitCode = code ?? 1;
      // No counts: Jest crashed, or was asked for something else, as with `--listTests`.
      if (counts || code !== 0) console.log(summary(counts ?? { passed: 0, failed: 1, skipped: 0 }));
      resolve();
    });
  });
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
