import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processorMs, run } from './processes.mjs';

/**
 * @typedef {object} Load
 * @property {string} url where the server is
 * @property {number} pid the server's process
 * @property {string} script of `requestsScript`
 * @property {number} callers at once, each with a connection of its own and one request at a time
 * @property {number} seconds
 */

/**
 * The result of a load.
 * @typedef {object} Loaded
 * @property {number} perSecond
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 * @property {number} processorUs of the server, for each request
 */

let scripts = 0;

/**
 * Requests the paths one after the other, all with the same headers.
 * @param {string} folder
 * @param {readonly string[]} paths
 * @param {Record<string, string>} headers
 */
export async function requestsScript(folder, paths, headers) {
  const file = join(folder, `requests-${scripts++}.lua`);
  const lines = [
    ...Object.entries(headers).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`),
    `local paths = { ${paths.map((path) => `"${path}"`).join(', ')} }`,
    'local requests, next = {}, 0',
    'init = function() for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end end',
    'request = function() next = next % #requests + 1; return requests[next] end',
    // One line of plain numbers: wrk's own report varies its units.
    'done = function(summary, latency)',
    '  local errors = summary.errors',
    '  print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),',
    '    errors.connect + errors.read + errors.write + errors.status + errors.timeout))',
    'end',
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/**
 * One load, by wrk in a process of its own.
 * @param {Load} load
 * @returns {Promise<Loaded>}
 */
export async function load({ url, pid, script, callers, seconds }) {
  const before = await processorMs(pid);
  const output = await run('wrk', ['-t1', `-c${callers}`, `-d${seconds}s`, '--timeout', '5s', '-s', script, url]);
  const used = (await processorMs(pid)) - before;
  const [requests = 0, us = 0, p50 = 0, p99 = 0, errors = 0] = (/RESULT (.*)/.exec(output)?.[1] ?? '')
    .split(' ')
    .map(Number);
  if (requests === 0 || errors > 0) throw new Error(`${errors} of ${requests} requests failed\n${output}`);
  return { perSecond: (requests * 1e6) / us, p50: p50 / 1000, p99: p99 / 1000, processorUs: (used * 1000) / requests };
}
