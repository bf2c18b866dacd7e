import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../access/caller.js';

export const ACTOR_KINDS = ['operator', 'key', 'session', 'anyone', 'user', 'service'] as const;

/** Who did something. `user`: the person in the browser that came back from the provider; `service`: nobody asked for it. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  id: string | null;
}

const SERVICE: Actor = { kind: 'service', id: null };

/** Set by the guard, after the request was entered here. */
interface Request {
  caller?: Caller;
}

const requests = new AsyncLocalStorage<Request>();

/** Everything that is done for this request, however deep, is done by its caller. */
export function actFor(request: object, work: () => void): void {
  requests.run(request, work);
}

export function currentActor(): Actor {
  const caller = requests.getStore()?.caller;
  return caller === undefined ? SERVICE : { kind: caller.kind, id: caller.id };
}
