import { ASKING_LASTS_MS } from '../limits.js';
import type { Asking, Place, Waiting } from '../store.js';

/** Virtual time: one unit is one place. */
interface Group {
  /** Where its last place ended. */
  f: number;
  /** The time of that place. */
  at: number;
  /** Where the place that one of its flows got last began, and where those of its waiting flows ended. */
  v: number;
  flows: Record<string, number>;
}

interface Asker {
  seen: number;
  waiting: Waiting[];
  /** Given while another process asked. */
  given: Omit<Place, 'inMs'>[];
}

/** Who waits for a budget, and who was served how much. It is kept as JSON. */
export interface FairState {
  /** Of the place that was given last, where it began. */
  v: number;
  /** Number of the first place that may not have ended yet. */
  oldest: number;
  groups: Record<string, Group>;
  askers: Record<string, Asker>;
}

export const nobodyYet = (): FairState => ({ v: 0, oldest: 0, groups: {}, askers: {} });

/**
 * Start-time fair queueing (see TAKE_TURNS of the Redis adapter, of which this is the twin): a group's next place begins where its
 * last one ended, but not before the one that was given last, so whoever comes back has saved up nothing.
 */
export class FairTurns {
  private readonly me: Asker;
  readonly places: Omit<Place, 'inMs'>[];

  constructor(
    private readonly state: FairState,
    { asker, waiting }: Asking,
    private readonly now: number,
  ) {
    for (const [name, { seen }] of Object.entries(state.askers))
      if (seen + ASKING_LASTS_MS <= now) delete state.askers[name];
    this.places = state.askers[asker]?.given ?? [];
    this.me = { seen: now, given: [], waiting: waiting.map((entry) => this.withoutGiven(entry)) };
    state.askers[asker] = this.me;
  }

  /** Gives a place to whoever is first; false: nobody waits. */
  give(at: number): boolean {
    const { state } = this;
    const found = this.first();
    if (found === undefined) return false;
    const { entry, from, s, t } = found;
    entry.calls -= 1;
    const { flows } = state.groups[entry.group] ?? { flows: {} };
    state.groups[entry.group] = { f: s + 1, at, v: t, flows: { ...flows, [entry.flow]: t + 1 } };
    state.v = s;
    (from === this.me ? this.places : from.given).push({ group: entry.group, flow: entry.flow, at });
    return true;
  }

  /** Forgets what decides nothing any more. @returns how many groups still wait */
  settle(periodMs: number): number {
    const { state } = this;
    const waiting = new Map<string, Set<string>>();
    for (const [name, one] of Object.entries(state.askers)) {
      one.waiting = one.waiting.filter(({ calls }) => calls > 0);
      for (const { group, flow } of one.waiting)
        waiting.set(group, (waiting.get(group) ?? new Set<string>()).add(flow));
      if (one.waiting.length + one.given.length === 0) delete state.askers[name];
    }
    for (const [name, group] of Object.entries(state.groups)) {
      const flows = waiting.get(name);
      group.flows = Object.fromEntries(Object.entries(group.flows).filter(([flow]) => flows?.has(flow)));
      const decides = group.f > state.v && group.at + periodMs > this.now;
      if (flows === undefined && !decides) delete state.groups[name];
    }
    return waiting.size;
  }

  /** The asker does not know yet of the places that were kept for it. */
  private withoutGiven({ group, flow, calls }: Waiting): Waiting {
    const given = this.places.filter((place) => place.group === group && place.flow === flow).length;
    return { group, flow, calls: calls - given };
  }

  private first(): { entry: Waiting; from: Asker; s: number; t: number } | undefined {
    let best: { entry: Waiting; from: Asker; s: number; t: number } | undefined;
    for (const from of Object.values(this.state.askers)) {
      for (const entry of from.waiting) {
        if (entry.calls < 1) continue;
        const group = this.state.groups[entry.group];
        const s = Math.max(group?.f ?? 0, this.state.v);
        const t = group === undefined ? 0 : Math.max(group.flows[entry.flow] ?? 0, group.v);
        if (best === undefined || s < best.s || (s === best.s && t < best.t)) best = { entry, from, s, t };
      }
    }
    return best;
  }
}
