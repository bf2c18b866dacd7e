import { ADMIN_KEY, hubspotAt, notionAt, startRedis, startService } from './environment.mjs';
import { connect, connectUsers, startProvider } from './handshakes.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { median } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const PATH = 'account-info/2026-09/details';
const ACCOUNTS = 400;
const CALLERS = 16;
const FIRST_SECONDS = 5;
const AT_MOST_MS = 25;

/** Each round starts the service again: nothing is compiled yet. The rate limits are those of the provider. */
export const title = `the first ${FIRST_SECONDS} seconds after a start`;

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, quick }) {
  const folder = await temporaryFolder('first-seconds');
  const [provider, redis] = [await startProvider(), await startRedis()];
  const { HUBSPOT_RATE_LIMIT: _, ...limited } = hubspotAt(provider.url);
  const start = () => startService({ env: { ...limited, ...notionAt(provider.url) }, redis, folder });
  const preparing = await start();
  const ids = await connect(preparing.url, ACCOUNTS);
  await preparing.stop();
  const paths = ids.map((id) => `/connections/${id}/proxy/${PATH}`);
  const script = await requestsScript(folder, paths, { authorization: `Bearer ${ADMIN_KEY}` });
  const seconds = quick ? 1 : FIRST_SECONDS;
  /** @type {[string, (service: import('./processes.mjs').Running) => Promise<{ perSecond: number; p50: number }>][]} */
  const works = [
    ['proxied calls', (service) => load({ ...service, script, callers: CALLERS, seconds })],
    [
      'connect handshakes, Notion',
      ({ url }) => connectUsers(url, { integration: 'notion', callers: CALLERS, seconds }),
    ],
  ];
  for (const [name, work] of works) {
    /** @type {{ perSecond: number; p50: number }[]} */
    const measured = [];
    for (let round = 0; round < rounds; round += 1) {
      const service = await start();
      measured.push(await work(service));
      await service.stop();
    }
    const medians = measured.map(({ p50 }) => p50);
    const bound = medians.map((value) => value / AT_MOST_MS);
    yield {
      name: `${name}, Redis, ${CALLERS} at once, the first ${FIRST_SECONDS} s after a start: median`,
      group: 'first-seconds',
      unit: 'ms',
      ours: medians,
      other: [AT_MOST_MS],
      otherIs: 'the target',
      ratioIs: 'time (ours / target)',
      ratio: median(bound),
      min: Math.min(...bound),
      max: Math.max(...bound),
      target: { oursAtMost: AT_MOST_MS },
      more: { 'a second': { ours: median(measured.map(({ perSecond }) => perSecond)), other: NaN } },
    };
  }
  await Promise.all([provider.stop(), redis.stop()]);
  await removeFolder(folder);
}
