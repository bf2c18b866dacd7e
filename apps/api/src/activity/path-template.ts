/** Words of documented paths, such as `access-logs`, `listRecords` and `users.lookupByEmail`; ids have more capitals, or digits. */
const WORD = /^(?:[a-z]{1,24}(?:[-_.][a-z]{1,24})*|[a-z]{2,24}[A-Z][a-z]{3,24}|[a-z]{1,24}(?:\.[A-Za-z]{1,32})+)$/;
/** `v3`, `2026-03` or `2026-09-beta`. */
const VERSION = /^(?:v\d{1,2}|\d{4}-\d\d(?:-\d\d|-beta)?)$/;
const MAX_SEGMENTS = 12;

/**
 * A path without the values in it: `/v1/databases/1f2e…/query?page=2` is `/v1/databases/{id}/query`. Whatever is no word of a documented
 * path counts as a value.
 * @param names where a definition says that users' own names stand in a path, which may look like words
 */
export function templateOf(path: string, names?: RegExp): string {
  const end = path.indexOf('?');
  const plain = end < 0 ? path : path.slice(0, end);
  const segments = (names === undefined ? plain : plain.replace(names, '{name}')).split('/');
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) =>
      segment === '' || segment === '{name}' || WORD.test(segment) || VERSION.test(segment) ? segment : '{id}',
    );
  return shown.join('/') + (segments.length > MAX_SEGMENTS ? '/…' : '');
}
