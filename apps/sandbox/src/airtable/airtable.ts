import { bearer } from '../core/request.js';
import type { MockProvider } from '../core/mock-provider.js';
import { dataRoutes } from './data-routes.js';
import { iteratorGone, notFound, rateLimited, serverError, unauthenticated } from './errors.js';
import { airtableHooks } from './hook-notifications.js';
import { hookRoutes } from './hook-routes.js';
import { airtableItems } from './item-editor.js';
import { airtableOAuth, oauthRoutes } from './oauth.js';

/** Sources: airtable.com/developers/web/api (oauth-reference, list-records, errors, rate-limits), its changelog. */
export const airtable: MockProvider = {
  id: 'airtable',
  title: 'Airtable',
  color: '#b8660b',
  // Airtable tells an app no more of a user than the email address.
  accounts: [
    {
      id: 'usrMaraLindqvist1',
      name: 'mara.lindqvist@example.com',
      note: '3 bases, 9 tables',
      sizes: { bases: 3 },
    },
    {
      id: 'usrTheoPenhallow2',
      name: 'theo.penhallow@example.com',
      note: '1 base with 2 tables',
      sizes: { bases: 1 },
    },
    {
      id: 'usrNobodysGuest03',
      name: 'nora.guest@example.com',
      note: 'No bases: what an administrator’s block looks like',
      sizes: { bases: 0 },
    },
  ],
  sizeNames: [
    ...['bases', 'tablesPerBase', 'recordsPerTable', 'recordKilobytes'],
    ...['baseCopies', 'deniedBases', 'primaryFieldTables'],
  ],
  // Five a second for a base, whoever asks; then nothing for 30 seconds.
  limits: { base: { requests: 5, seconds: 1, penaltySeconds: 30 } },
  oauth: airtableOAuth,
  routes: [...oauthRoutes, ...dataRoutes, ...hookRoutes],
  items: airtableItems,
  hooks: airtableHooks,
  presentedToken: ({ headers }) => bearer(headers),
  rejectToken: () => unauthenticated(),
  rateLimited: (_, __, reason) => rateLimited(reason),
  serverError: (_, status) => serverError(status),
  notFound: () => notFound(),
  badCursor: () => iteratorGone(),
  finalize: (_, response) => response,
};
