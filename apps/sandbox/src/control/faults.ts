import type { ProviderId } from '../core/provider-id.js';
import type { EndpointKind } from '../core/endpoint-kind.js';

/** What can go wrong on request. `README.md` says what each one does. */
export const FAULT_KINDS = [
  'latency',
  'rate-limit',
  'server-error',
  'cut-before-headers',
  'cut-mid-body',
  'malformed-json',
  'html',
  'never-answers',
  'empty-page',
  'empty-list',
  'repeated-cursor',
  'duplicates',
  'expired-cursor',
  'expired-access',
  'revoked-grant',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultSpec {
  provider: ProviderId;
  kind: FaultKind;
  /** An endpoint kind, or the beginning of a path below the provider's prefix, e.g. `/v1/search`. */
  on: EndpointKind | `/${string}`;
  /** How many requests it hits; left out: until cleared. */
  times?: number;
  /** Matching requests that pass unharmed before it starts. */
  skip?: number;
  /** latency: how long. */
  ms?: number;
  /** server-error and html: which status (500 and 200 by default). */
  status?: number;
  /** rate-limit: the Retry-After header; left out: what this provider documents. */
  retryAfter?: number | 'date' | 'none';
  /** rate-limit: a provider's special kind, e.g. `billing` or `public_api_request_blocked`. */
  reason?: string;
  /** Whether the provider did the work before the response failed or was delayed; see `README.md` for the defaults. */
  work?: 'done' | 'not-done';
  /** duplicates: how many items of the page before appear again (3). */
  count?: number;
}

export interface Fault extends FaultSpec {
  readonly id: string;
  hits: number;
}

const PAGING: ReadonlySet<FaultKind> = new Set([
  'empty-page',
  'empty-list',
  'repeated-cursor',
  'duplicates',
  'expired-cursor',
]);
const isPagingFault = ({ kind }: FaultSpec): boolean => PAGING.has(kind);

interface Asked {
  provider: ProviderId;
  kind: EndpointKind;
  path: string;
}

/** The faults in force. Faults of paging wait for a request that pages; the others hit any that matches. */
export class Faults {
  private faults: Fault[] = [];
  private made = 0;

  add(spec: FaultSpec): Fault {
    const fault = { ...spec, id: `fault-${++this.made}`, hits: 0 };
    this.faults.push(fault);
    return fault;
  }

  all(): readonly Fault[] {
    return this.faults;
  }

  clear(id?: string): number {
    const before = this.faults.length;
    this.faults = id === undefined ? [] : this.faults.filter((fault) => fault.id !== id);
    return before - this.faults.length;
  }

  /** Uses up one hit of every latency that matches and of the first other fault that does. */
  take(asked: Asked): Fault[] {
    const taken: Fault[] = [];
    for (const fault of this.faults) {
      if (isPagingFault(fault) || !matches(fault, asked)) continue;
      const first = fault.kind === 'latency' || !taken.some(({ kind }) => kind !== 'latency');
      if (first && this.hit(fault)) taken.push(fault);
    }
    return taken;
  }

  takePaging(asked: Asked, start: number): Fault | undefined {
    return this.faults.find(
      (fault) => isPagingFault(fault) && matches(fault, asked) && (start > 0 || !needsCursor(fault)) && this.hit(fault),
    );
  }

  private hit(fault: Fault): boolean {
    if (fault.skip !== undefined && fault.skip > 0) {
      fault.skip -= 1;
      return false;
    }
    if (fault.times !== undefined && fault.hits >= fault.times) return false;
    fault.hits += 1;
    return true;
  }
}

/** These two need a page that comes after another one. */
const needsCursor = ({ kind }: FaultSpec) => kind === 'duplicates' || kind === 'expired-cursor';

const matches = (fault: Fault, asked: Asked): boolean =>
  fault.provider === asked.provider &&
  (fault.on.startsWith('/') ? asked.path.startsWith(fault.on) : fault.on === asked.kind);
