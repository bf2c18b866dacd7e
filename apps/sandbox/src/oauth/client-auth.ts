import type { MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import type { ProviderId } from '../core/provider-id.js';
import type { AppRegistry } from './app-registry.js';
import type { RegisteredApp } from './registered-app.js';
import type { OAuthRules, TokenFault } from './rules.js';

interface Credentials {
  id: string | undefined;
  secret: string | undefined;
}

/** RFC 6749 §2.3.1; base64url is accepted too, because Airtable's documentation asks for it. */
function basic(request: MockRequest): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(request.headers['authorization'] ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const plain = Buffer.from(encoded.replaceAll('-', '+').replaceAll('_', '/'), 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  if (colon < 0) return undefined;
  return { id: text(plain.slice(0, colon)), secret: text(plain.slice(colon + 1)) };
}

/** The app that makes this request, or what is wrong with how it says so. */
export function authenticateClient(
  apps: AppRegistry,
  provider: ProviderId,
  rules: OAuthRules,
  request: MockRequest,
): RegisteredApp | TokenFault {
  const inHeader = basic(request);
  const inBody: Credentials = { id: text(request.body['client_id']), secret: text(request.body['client_secret']) };
  const shown = inHeader ?? inBody;
  const app = apps.find(provider, shown.id ?? inBody.id);
  if (app?.clientSecret === null) return inHeader || inBody.secret ? 'client-misplaced' : app;
  if (rules.clientAuth === 'basic' && !inHeader) return inBody.secret ? 'client-misplaced' : 'client-missing';
  if (rules.clientAuth === 'body' && inHeader) return 'client-misplaced';
  if (!shown.id) return 'client-missing';
  if (!app) return 'client-unknown';
  return shown.secret === app.clientSecret ? app : 'client-secret';
}
