/**
 * The URL under which the service forwards requests to a provider's own API with the credential of a connection. Give it to the
 * provider's SDK as its base URL, and an API key of this service with the scope `proxy` as its token.
 * @param baseUrl as for `createCauseway`
 * @param path as the provider documents it, e.g. `/v1/users?page_size=5`. It is not encoded; the generated client would encode its slashes.
 */
export function proxyUrl(baseUrl: string, connectionId: string, path = ''): string {
  const root = `${baseUrl.replace(/\/+$/, '')}/connections/${encodeURIComponent(connectionId)}/proxy`;
  return path === '' || path.startsWith('/') ? `${root}${path}` : `${root}/${path}`;
}
