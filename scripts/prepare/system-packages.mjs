import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, say, since, Stop } from './run.mjs';

const REDIS = ['redis-server'];
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const CHROMIUM_OUTSIDE_PATH = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const INSTALL = {
  debian: 'sudo apt-get install --no-install-recommends redis-server chromium',
  ubuntu: 'sudo apt-get install redis-server && npx playwright-core install --with-deps chromium',
  fedora: 'sudo dnf install redis chromium',
  alpine: 'apk add redis chromium',
  arch: 'sudo pacman -S redis chromium',
  darwin: 'brew install redis && brew install --cask google-chrome',
  other: 'install Redis (redis-server) and Chromium and put both on the PATH',
};

/** Makes sure of the two programs that tests talk to, and answers where the browser is. Installs them only on Debian, as root. */
export async function systemPackages() {
  if (find(REDIS) && (await findChromium())) return findChromium();
  const platform = identify();
  if (platform === 'debian' && process.getuid?.() === 0) await aptInstall(['redis-server', 'chromium']);
  const chromium = await findChromium();
  if (find(REDIS) && chromium) return chromium;
  const missing = [find(REDIS) ? [] : 'a Redis server', chromium ? [] : 'Chromium'].flat().join(' and ');
  throw new Stop(`the tests need ${missing}: ${INSTALL[platform]}`);
}

/** `npm run bench` needs a Redis server and a load generator that costs little itself. */
export async function benchPrograms() {
  const missing = ['redis-server', 'wrk'].filter((name) => find([name]) === undefined);
  if (missing.length === 0) return;
  if (identify() !== 'debian' || process.getuid?.() !== 0)
    throw new Stop(`the bench needs ${missing.join(' and ')}: install the system's packages of these names`);
  await aptInstall(missing);
}

async function findChromium() {
  const known = [process.env['CHROMIUM_PATH'], find(CHROMIUM), ...CHROMIUM_OUTSIDE_PATH].filter(Boolean);
  const { chromium } = await import('playwright-core');
  return [...known, chromium.executablePath()].find((path) => path && existsSync(path));
}

function find(names) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function identify() {
  if (process.platform !== 'linux') return process.platform in INSTALL ? process.platform : 'other';
  if (!existsSync('/etc/os-release')) return 'other';
  const id = /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return id !== undefined && id in INSTALL ? id : 'other';
}

async function aptInstall(packages) {
  const start = performance.now();
  say(`installing ${packages.join(' and ')} from the system's packages`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const restore = forbidServices();
  try {
    await run('apt-get update', 'apt-get', ['update', '-q'], { env });
    await run('apt-get install', 'apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env });
  } finally {
    restore();
  }
  say(`installed (${since(start)})`);
}

/** Tests start their own Redis servers; the package must not start one for the whole system. 101 means: not allowed. */
function forbidServices() {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return () => {};
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(policy, { force: true });
}
