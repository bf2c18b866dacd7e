import { ADMIN_KEY, connect, hubspotAt, startService } from './ground.mjs';
import { startProvider } from './handshakes.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { inTurn, pairOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const PATH = 'account-info/2026-09/details';
const CALLERS = 16;

/** The same small answer of the provider, asked for directly and through the proxy. */
export const title = 'proxy against the direct call';

/** @param {Settings} settings @returns {Promise<Figure[]>} */
export async function measure({ rounds, seconds, say }) {
  const folder = await temporaryFolder('proxy');
  const provider = await startProvider();
  const service = await startService({ env: hubspotAt(provider.url), folder });
  const id = await connect(service.url, { orgId: 'bench', userId: 'ann' });
  const path = `/connections/${id}/proxy/${PATH}`;
  const headers = { authorization: `Bearer ${ADMIN_KEY}` };
  const tried = await fetch(service.url + path, { headers });
  /** @type {Figure[]} */
  const figures = [];
  if (tried.status === 404) console.log('  no proxy here: it is not measured');
  else {
    const through = await requestsScript(folder, [path], headers);
    const direct = await requestsScript(folder, [`/hubspot/${PATH}`], headers);
    const sides = {
      ours: () => load({ ...service, script: through, callers: CALLERS, seconds }),
      other: () => load({ ...provider, script: direct, callers: CALLERS, seconds }),
    };
    await sides.ours();
    const measured = await inTurn(rounds, sides);
    const [ours, other] = [measured.ours.map(({ p50 }) => p50), measured.other.map(({ p50 }) => p50)];
    const over = ours.map((value, round) => value - (other[round] ?? 0));
    const { ours: middle, other: base } = pairOf(ours, other, (value) => value);
    const figure = {
      name: `proxy, ${CALLERS} callers: what it adds to the median`,
      group: 'proxy',
      unit: 'ms',
      ours,
      other,
      otherIs: 'the direct call',
      ratioIs: 'ours − direct, ms',
      ratio: middle - base,
      min: Math.min(...over),
      max: Math.max(...over),
      target: { atMost: 1 },
      more: { 'requests/s': pairOf(measured.ours, measured.other, ({ perSecond }) => perSecond) },
    };
    say(figure);
    figures.push(figure);
  }
  await Promise.all([service.stop(), provider.stop()]);
  await removeFolder(folder);
  return figures;
}
