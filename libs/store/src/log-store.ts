/** Entries of a log have consecutive numbers. When a log has expired and starts again, its numbers are greater than all before. */
export interface LogEntry {
  number: number;
  entry: string;
}

/** Logs and topics. `Change.append` and `Change.publish` write to them, in one step with the values that they are about. */
export abstract class LogStore {
  /** Entries of a log from number `from` on, oldest first. */
  abstract logFrom(partition: string, log: string, from: number, limit: number): Promise<LogEntry[]>;
  /** Entries of a log, newest first, those before number `before` if it is given. */
  abstract logBackwards(partition: string, log: string, limit: number, before?: number): Promise<LogEntry[]>;
  /** Returns at once, also while the store is unavailable. @returns a function that ends the subscription */
  abstract subscribe(topic: string, listener: (message: string) => void): () => void;
}
