import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIGURATION =
  /^(HOST|PORT|PUBLIC_URL|CAUSEWAY_.*|WEB_ORIGINS|REDIS_.*|DATA_DIR|ENCRYPTION_KEYS|ADMIN_KEY|CREDENTIAL_TTL_SECONDS|LOG_LEVEL|TRUST_PROXY)$|_(CLIENT_ID|CLIENT_SECRET|REDIRECT_URI|SCOPES|AUTHORIZATION_URL|TOKEN_URL|REVOCATION_URL|API_URL|RATE_LIMIT)$/;

/**
 * Before any test: no setting of the developer's shell, and a working folder without the developer's `.env` and `.data`.
 * Workers and the services that tests start inherit both.
 */
export default function neutralEnvironment() {
  for (const name of Object.keys(process.env)) if (CONFIGURATION.test(name)) delete process.env[name];
  process.env['CAUSEWAY_TEST_FOLDER'] = mkdtempSync(join(tmpdir(), 'causeway-test-'));
  process.chdir(process.env['CAUSEWAY_TEST_FOLDER']);
}
