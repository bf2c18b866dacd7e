import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { Grant, Grants } from './grants.js';

/** Keeps what was granted over a restart, so that a connection that somebody is trying out goes on working. */
export class GrantsFile {
  constructor(
    private readonly file: string,
    private readonly grants: Grants,
  ) {}

  load(): void {
    try {
      // The format knows references: tokens point to their grants, and grants to their tokens.
      this.grants.restore(deserialize(readFileSync(this.file)) as Grant[]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  save(): void {
    const fresh = `${this.file}.new`;
    writeFileSync(fresh, serialize(this.grants.matching()), { mode: 0o600 });
    renameSync(fresh, this.file);
  }
}
