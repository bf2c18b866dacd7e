/** What lives and dies as one: the origin with the first part of the path, since a gateway serves several providers at one origin. */
export function apiOf(url: string): string {
  return /^[^/]+\/\/[^/?#]+(\/[^/?#]*)?/.exec(url)?.[0] ?? url;
}
