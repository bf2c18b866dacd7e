import type { AcquireRequest, Slot, AcquireResult, Waiter } from '@causeway/store';
import type { Requester } from './rate-limit.js';
import { UpstreamError } from './upstream-error.js';

/** Long enough for all processes to fetch what is theirs, short enough for newcomers. */
const AHEAD_MS = 250;
const SOONEST_MS = 20;
/** What was said counts for three seconds. */
const RENEW_MS = 1_000;

export interface Given {
  place: Slot;
  /** When to go, by the clock of this process. */
  goAt: number;
  /** Nobody knows how long the answer of the store took to come: the place may be this much earlier. */
  dueAt: number;
  /** What was left of the period then. */
  left: number;
}

interface Ticket {
  requester: Requester;
  /** When its patience ends. */
  until: number;
  /** Told once, where there is a wait: about how long it will be. */
  announce: (ms: number) => void;
  give: (given: Given) => void;
  refuse: (error: unknown) => void;
}

/** All that waits for one budget in this process: it asks the store as one, and only while something waits or was late. */
export class LimiterQueue {
  private tickets: Ticket[] = [];
  private readonly announced = new WeakSet<Ticket>();
  private late: { at: number; byMs: number }[] = [];
  private asking = false;
  private again = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ask: (question: Omit<AcquireRequest, 'process'>) => Promise<AcquireResult>,
    /** Milliseconds between two places, in the long run. */
    private readonly spacingMs: number,
    private readonly clock: () => number,
    /** It may be forgotten. */
    private readonly idle: () => void,
  ) {}

  /** A place is given a little before its time. */
  enter(ticket: Ticket): void {
    this.tickets.push(ticket);
    void this.askNow();
  }

  leave(ticket: Ticket): void {
    const waiting = this.tickets.filter((other) => other !== ticket);
    if (waiting.length === this.tickets.length) return;
    this.tickets = waiting;
    void this.askNow();
  }

  /** Whoever had it does not go. */
  giveBack(given: Given): void {
    if (given.dueAt > this.clock()) this.handOut(given);
  }

  wasLate(at: number, byMs: number): void {
    this.late.push({ at, byMs });
    void this.askNow();
  }

  private async askNow(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    clearTimeout(this.timer);
    do {
      this.again = false;
      await this.askOnce();
    } while (this.again);
    this.asking = false;
  }

  private async askOnce(): Promise<void> {
    const late = this.late.splice(0);
    const askedAt = this.clock();
    let turns: AcquireResult;
    try {
      turns = await this.ask({ waiting: this.waiting(), aheadMs: AHEAD_MS, late });
    } catch (error) {
      for (const ticket of this.tickets.splice(0)) ticket.refuse(error);
      return this.idle();
    }
    const now = this.clock();
    for (const place of turns.slots) {
      const { inMs } = place;
      this.handOut({ place, dueAt: askedAt + inMs, goAt: now + inMs, left: turns.left });
    }
    this.tell(turns, now);
    if (this.tickets.length === 0) return this.idle();
    const soon = Math.min(Math.max(turns.nextInMs - AHEAD_MS, SOONEST_MS), RENEW_MS);
    this.timer = setTimeout(() => void this.askNow(), soon);
  }

  /** Within a flow in order. What its flow does not need any more is its group's, or anybody's. */
  private handOut(given: Given): void {
    const { tenant: group, job: flow } = given.place;
    const ticket =
      this.tickets.find(({ requester }) => requester.tenant === group && requester.job === flow) ??
      this.tickets.find(({ requester }) => requester.tenant === group) ??
      this.tickets[0];
    if (ticket === undefined) return;
    this.tickets = this.tickets.filter((other) => other !== ticket);
    const wait = given.goAt - this.clock();
    if (wait > 0) this.announce(ticket, wait);
    ticket.give(given);
  }

  private tell({ nextInMs, groups }: AcquireResult, now: number): void {
    const places = new Map<string, number>();
    for (const ticket of [...this.tickets]) {
      const before = places.get(ticket.requester.tenant) ?? 0;
      places.set(ticket.requester.tenant, before + 1);
      const estimate = nextInMs + before * Math.max(1, groups) * this.spacingMs;
      // Nothing comes before the next place.
      if (now + nextInMs > ticket.until) {
        this.tickets = this.tickets.filter((other) => other !== ticket);
        ticket.refuse(new UpstreamError('rate-limited', { retryAfterMs: Math.ceil(estimate) }));
        this.again = true;
      } else {
        this.announce(ticket, estimate);
      }
    }
  }

  private announce(ticket: Ticket, ms: number): void {
    if (this.announced.has(ticket)) return;
    this.announced.add(ticket);
    ticket.announce(Math.ceil(ms));
  }

  private waiting(): Waiter[] {
    const flows = new Map<string, Waiter>();
    for (const { requester } of this.tickets) {
      const name = `${requester.tenant} ${requester.job}`;
      const known = flows.get(name);
      if (known === undefined) flows.set(name, { ...requester, calls: 1 });
      else known.calls += 1;
    }
    return [...flows.values()];
  }
}
