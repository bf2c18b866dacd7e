import fc from 'fast-check';
import { readGrant } from './grant.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261120 });

const NOW = 1_000_000;
const name = fc.constantFrom(
  'access_token',
  'refresh_token',
  'expires_in',
  'scope',
  'scopes',
  'authed_user',
  'ok',
  'error',
  '__proto__',
  'constructor',
);
/** Any JSON, with names that mean something in it more often than by chance. */
const { response } = fc.letrec<{ response: unknown }>((tie) => ({
  response: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.jsonValue(),
    fc.string(),
    fc.double(),
    fc.array(tie('response'), { maxLength: 4 }),
    fc.dictionary(name, tie('response'), { maxKeys: 6 }),
  ),
}));

test('readGrant never throws, and returns what its type promises', () => {
  fc.assert(
    fc.property(response, fc.option(name, { nil: undefined }), (any, nested) => {
      const value: unknown = JSON.parse(JSON.stringify(any) ?? 'null');
      const grant = readGrant(value, nested, NOW);
      if (grant === null) return;
      expect(grant.accessToken.length).toBeGreaterThan(0);
      expect(grant.refreshToken === null || grant.refreshToken.length > 0).toBe(true);
      expect(grant.expiresAt === null || (Number.isFinite(grant.expiresAt) && grant.expiresAt > NOW)).toBe(true);
      expect(grant.scopes === null || grant.scopes.every((scope) => typeof scope === 'string')).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
