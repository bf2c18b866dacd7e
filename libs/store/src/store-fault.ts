import { types } from 'node:util';

/** Why a call of the store failed: few values, since a metric has them as a label. */
export type StoreFaultCode =
  // Error replies of Redis
  | 'OOM'
  | 'NOPERM'
  | 'NOAUTH'
  | 'WRONGPASS'
  | 'READONLY'
  | 'NOREPLICAS'
  | 'MISCONF'
  | 'LOADING'
  | 'MASTERDOWN'
  | 'CLUSTERDOWN'
  | 'MOVED'
  | 'BUSY'
  | 'unknown-command'
  // Between here and Redis
  | 'timeout'
  | 'refused'
  | 'closed'
  | 'unknown-host'
  | 'tls'
  | 'sentinel'
  | 'no-master'
  | 'no-cluster'
  | 'no-node'
  // The disk of the embedded store
  | 'disk-full'
  | 'read-only'
  // Everything else
  | 'other';

export interface StoreFault {
  code: StoreFaultCode;
  /** What happened, without secrets. */
  message: string;
  /** What an operator can do; '' if it is not known. */
  advice: string;
}

/** A condition under which the store works and data is in danger. */
export interface StoreWarning {
  name: string;
  /** What may happen, and what to do. Names no address. */
  detail: string;
}

/** What the user of a store is told of its state. */
export interface StoreObserver {
  /** Called with one line, without secrets, when a fault begins, when it is over, and for each new warning. */
  report?: (message: string) => void;
  /** Called for each call that failed. */
  onFailure?: (code: StoreFaultCode) => void;
  /** Called with all warnings each time they were looked for. */
  onWarnings?: (warnings: readonly StoreWarning[]) => void;
}

/** The message of a fault that has several causes is that of the first. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  // An error of Node itself is of another realm than the code of a test.
  return types.isNativeError(error) ? error.message || error.name : String(error);
}
