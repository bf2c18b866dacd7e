import { type MockResponse, html, redirect } from '../core/response.js';
import { queryParameter, type MockRequest } from '../core/request.js';
import { text } from '../core/fields.js';
import type { MockProvider } from '../core/mock-provider.js';
import type { SandboxState } from '../core/sandbox-state.js';
import { consentPage, messagePage } from './consent-page.js';
import type { Challenge } from './pkce.js';
import type { AuthorizeRequest } from './authorize-request.js';
import { acceptsRedirect, type RegisteredApp } from './registered-app.js';

/** GET shows the consent page, POST takes the decision. Both validate the whole authorization request. */
export function authorize(sandbox: SandboxState, mockProvider: MockProvider, mockRequest: MockRequest): MockResponse {
  // The page repeats the authorization request in hidden fields, so nothing is stored between GET and POST.
  const asking: MockRequest =
    mockRequest.method === 'POST'
      ? { ...mockRequest, query: { ...mockRequest.query, ...fieldsOf(mockRequest) } }
      : mockRequest;
  const checked = check(sandbox, mockProvider, asking);
  if ('status' in checked) return checked;
  if (mockRequest.method === 'GET') return consent(mockProvider, mockRequest, checked);
  return decide(sandbox, mockProvider, mockRequest, checked);
}

const fieldsOf = ({ body }: MockRequest) =>
  Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));

function check(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
): AuthorizeRequest | MockResponse {
  const app = sandbox.apps.find(mockProvider.id, queryParameter(mockRequest, 'client_id'));
  if (!app) return stop(mockProvider, 'There is no app with this client_id.');
  const given = queryParameter(mockRequest, 'redirect_uri');
  const redirectUri = given ?? onlyRedirect(app);
  if (!redirectUri) return stop(mockProvider, 'The request has no redirect_uri.');
  if (!acceptsRedirect(app, redirectUri, mockProvider.oauth.redirectMatch)) {
    return stop(mockProvider, 'The redirect_uri is not one that is registered for this app.');
  }
  const request: AuthorizeRequest = {
    app,
    redirectUri,
    redirectUriGiven: given !== undefined,
    state: queryParameter(mockRequest, 'state'),
    scopes: [],
    userScopes: [],
    challenge: readChallenge(mockRequest),
  };
  const verdict = mockProvider.oauth.inspect(mockRequest, request);
  if (verdict === undefined) return request;
  if ('page' in verdict) return stop(mockProvider, verdict.page);
  return redirect(redirectUri, { error: verdict.error, error_description: verdict.description, state: request.state });
}

const onlyRedirect = (app: RegisteredApp) =>
  app.redirectUris !== 'loopback' && app.redirectUris.length === 1 ? app.redirectUris[0] : undefined;

function readChallenge(mockRequest: MockRequest): Challenge | undefined {
  const value = queryParameter(mockRequest, 'code_challenge');
  if (value === undefined) return undefined;
  return { value, method: queryParameter(mockRequest, 'code_challenge_method') === 'S256' ? 'S256' : 'plain' };
}

const stop = (mockProvider: MockProvider, sentence: string) =>
  html(400, messagePage(mockProvider, 'This link does not work', sentence));

function consent(mockProvider: MockProvider, mockRequest: MockRequest, request: AuthorizeRequest): MockResponse {
  const page = consentPage(mockProvider, request, mockRequest.query);
  // No form-action: Chromium applies it to every redirect that follows the form, so it would block the way back to
  // the app (and on to wherever the app sends the browser), whose origins are not known here.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
  return html(200, page, { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' });
}

function decide(
  sandbox: SandboxState,
  mockProvider: MockProvider,
  mockRequest: MockRequest,
  request: AuthorizeRequest,
): MockResponse {
  const { state, redirectUri } = request;
  if (mockRequest.body['decision'] === 'deny') {
    const parameters = mockProvider.oauth.denied(request);
    if (parameters) return redirect(redirectUri, { ...parameters, state });
    return html(200, messagePage(mockProvider, 'Nothing was connected', 'You can close this window.'));
  }
  const account = sandbox.findAccount(mockProvider, text(mockRequest.body['account']));
  if (mockRequest.body['decision'] !== 'allow' || !account)
    return stop(mockProvider, 'Choose an account, then Allow or Deny.');
  const code = mockProvider.oauth.newCode();
  const expiresAt = mockRequest.now + mockProvider.oauth.codeTtlSeconds * 1000;
  sandbox.codes.put(code, { request, accountId: account.id, expiresAt, spent: false }, mockRequest.now);
  return redirect(redirectUri, { code, state });
}
