import type { Caller } from './caller.js';
import type { UpstreamUsage } from './upstream-usage.js';

export const ACTOR_KINDS = ['operator', 'key', 'session', 'anyone', 'user', 'service'] as const;

/** Who did something. `user`: the person whose browser came back from the provider. `service`: nobody asked for it. */
export interface Actor {
  kind: (typeof ACTOR_KINDS)[number];
  id: string | null;
  /** Of the request by which it is done. */
  usage?: UpstreamUsage | undefined;
}

/** Whoever can run a command on the machine. */
export const OPERATOR: Actor = { kind: 'operator', id: null };

/** Nobody asked for it. */
export const SERVICE: Actor = { kind: 'service', id: null };

export function actorOf({ kind, id, usage }: Caller): Actor {
  return { kind, id, usage };
}
