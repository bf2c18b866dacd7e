import { ASKING_LASTS_MS, BACK_MS, BACK_SHARE, MOST_FLOWS } from '../limits.js';
import type { AcquireRequest, Slot, Waiter } from '../rate-limit-store.js';

/** Virtual time: one unit is one place. */
interface Group {
  /** Where its last place ended. */
  f: number;
  /** The time of that place. */
  at: number;
  /** Where the place that one of its flows got last began, and where those of its flows ended. */
  v: number;
  flows: Record<string, number>;
}

interface Asker {
  seen: number;
  waiting: Waiter[];
  /** Given while another process asked. */
  given: Omit<Slot, 'inMs'>[];
}

/** Who waits for a budget, and who was served how much. It is kept as JSON. */
export interface FairState {
  /** Of the place that was given last, where it began. */
  v: number;
  /** There are fewer places than calls, as far as is known until then. */
  full: number;
  /** Number of the first place that may not have ended yet. */
  oldest: number;
  groups: Record<string, Group>;
  askers: Record<string, Asker>;
}

interface Candidate {
  entry: Waiter;
  from: Asker;
  /** Where the place of its group would begin, and within that of its flow. */
  s: number;
  t: number;
}

export const nobodyYet = (): FairState => ({ v: 0, full: 0, oldest: 0, groups: {}, askers: {} });

/** The twin of TAKE_TURNS of the Redis adapter, where the order is explained. */
export class FairTurns {
  readonly places: Omit<Slot, 'inMs'>[];
  private readonly me: Asker;
  /** Calls by group. */
  private readonly waiting = new Map<string, number>();
  private readonly backMs: number;

  constructor(
    private readonly state: FairState,
    { process: asker, waiting }: AcquireRequest,
    private readonly periodMs: number,
    private readonly now: number,
  ) {
    this.backMs = Math.floor(Math.min(BACK_SHARE * periodMs, BACK_MS));
    for (const [name, { seen }] of Object.entries(state.askers))
      if (seen + ASKING_LASTS_MS <= now) delete state.askers[name];
    this.places = state.askers[asker]?.given ?? [];
    this.me = { seen: now, given: [], waiting: waiting.map((entry) => this.withoutGiven(entry)) };
    state.askers[asker] = this.me;
    for (const one of Object.values(state.askers)) {
      one.waiting = one.waiting.filter(({ calls }) => calls > 0);
      for (const { tenant: group, calls } of one.waiting) this.waiting.set(group, this.callsOf(group) + calls);
    }
  }

  /** Gives the place to whoever is first. @returns the time where it is kept back until then, `null` where nobody waits */
  give(at: number): number | null {
    const { state } = this;
    const found = this.first();
    if (found === undefined) return null;
    const { entry, from, s, t } = found;
    const known = state.groups[entry.tenant];
    const allowed = this.allowed(at, known?.f ?? 0);
    if (allowed > at) return allowed;
    entry.calls -= 1;
    this.waiting.set(entry.tenant, this.callsOf(entry.tenant) - 1);
    state.groups[entry.tenant] = { f: s + 1, at, v: t, flows: { ...known?.flows, [entry.job]: t + 1 } };
    state.v = s;
    (from === this.me ? this.places : from.given).push({ tenant: entry.tenant, job: entry.job, at });
    return at;
  }

  /** Keeps only what decides something. @returns how many groups still wait */
  settle(next: number, keptBack: boolean): number {
    const { state } = this;
    const flows = new Set<string>();
    for (const [name, one] of Object.entries(state.askers)) {
      one.waiting = one.waiting.filter(({ calls }) => calls > 0);
      for (const { tenant: group, job: flow } of one.waiting) flows.add(`${group} ${flow}`);
      if (one.waiting.length + one.given.length === 0) delete state.askers[name];
    }
    const groups = [...this.waiting.values()].filter((calls) => calls > 0).length;
    if (groups > 0 && !keptBack) state.full = next + this.periodMs;
    for (const [name, group] of Object.entries(state.groups)) {
      forgetFlows(group, (flow) => flows.has(`${name} ${flow}`));
      const back = group.at + this.backMs <= this.now;
      const isOver = group.at + this.periodMs <= this.now || (group.f <= state.v && back);
      if (isOver && this.callsOf(name) === 0) delete state.groups[name];
    }
    return groups;
  }

  /** The asker does not know yet of the places that were kept for it. */
  private withoutGiven({ tenant: group, job: flow, calls }: Waiter): Waiter {
    const given = this.places.filter((place) => place.tenant === group && place.job === flow).length;
    return { tenant: group, job: flow, calls: calls - given };
  }

  private first(): Candidate | undefined {
    let best: Candidate | undefined;
    for (const from of Object.values(this.state.askers)) {
      for (const entry of from.waiting) {
        if (entry.calls < 1) continue;
        const group = this.state.groups[entry.tenant];
        const s = Math.max(group?.f ?? 0, this.state.v);
        const t = group === undefined ? 0 : Math.max(group.flows[entry.job] ?? 0, group.v);
        if (best === undefined || s < best.s || (s === best.s && t < best.t)) best = { entry, from, s, t };
      }
    }
    return best;
  }

  private allowed(at: number, f: number): number {
    if (at >= this.state.full) return at;
    const behind = Object.entries(this.state.groups).filter(([name, group]) => group.f < f && this.callsOf(name) === 0);
    return Math.max(at, ...behind.map(([, group]) => group.at + this.backMs));
  }

  private callsOf(group: string): number {
    return this.waiting.get(group) ?? 0;
  }
}

function forgetFlows(group: Group, waits: (flow: string) => boolean): void {
  const idle = Object.keys(group.flows).filter((flow) => !waits(flow));
  const kept = new Set(idle.filter((flow) => (group.flows[flow] ?? 0) > group.v).slice(0, MOST_FLOWS));
  for (const flow of idle) if (!kept.has(flow)) delete group.flows[flow];
}
