import type { ApiRequest } from '../integrations/integration.js';
import type { RateLimitDefinition } from '../integrations/integration-definition.js';

/** Which of the definition's rate limits a path counts to: one that names its paths precedes the main one, which has all others. */
export function rateLimitOfPath(
  [main, ...others]: readonly RateLimitDefinition[],
  path: string,
): Pick<ApiRequest, 'rateLimit' | 'subject'> {
  for (const { name, paths } of others) {
    const match = paths?.exec(path);
    if (match) return { rateLimit: name, subject: match.groups?.['subject'] };
  }
  return { subject: main?.paths?.exec(path)?.groups?.['subject'] };
}
