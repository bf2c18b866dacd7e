import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { HttpClient, isObject, optional, readArray, readString, type JsonObject } from '@causeway/http-client';
import type { AuthorizationRequest, Grant } from '@causeway/oauth';
import { ConnectionTransfer } from '../../connections/connection-transfer.js';
import { NewGrants } from '../../connections/new-grants.js';
import { UserDto } from '../../dto/user.dto.js';
import { IntegrationRegistry } from '../../integrations/integration-registry.js';
import { CommandError } from '../command.js';
import type { Candidate } from './candidate.js';

export interface NangoOptions {
  url?: string;
  secretKeyFile?: string;
  /** `provider_config_key=integration` */
  map?: string[];
  /** Of connections without an organization. */
  org?: string;
}

const PAGE = 100;
const TIMEOUT_MS = 30_000;

/** Nango's API: GET /connections lists without credentials, GET /connections/{id} has them, refreshed where they had expired. */
class NangoApi {
  constructor(
    private readonly http: HttpClient,
    private readonly url: string,
    private readonly key: string,
  ) {}

  async *connections(): AsyncGenerator<JsonObject> {
    for (let page = 0; ; page += 1) {
      const body = await this.get(`/connections?limit=${PAGE}&page=${page}`);
      const found = readArray(body['connections'], 'connections').filter(isObject);
      yield* found;
      if (found.length < PAGE) return;
    }
  }

  /** With the refresh token, which Nango leaves out by default. */
  connection(id: string, configKey: string): Promise<JsonObject> {
    const query = new URLSearchParams({ provider_config_key: configKey, refresh_token: 'true' });
    return this.get(`/connections/${encodeURIComponent(id)}?${query}`);
  }

  private async get(path: string): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${this.key}` };
    const { status, body } = await this.http.send({
      method: 'GET',
      url: this.url + path,
      headers,
      timeoutMs: TIMEOUT_MS,
    });
    if (status === 200 && isObject(body)) return body;
    const advice = status === 401 || status === 403 ? ': is the secret key that of this environment of Nango?' : '';
    throw new CommandError(`Nango responds with status ${status} to GET ${path.split('?', 1)[0]}${advice}`);
  }
}

export async function* importOfNango(
  app: INestApplicationContext,
  { url = 'https://api.nango.dev', secretKeyFile, map = [], org }: NangoOptions,
): AsyncGenerator<Candidate> {
  if (secretKeyFile === undefined) throw new CommandError('--secret-key-file names the file with the key of Nango', 2);
  const key = (await readFile(secretKeyFile, 'utf8').catch(() => '')).trim();
  if (key === '') throw new CommandError(`${secretKeyFile} has no key, or cannot be read`, 2);
  const integrations = new Map(map.map(readMapping));
  const registry = app.get(IntegrationRegistry, { strict: false });
  const api = new NangoApi(app.get(HttpClient, { strict: false }), url.replace(/\/+$/, ''), key);
  for await (const listed of api.connections()) {
    const id = readString(listed['connection_id'], 'connection_id');
    const configKey = readString(listed['provider_config_key'], 'provider_config_key');
    const integration = integrations.get(configKey) ?? configKey;
    yield {
      name: `${id} (${configKey})`,
      run: async (how) => {
        const known = registry.all().map(({ definition }) => definition.id);
        if (!known.includes(integration))
          throw new CommandError(
            `no integration is named "${integration}": --map ${configKey}=<integration>, one of ${known.join(', ')}`,
          );
        const configured = registry.configured(integration);
        const request = { ...requestFor(integration, ownerOf(listed, org)), scopes: configured.registration.scopes };
        const full = await api.connection(id, configKey);
        // Asked at the provider: what it says of the account is what a connect would store.
        const identified = await app.get(NewGrants, { strict: false }).identify(configured, request, grantOf(full));
        const at = Date.parse(optional.string(full['updated_at']) ?? '');
        const grant = { ...identified, authorizedAt: Number.isNaN(at) ? identified.authorizedAt : at };
        return app.get(ConnectionTransfer).connect(grant, how);
      },
    };
  }
}

function readMapping(text: string): [string, string] {
  const [configKey = '', integration = ''] = text.split('=');
  if (configKey === '' || integration === '') throw new CommandError('--map takes provider_config_key=integration', 2);
  return [configKey, integration];
}

/** Nango's `end_user`, or the tags that newer versions have in its place. */
function ownerOf(listed: JsonObject, org: string | undefined): UserDto {
  const endUser = isObject(listed['end_user']) ? listed['end_user'] : {};
  const organization = isObject(endUser['organization']) ? endUser['organization'] : {};
  const tags = isObject(listed['tags']) ? listed['tags'] : {};
  const orgId = optional.string(organization['id']) ?? optional.string(tags['organization_id']) ?? org;
  const userId = optional.string(endUser['id']) ?? optional.string(tags['end_user_id']);
  if (orgId == null) throw new CommandError('it has no organization: --org names one');
  if (userId == null) throw new CommandError('it has no end user');
  const owner = plainToInstance(UserDto, { orgId, userId });
  const [fault] = validateSync(owner);
  if (fault !== undefined)
    throw new CommandError(`its ${fault.property} ${Object.values(fault.constraints ?? {})[0] ?? 'is not valid'}`);
  return owner;
}

function requestFor(integration: string, { orgId, userId }: UserDto): AuthorizationRequest {
  const nobody = { returnTo: null, popupReturnTo: null, connectionId: null, orgName: null, userName: null };
  return { integration, orgId, userId, scopes: [], finish: 'none', ...nobody };
}

function grantOf(connection: JsonObject): Grant {
  const credentials = isObject(connection['credentials']) ? connection['credentials'] : {};
  const type = optional.string(credentials['type']);
  const accessToken = optional.string(credentials['access_token']);
  if (type !== 'OAUTH2' || accessToken == null) throw new CommandError('it has no credentials of OAuth 2.0');
  const response = isObject(credentials['raw']) ? credentials['raw'] : {};
  const expiresAt = Date.parse(optional.string(credentials['expires_at']) ?? '');
  const scope = optional.string(response['scope']);
  return {
    accessToken,
    refreshToken: optional.string(credentials['refresh_token']) ?? null,
    expiresAt: Number.isNaN(expiresAt) ? null : expiresAt,
    scopes: scope == null ? null : scope.split(/[\s,]+/).filter((name) => name !== ''),
    response,
  };
}
