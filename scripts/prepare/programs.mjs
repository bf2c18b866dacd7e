import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { log, npm, root, run, since, UserError } from './run.mjs';

/** Programs that are not on the PATH of the system; ignored by git. */
const TOOLS = `${root}dist/.tools`;

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const CHROMIUM_OUTSIDE_PATH = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Debian's packages. redis-server would also start a Redis for the whole system; redis-tools has the same program and starts nothing. */
const PACKAGES = {
  'redis-server': 'redis-tools',
  postgres: 'postgresql',
  chromium: 'chromium',
  haproxy: 'haproxy',
  prometheus: 'prometheus',
  wrk: 'wrk',
};

const INSTALL = {
  debian: 'sudo apt-get install --no-install-recommends redis-server postgresql chromium haproxy prometheus wrk',
  ubuntu:
    'sudo apt-get install redis-server postgresql haproxy prometheus wrk && npx playwright-core install --with-deps chromium',
  fedora: 'sudo dnf install redis postgresql-server chromium haproxy golang-github-prometheus wrk',
  alpine: 'apk add redis postgresql chromium haproxy prometheus wrk',
  arch: 'sudo pacman -S redis postgresql chromium haproxy prometheus wrk',
  darwin: 'brew install redis postgresql haproxy prometheus wrk && brew install --cask google-chrome',
};

/** Makes sure that these programs are there; installs them only on Debian, as root. Returns the environment that finds them. */
export async function requirePrograms(names) {
  // Debian keeps servers in /usr/sbin, which is not on everybody's PATH.
  const directories = () => [process.env.PATH, TOOLS, '/usr/sbin', ...postgresDirectories()].join(delimiter);
  let PATH = directories();
  const find = async (name) => (name === 'chromium' ? await findChromium(PATH) : findOnPath([name], PATH));
  const missing = async () =>
    (await Promise.all(names.map(find))).flatMap((path, index) => (path ? [] : [names[index]]));
  const absent = await missing();
  if (absent.length > 0 && platform() === 'debian' && process.getuid() === 0) await aptInstall(absent);
  PATH = directories();
  const stillAbsent = await missing();
  if (stillAbsent.length > 0)
    throw new UserError(
      `${stillAbsent.join(' and ')} not found: ${INSTALL[platform()] ?? 'install and put it on the PATH'}`,
    );
  return { PATH, CHROMIUM_PATH: (await findChromium(PATH)) ?? '' };
}

/** The newest Node of that major version, from its npm package; resolves to the path of the binary. */
export async function nodeBinary(major) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = `${root}dist/.node/${major}`;
  const binary = `${folder}/node_modules/${name}/bin/node`;
  if (!existsSync(binary)) {
    log(`installing ${name}@${major} into dist`);
    mkdirSync(folder, { recursive: true });
    await npm(`npm install ${name}@${major}`, ['install', '--prefix', folder, '--no-save', `${name}@${major}`]);
  }
  return binary;
}

async function findChromium(PATH) {
  const { chromium } = await import('playwright-core');
  const candidates = [
    process.env.CHROMIUM_PATH,
    findOnPath(CHROMIUM, PATH),
    ...CHROMIUM_OUTSIDE_PATH,
    chromium.executablePath(),
  ];
  return candidates.find((path) => path && existsSync(path));
}

/** Debian has the programs of each version in a directory of its own. */
function postgresDirectories() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number) : [];
  return versions.sort((one, other) => other - one).map((version) => `${root}/${version}/bin`);
}

const findOnPath = (names, PATH) =>
  names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))).find(isExecutable);

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function platform() {
  if (process.platform !== 'linux' || !existsSync('/etc/os-release')) return process.platform;
  return /^ID="?([a-z]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
}

async function aptInstall(names) {
  const start = performance.now();
  const packages = names.map((name) => PACKAGES[name]);
  log(`installing ${packages.join(' and ')} with apt-get`);
  // At run level 1, the packages start no service for the whole system.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get update', 'apt-get', ['update', '-q'], env);
  await run('apt-get install', 'apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], env);
  if (names.includes('redis-server')) {
    // The program is a server when it is called by that name; the package redis-server has the same link.
    mkdirSync(TOOLS, { recursive: true });
    rmSync(`${TOOLS}/redis-server`, { force: true });
    symlinkSync('/usr/bin/redis-check-rdb', `${TOOLS}/redis-server`);
  }
  log(`installed (${since(start)})`);
}
