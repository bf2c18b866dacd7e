import { IsOptional, Matches, ValidateIf } from 'class-validator';
import type { IntegrationSettings, RateLimitSetting } from './configuration.js';
import { IsEndpointUrl } from './environment-rules.js';

const RATE_LIMIT = /^[1-9]\d{0,6}\/[1-9]\d{0,6}$/;
const OTHER_RATE_LIMIT = /^(\w+)_RATE_LIMIT$/;
const URL_MESSAGE = { message: 'has to be an http or https URL without user and fragment' };

/** The environment variables of one integration, without their prefix. */
export class IntegrationEnvironment {
  @ValidateIf((all: IntegrationEnvironment) => all.CLIENT_SECRET !== undefined)
  @Matches(/^\S+$/, { message: 'is missing, but the client secret is set: both or neither' })
  CLIENT_ID?: string;

  @ValidateIf((all: IntegrationEnvironment) => all.CLIENT_ID !== undefined)
  @Matches(/^\S+$/, { message: 'is missing, but the client id is set: both or neither' })
  CLIENT_SECRET?: string;

  @IsOptional()
  @IsEndpointUrl(URL_MESSAGE)
  REDIRECT_URI?: string;

  @IsOptional()
  @Matches(/^[^\s,]+([\s,]+[^\s,]+)*$/, { message: 'has to be a list of scopes, or "none"' })
  SCOPES?: string;

  @IsOptional()
  @IsEndpointUrl(URL_MESSAGE)
  AUTHORIZATION_URL?: string;

  @IsOptional()
  @IsEndpointUrl(URL_MESSAGE)
  TOKEN_URL?: string;

  @IsOptional()
  @IsEndpointUrl(URL_MESSAGE)
  REVOCATION_URL?: string;

  @IsOptional()
  @IsEndpointUrl(URL_MESSAGE)
  API_URL?: string;

  @ValidateIf(({ RATE_LIMIT: limit }: IntegrationEnvironment) => limit !== undefined && limit !== 'off')
  @Matches(RATE_LIMIT, { message: 'has to be requests/seconds such as 190/10, or "off"' })
  RATE_LIMIT?: string;

  toSettings(): Omit<
    IntegrationSettings,
    'otherRateLimits' | 'allowedStorage' | 'webhookSecret' | 'makesWebhooks' | 'readsJournal'
  > {
    const { RATE_LIMIT: limit } = this;
    return {
      client: this.CLIENT_ID && this.CLIENT_SECRET ? { id: this.CLIENT_ID, secret: this.CLIENT_SECRET } : null,
      redirectUri: this.REDIRECT_URI ?? null,
      scopes: this.SCOPES === undefined ? null : this.SCOPES === 'none' ? [] : this.SCOPES.split(/[\s,]+/),
      authorizationUrl: this.AUTHORIZATION_URL ?? null,
      tokenUrl: this.TOKEN_URL ?? null,
      revocationUrl: this.REVOCATION_URL ?? null,
      apiUrl: this.API_URL?.replace(/\/+$/, '') ?? null,
      rateLimit: limit === undefined || limit === 'off' ? (limit ?? null) : readRateLimit(limit),
    };
  }
}

/** `SLACK_HISTORY_RATE_LIMIT` is for the limit `history` of that definition. Adds what is wrong to `faults`. */
export function readOtherRateLimits(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
  faults: string[],
): IntegrationSettings['otherRateLimits'] {
  const limits: Record<string, RateLimitSetting> = {};
  for (const [variable, value] of Object.entries(environment)) {
    const name = variable.startsWith(prefix) ? OTHER_RATE_LIMIT.exec(variable.slice(prefix.length))?.[1] : undefined;
    const text = value?.trim() ?? '';
    if (name === undefined || text === '') continue;
    if (RATE_LIMIT.test(text)) limits[name.toLowerCase().replaceAll('_', '-')] = readRateLimit(text);
    else faults.push(`${variable} has to be requests/seconds such as 1/60`);
  }
  return limits;
}

/** What an integration needs for webhooks, as a variable without the prefix: a secret, or `WEBHOOKS`, which is `on` or `off`. */
export type WebhookSetting = 'SIGNING_SECRET' | 'WEBHOOK_TOKEN' | 'WEBHOOKS';

/** Adds what is wrong to `faults`. */
export function readWebhookSetting(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
  setting: WebhookSetting | undefined,
  faults: string[],
): Pick<IntegrationSettings, 'webhookSecret' | 'makesWebhooks'> {
  const variable = `${prefix}${setting}`;
  const text = (setting === undefined ? undefined : environment[variable])?.trim() ?? '';
  if (setting === 'WEBHOOKS') {
    if (!['', 'on', 'off'].includes(text)) faults.push(`${variable} has to be on or off`);
    return { webhookSecret: null, makesWebhooks: text === 'on' };
  }
  if (text !== '' && !/^\S{8,}$/.test(text)) faults.push(`${variable} has to be a text of at least 8 characters`);
  return { webhookSecret: text === '' ? null : text, makesWebhooks: false };
}

export const JOURNAL_SETTING = 'WEBHOOKS_JOURNAL';

/** Adds what is wrong to `faults`. */
export function readJournalSetting(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
  hasJournal: boolean,
  faults: string[],
): Pick<IntegrationSettings, 'readsJournal'> {
  const variable = `${prefix}${JOURNAL_SETTING}`;
  const text = (hasJournal ? environment[variable] : undefined)?.trim() ?? '';
  if (!['', 'on', 'off'].includes(text)) faults.push(`${variable} has to be on or off`);
  return { readsJournal: text === 'on' };
}

/** `SLACK_ALLOW_MESSAGE_STORAGE` is for the item type `message`. */
export function storageVariable(id: string, type: string): string {
  return `${id}_ALLOW_${type}_STORAGE`.toUpperCase().replaceAll('-', '_');
}

/** Adds what is wrong to `faults`. */
export function readAllowedStorage(
  environment: Readonly<Record<string, string | undefined>>,
  id: string,
  { types, byDefault }: { types: readonly string[]; byDefault: boolean },
  faults: string[],
): IntegrationSettings['allowedStorage'] {
  const allowed = types.filter((type) => {
    const variable = storageVariable(id, type);
    const text = environment[variable]?.trim() ?? '';
    if (!['', 'on', 'off'].includes(text)) faults.push(`${variable} has to be on or off`);
    return text === '' ? byDefault : text === 'on';
  });
  return new Set(allowed);
}

function readRateLimit(text: string): RateLimitSetting {
  const [requests, seconds] = text.split('/').map(Number);
  return { requests: requests ?? 1, seconds: seconds ?? 1 };
}
