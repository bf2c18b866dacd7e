import { BrowserUser, type Choice, type Outcome } from '@causeway/testing';
import type { CausewayClient, Connection } from '@causeway/client';
import type { User } from './users.js';

export interface Wish extends Choice {
  scopes?: string[];
  returnTo?: string;
  connectionId?: string;
  popupReturnTo?: string;
  /** By default nobody finishes: the tests' own browsers belong to the user. `null`: what the service does by default. */
  finish?: 'caller' | 'person' | 'none' | null;
  orgName?: string;
  userName?: string;
  person?: BrowserUser;
}

type Asked = Omit<Wish, 'decision' | 'account' | 'person'>;

export async function authorizationUrl(
  causeway: CausewayClient,
  integration: string,
  user: User,
  { finish = 'none', scopes, returnTo, popupReturnTo, connectionId, orgName, userName }: Asked = {},
): Promise<string> {
  const { data, error } = await causeway.POST('/integrations/{integration}/authorize', {
    params: { path: { integration } },
    body: {
      ...user,
      ...(scopes ? { scopes } : {}),
      ...(returnTo ? { returnTo } : {}),
      ...(connectionId ? { connectionId } : {}),
      ...(popupReturnTo ? { popupReturnTo } : {}),
      ...(orgName ? { orgName } : {}),
      ...(userName ? { userName } : {}),
      ...(finish ? { finish } : {}),
    },
  });
  if (!data) throw new Error(`authorize: ${JSON.stringify(error)}`);
  return data.authorizationUrl;
}

/** Through the opening page, the provider's consent and the callback. */
export async function authorize(
  causeway: CausewayClient,
  integration: string,
  user: User,
  { person = new BrowserUser(), ...wish }: Wish = {},
): Promise<Outcome> {
  return person.connect(await authorizationUrl(causeway, integration, user, wish), wish);
}

export async function connect(
  causeway: CausewayClient,
  integration: string,
  user: User,
  wish: Wish = {},
): Promise<Connection> {
  const { message, html, status } = await authorize(causeway, integration, user, wish);
  if (message?.finishCode) {
    const body = { finishCode: message.finishCode, ...user };
    const { data, error } = await causeway.POST('/connections/finish', { body });
    if (!data) throw new Error(`not finished: ${JSON.stringify(error)}`);
    return data;
  }
  if (message?.type !== 'connected' || !message.connectionId) throw new Error(`not connected: ${status} ${html}`);
  return connection(causeway, message.connectionId);
}

export async function connection(causeway: CausewayClient, id: string): Promise<Connection> {
  const { data, error } = await causeway.GET('/connections/{id}', { params: { path: { id } } });
  if (!data) throw new Error(`connection ${id}: ${JSON.stringify(error)}`);
  return data;
}
