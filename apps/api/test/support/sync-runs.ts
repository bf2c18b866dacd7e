import { unwrap, type CausewayClient } from '@causeway/client';
import { eventually } from './eventually.js';

const fail = (id: string): never => {
  throw new Error(`${id} has no run`);
};

export async function runsOf(client: CausewayClient, id: string) {
  return (await unwrap(client.GET('/syncs/{id}/runs', { params: { path: { id } } }))).runs;
}

/** The newest run, once it has ended and there are so many. */
export async function ended(client: CausewayClient, id: string, count: number) {
  return eventually(async () => {
    const runs = await runsOf(client, id);
    expect(runs).toHaveLength(count);
    expect(runs[0]?.outcome).not.toBe('running');
    return runs[0] ?? fail(id);
  }, 60_000);
}
