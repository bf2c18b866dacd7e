import { AsyncLocalStorage } from 'node:async_hooks';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Caller } from '../access/caller.js';

export const ACTOR_KINDS = ['operator', 'key', 'session', 'anyone', 'user', 'service'] as const;

/** Who did something. `user`: the person in the browser that came back from the provider; `service`: nobody asked for it. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  id: string | null;
}

const SERVICE: Actor = { kind: 'service', id: null };

/** Longer than anything is noted after the answer that it belongs to. */
const LINGER_MS = 10_000;

/** Set by the guard, after the request was entered here. */
interface Request {
  caller?: Caller;
}

const requests = new AsyncLocalStorage<Request>();
let inside = 0;
let closing: NodeJS.Timeout | undefined;

/** Everything that is done for this request, however deep, is done by its caller. @returns to be called when it has ended */
export function actFor(request: object, work: () => void, lingerMs = LINGER_MS): () => void {
  inside += 1;
  requests.run(request, work);
  return () => {
    inside -= 1;
    if (inside === 0) closing ??= setTimeout(forget, lingerMs).unref();
  };
}

/** Up to Node 22 a storage in use makes every promise of the process dearer: a token look-up costs a quarter more. */
function forget(): void {
  closing = undefined;
  if (inside === 0) requests.disable();
}

export function currentActor(): Actor {
  const caller = requests.getStore()?.caller;
  return caller === undefined ? SERVICE : actorOf(caller);
}

export function actorOf({ kind, id }: Caller): Actor {
  return { kind, id };
}

const WITHOUT_ACTOR = 'withoutActor';

/** For routes that are called all the time: they note nothing, or say themselves who acts, and are not entered above. */
export const WithoutActor = () => RouteConfig({ [WITHOUT_ACTOR]: true });

export function isWithoutActor({ config }: { config: object }): boolean {
  return WITHOUT_ACTOR in config;
}
