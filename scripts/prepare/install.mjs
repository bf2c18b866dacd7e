import { existsSync, readFileSync } from 'node:fs';
import { log, npm, root, since } from './run.mjs';

/** npm leaves a copy of the lockfile in node_modules when an install has completed. */
export function installIsNeeded() {
  const wanted = packages('package-lock.json');
  const present = packages('node_modules/.package-lock.json');
  return Object.entries(wanted).some(
    ([path, { version, optional }]) =>
      path !== '' && (present[path] ? present[path].version !== version : optional !== true),
  );
}

const packages = (file) => (existsSync(root + file) ? JSON.parse(readFileSync(root + file, 'utf8')).packages : {});

export async function install() {
  const start = performance.now();
  log('installing the dependencies (npm ci): half a minute, or several on a slow machine or network');
  await npm('npm ci', ['ci']);
  log(`dependencies installed (${since(start)})`);
}
