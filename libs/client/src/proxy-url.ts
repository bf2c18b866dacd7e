/**
 * Where a provider's own API is with the credential of a connection: the address to give to the provider's official SDK, with an API key
 * of this service that has the scope `proxy` as its token.
 * @param baseUrl where the service is reached, as for `createCauseway`
 * @param path the provider's documented path, e.g. `/v1/users?page_size=5`; it stays as it is (the generated client would encode its slashes)
 */
export function proxyUrl(baseUrl: string, connectionId: string, path = ''): string {
  const root = `${baseUrl.replace(/\/+$/, '')}/connections/${encodeURIComponent(connectionId)}/proxy`;
  return path === '' || path.startsWith('/') ? `${root}${path}` : `${root}/${path}`;
}
