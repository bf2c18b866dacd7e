import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway } from '@causeway/client';
import type { MockProviders, Service } from '@causeway/testing';
import fc from 'fast-check';
import { EditedSync } from './edited-sync.js';
import { INTEGRATIONS, type IntegrationId } from './integration-ids.js';
import { ADMIN_KEY } from './production.js';

const number = fc.nat(1_000);

/** What happens to the account, to the sync and to its readers. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), number, to: number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), number, to: number }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('trash' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), number }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose access' as const, 'regain access' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlist' as const), rows: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('run' as const), full: fc.boolean(), wait: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('read' as const), number, limit: fc.integer({ min: 1, max: 9 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const sequence = fc.record({
  integration: fc.constantFrom(...INTEGRATIONS),
  steps: fc.array(step, { minLength: 4, maxLength: 12 }),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer T> ? T : never;

/** When the process ends, after its start or its last end. */
const interruption = fc.integer({ min: 300, max: 2_500 });

/** A response that is missing or wrong, of which a run must not conclude anything. */
const fault = fc.record({
  provider: fc.constantFrom(...INTEGRATIONS),
  kind: fc.constantFrom(
    'server-error' as const,
    'cut-mid-body' as const,
    'malformed-json' as const,
    'html' as const,
    'empty-page' as const,
    'expired-cursor' as const,
    'repeated-cursor' as const,
  ),
  skip: fc.nat(40),
  times: fc.integer({ min: 1, max: 6 }),
});

export interface SequencesUnderTest {
  service: Service;
  mockProviders: MockProviders;
}

/** What was done, for a report. */
export class Tally {
  sequences = 0;
  steps = 0;
  kills = 0;
  restarts = 0;
  /** Runs that a killed or stopped process had going. */
  interrupted = 0;
  faults = 0;
}

export interface BatchOptions {
  batches: number;
  /** Sequences that run at the same time. */
  size: number;
  interrupted: boolean;
}

/**
 * Sequences in batches that share the process; of those that are interrupted, it is killed or restarted a few times.
 * A failure names the seed: `SYNC_SEED=… SYNC_PATH=…` runs the same sequences again.
 */
export async function checkSequences(
  { service, mockProviders }: SequencesUnderTest,
  { batches, size, interrupted }: BatchOptions,
  tally: Tally,
): Promise<void> {
  const batch = fc.record({
    sequences: fc.array(sequence, { minLength: size, maxLength: size }),
    interruptions: fc.array(interruption, interrupted ? { minLength: 2, maxLength: 4 } : { maxLength: 0 }),
    faults: fc.array(fault, interrupted ? { maxLength: 0 } : { minLength: 3, maxLength: 6 }),
  });
  const { SYNC_SEED: seed, SYNC_PATH: path } = process.env;
  await fc.assert(
    fc.asyncProperty(batch, async ({ sequences, interruptions, faults }) => {
      for (const one of faults) await mockProviders.fault({ ...one, on: 'data' });
      // Otherwise a run is over before the process can be ended in it.
      if (interrupted)
        for (const provider of INTEGRATIONS)
          await mockProviders.fault({ provider, kind: 'latency', on: 'data', ms: 40 });
      tally.faults += faults.length;
      const interrupting = interrupt(service, interruptions, tally);
      const results = await Promise.allSettled(sequences.map((one, at) => follow({ service, mockProviders }, one, at)));
      await interrupting;
      await mockProviders.clearFaults();
      tally.sequences += sequences.length;
      tally.steps += sequences.reduce((sum, { steps }) => sum + steps.length, 0);
      for (const result of results) if (result.status === 'rejected') throw result.reason as Error;
    }),
    // A smaller batch says no more than the name of the sequence that failed.
    { numRuns: batches, endOnFailure: true, ...(seed && { seed: Number(seed) }), ...(path && { path }) },
  );
}

/** As a crash, and as an update does, in turns. */
async function interrupt(service: Service, interruptions: readonly number[], tally: Tally): Promise<void> {
  for (const [index, afterMs] of interruptions.entries()) {
    await sleep(afterMs);
    tally.interrupted += await running(service);
    const isCrash = index % 2 === 0;
    if (isCrash) await service.kill();
    await service.restart();
    tally[isCrash ? 'kills' : 'restarts'] += 1;
  }
}

async function running({ url }: Service): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  return Number(/^causeway_sync_runs_running (\d+)/m.exec(await response.text())?.[1] ?? Number.NaN);
}

async function follow(
  { service, mockProviders }: SequencesUnderTest,
  { integration, steps }: Sequence,
  at: number,
): Promise<void> {
  const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  let done = 0;
  try {
    const sync = await EditedSync.create(client, mockProviders, integration);
    for (const one of steps) {
      await act(sync, integration, one);
      done += 1;
    }
    await sync.complete();
    await sync.check();
    await sync.remove();
  } catch (error) {
    const what = `sequence ${at} of ${integration}, after ${done} of ${JSON.stringify(steps)}`;
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function act(sync: EditedSync, integration: IntegrationId, one: Step): Promise<void> {
  switch (one.do) {
    case 'create':
      return sync.create(one.number, one.to);
    case 'edit':
      return sync.edit(one.number);
    case 'move':
      return sync.move(one.number, one.to);
    case 'trash':
      return sync.trash(one.number);
    case 'restore':
      return sync.restore(one.number);
    case 'delete':
      return sync.delete(one.number);
    case 'lose access':
      return sync.resize(sync.account.rules.fewer);
    case 'regain access':
      return sync.resize(sync.account.rules.sizes);
    case 'unlist':
      return integration === 'notion' ? sync.resize({ unindexedRows: one.rows }) : undefined;
    case 'revoke':
      return sync.revoke();
    case 'run':
      return sync.run(one.full, one.wait);
    case 'read':
      return sync.readFeed(one.number, one.limit);
  }
}
