import { readFileSync } from 'node:fs';
import { root, run, say, since } from './run.mjs';

/** npm leaves a copy of the lockfile in node_modules when an install has come to its end: what is there is compared with what is asked. */
export function installIsNeeded() {
  const wanted = packages('package-lock.json');
  const present = packages('node_modules/.package-lock.json');
  return Object.entries(wanted).some(
    ([path, { version, optional }]) =>
      path !== '' && (present[path] ? present[path].version !== version : optional !== true),
  );
}

function packages(file) {
  try {
    return JSON.parse(readFileSync(root + file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

export async function install() {
  const start = performance.now();
  say('installing the dependencies (npm ci), about half a minute');
  const progress = setInterval(() => say(`still installing (${since(start)})`), 15_000);
  try {
    await run('npm ci', ...npm(), { env: { npm_config_update_notifier: 'false' } });
  } finally {
    clearInterval(progress);
  }
  say(`dependencies installed (${since(start)})`);
}

/** The npm that runs this script where there is one: it needs no shell, on any system. */
function npm() {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? [process.execPath, [cli, ...args]] : ['npm', args];
}
