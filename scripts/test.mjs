// `npm test`: every tier, on whatever machine. Arguments go to Jest: `npm test -- libs/store`, `npm test -- --selectProjects unit`.
import { spawn } from 'node:child_process';
import { prepare } from './prepare/prepare.mjs';
import { main, root } from './prepare/run.mjs';
import { systemPackages } from './prepare/system-packages.mjs';

await main(async () => {
  await prepare();
  const chromium = await systemPackages();
  const { code, counts } = await jest(process.argv.slice(2), { CHROMIUM_PATH: chromium });
  // No count: Jest did not come to an end, or was asked something else, as with `--listTests`.
  if (counts || code !== 0) console.log(sentence(counts ?? { passed: 0, failed: 1, skipped: 0 }));
  process.exitCode = code;
});

function jest(args, env) {
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...node, `${root}node_modules/jest/bin/jest.js`, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    let counts;
    child.on('message', (message) => (counts = message));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, counts }));
  });
}

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
