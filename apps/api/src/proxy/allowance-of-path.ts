import type { RateLimitDefinition } from '../integrations/integration-definition.js';

/** Which limit a call counts to, and what narrows it. */
export interface PathAllowance {
  rateLimit?: string;
  subject?: string;
}

/** As the definition says it: a limit that names its paths goes before the main one, which has all others. */
export function allowanceOfPath([main, ...others]: readonly RateLimitDefinition[], path: string): PathAllowance {
  for (const limit of others) {
    const match = limit.paths?.exec(path);
    if (match) return { rateLimit: limit.name, ...subjectOf(match) };
  }
  return { ...subjectOf(main?.paths?.exec(path)) };
}

function subjectOf(match: RegExpExecArray | null | undefined): { subject?: string } {
  const subject = match?.groups?.['subject'];
  return subject === undefined ? {} : { subject };
}
