import { ADMIN_KEY, hubspotAt, startService } from './environment.mjs';
import { connect, startProvider } from './handshakes.mjs';
import { removeFolder, temporaryFolder } from './processes.mjs';
import { alternate, pairOf } from './rounds.mjs';
import { load, requestsScript } from './wrk.mjs';

/** @typedef {import('./figure.mjs').Figure} Figure */
/** @typedef {import('./figure.mjs').Settings} Settings */

const PATH = 'account-info/2026-09/details';
const CALLERS = 16;
/** Until the JIT has compiled the code, also with a slow provider. */
const WARM_UP = { callers: 256, seconds: 8 };

/**
 * The first responds from memory: how many requests can one process forward? Real providers take tens of milliseconds at least, which
 * leaves the process the time that it needs: what it adds then is what a caller notices.
 */
const PROVIDERS = [
  { name: 'that responds at once', latencyMs: 0, atMost: 1.5 },
  { name: 'that takes 20 to 30 ms', latencyMs: 20, atMost: 0.7 },
];

/** The same small response of the provider, directly and through the proxy. */
export const title = 'proxy against the direct request';

/** @param {Settings} settings @returns {AsyncGenerator<Figure>} */
export async function* measure({ rounds, seconds, quick }) {
  for (const { name, latencyMs, atMost } of PROVIDERS) {
    const folder = await temporaryFolder('proxy');
    const provider = await startProvider({ latencyMs });
    const service = await startService({ env: hubspotAt(provider.url), folder });
    const [id] = await connect(service.url, 1);
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    const through = await requestsScript(folder, [`/connections/${id}/proxy/${PATH}`], headers);
    const direct = await requestsScript(folder, [`/hubspot/${PATH}`], headers);
    const sides = {
      ours: (callers = CALLERS, length = seconds) => load({ ...service, script: through, callers, seconds: length }),
      other: () => load({ ...provider, script: direct, callers: CALLERS, seconds }),
    };
    await sides.ours(WARM_UP.callers, quick ? 1 : WARM_UP.seconds);
    const measured = await alternate(rounds, { ours: () => sides.ours(), other: () => sides.other() });
    const [ours, other] = [measured.ours.map(({ p50 }) => p50), measured.other.map(({ p50 }) => p50)];
    const over = ours.map((value, round) => value - (other[round] ?? 0));
    const { ours: middle, other: base } = pairOf(ours, other, (value) => value);
    yield {
      name: `proxy, ${CALLERS} callers, a provider ${name}: what it adds to the median`,
      group: 'proxy',
      unit: 'ms',
      ours,
      other,
      otherIs: 'the direct request',
      ratioIs: 'ours − direct, ms',
      ratio: middle - base,
      min: Math.min(...over),
      max: Math.max(...over),
      target: { atMost },
      more: {
        'requests/s': pairOf(measured.ours, measured.other, ({ perSecond }) => perSecond),
        'processor µs a request': pairOf(measured.ours, measured.other, ({ processorUs }) => processorUs),
      },
    };
    await Promise.all([service.stop(), provider.stop()]);
    await removeFolder(folder);
  }
}
