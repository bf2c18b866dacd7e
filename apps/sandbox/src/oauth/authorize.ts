import { type Answer, html, redirect } from '../core/answer.js';
import { asked, type Call } from '../core/call.js';
import { text } from '../core/fields.js';
import type { StandIn } from '../core/stand-in.js';
import type { World } from '../core/world.js';
import { consentPage, messagePage } from './consent-page.js';
import type { Challenge } from './pkce.js';
import type { AuthorizeRequest } from './request.js';
import { acceptsRedirect, type RegisteredApp } from './registered-app.js';

/** GET shows the consent page, POST takes its answer. Both check the request from scratch. */
export function authorize(world: World, standIn: StandIn, call: Call): Answer {
  // The page hands the request on in hidden fields, so the answer needs nothing that was remembered.
  const asking: Call = call.method === 'POST' ? { ...call, query: { ...call.query, ...fieldsOf(call) } } : call;
  const checked = check(world, standIn, asking);
  if ('status' in checked) return checked;
  if (call.method === 'GET') return consent(standIn, call, checked);
  return decide(world, standIn, call, checked);
}

const fieldsOf = ({ body }: Call) =>
  Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

function check(world: World, standIn: StandIn, call: Call): AuthorizeRequest | Answer {
  const app = world.apps.find(standIn.id, asked(call, 'client_id'));
  if (!app) return stop(standIn, 'There is no app with this client_id.');
  const given = asked(call, 'redirect_uri');
  const redirectUri = given ?? onlyRedirect(app);
  if (!redirectUri) return stop(standIn, 'The request has no redirect_uri.');
  if (!acceptsRedirect(app, redirectUri, standIn.oauth.redirectMatch)) {
    return stop(standIn, 'The redirect_uri is not one that is registered for this app.');
  }
  const request: AuthorizeRequest = {
    app,
    redirectUri,
    redirectUriGiven: given !== undefined,
    state: asked(call, 'state'),
    scopes: [],
    userScopes: [],
    challenge: readChallenge(call),
  };
  const verdict = standIn.oauth.inspect(call, request);
  if (verdict === undefined) return request;
  if ('page' in verdict) return stop(standIn, verdict.page);
  return redirect(redirectUri, { error: verdict.error, error_description: verdict.description, state: request.state });
}

const onlyRedirect = (app: RegisteredApp) =>
  app.redirectUris !== 'loopback' && app.redirectUris.length === 1 ? app.redirectUris[0] : undefined;

function readChallenge(call: Call): Challenge | undefined {
  const value = asked(call, 'code_challenge');
  if (value === undefined) return undefined;
  return { value, method: asked(call, 'code_challenge_method') === 'S256' ? 'S256' : 'plain' };
}

const stop = (standIn: StandIn, sentence: string) =>
  html(400, messagePage(standIn, 'This link does not work', sentence));

function consent(standIn: StandIn, call: Call, request: AuthorizeRequest): Answer {
  const page = consentPage(standIn, request, call.query);
  // No form-action: Chromium applies it to every redirect that follows the form, so it would block the way back to
  // the app (and on to wherever the app sends the browser), whose origins are not known here.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
  return html(200, page, { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
}

function decide(world: World, standIn: StandIn, call: Call, request: AuthorizeRequest): Answer {
  const { state, redirectUri } = request;
  if (call.body['decision'] === 'deny') {
    const parameters = standIn.oauth.denied(request);
    if (parameters) return redirect(redirectUri, { ...parameters, state });
    return html(200, messagePage(standIn, 'Nothing was connected', 'You can close this window.'));
  }
  const account = standIn.accounts.find(({ id }) => id === text(call.body['account']));
  if (call.body['decision'] !== 'allow' || !account) return stop(standIn, 'Choose an account, then Allow or Deny.');
  const code = standIn.oauth.newCode();
  const expiresAt = call.now + standIn.oauth.codeTtlSeconds * 1000;
  world.codes.put(code, { request, accountId: account.id, expiresAt, spent: false }, call.now);
  return redirect(redirectUri, { code, state });
}
