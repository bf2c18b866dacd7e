import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { root, run } from './processes.mjs';

const PACKAGES = ['fastify', '@nestjs/core', 'redis', 'lmdb', 'undici', 'grant', '@hubspot/api-client'];

/** The machine and the versions that a figure depends on. */
export async function machine() {
  const installed = await readFile(`${root}node_modules/.package-lock.json`, 'utf8');
  /** @type {{ packages: Record<string, { version: string }> }} */
  const { packages } = JSON.parse(installed);
  const versions = Object.fromEntries(
    PACKAGES.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'missing']),
  );
  const redis = /v=([\d.]+)/.exec(await run('redis-server', ['--version']))?.[1] ?? 'unknown';
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    versions: { node: process.versions.node, 'redis-server': redis, ...versions },
  };
}

/** The load average of the last minute. */
export const loadAverage = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;
