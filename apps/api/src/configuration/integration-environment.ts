import { IsOptional, Matches, ValidateIf } from 'class-validator';
import type { IntegrationSettings } from './configuration.js';
import { IsEndpointUrl } from './environment-rules.js';

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

  @IsOptional()
  @Matches(/^(off|[1-9]\d{0,6}\/[1-9]\d{0,6})$/, { message: 'has to be requests/seconds such as 190/10, or "off"' })
  RATE_LIMIT?: string;

  toSettings(): IntegrationSettings {
    return {
      client: this.CLIENT_ID && this.CLIENT_SECRET ? { id: this.CLIENT_ID, secret: this.CLIENT_SECRET } : null,
      redirectUri: this.REDIRECT_URI ?? null,
      scopes: this.SCOPES === undefined ? null : this.SCOPES === 'none' ? [] : this.SCOPES.split(/[\s,]+/),
      authorizationUrl: this.AUTHORIZATION_URL ?? null,
      tokenUrl: this.TOKEN_URL ?? null,
      revocationUrl: this.REVOCATION_URL ?? null,
      apiUrl: this.API_URL?.replace(/\/+$/, '') ?? null,
      rateLimit: rateLimitOf(this.RATE_LIMIT),
    };
  }
}

function rateLimitOf(text: string | undefined): IntegrationSettings['rateLimit'] {
  if (text === undefined || text === 'off') return text ?? null;
  const [requests, seconds] = text.split('/').map(Number);
  return { requests: requests ?? 1, seconds: seconds ?? 1 };
}
