/** What of a provider's paths is shown: the names of its documentation, and no others. */
export interface NamesInPaths {
  /** Segments of documented paths, with versions, that are no values. */
  readonly pathWords: readonly string[];
  /** Where users' own names stand, which may be the same as a word. */
  readonly ofUsers?: RegExp;
}

const MAX_SEGMENTS = 12;

const wordsOf = new WeakMap<NamesInPaths, ReadonlySet<string>>();

/**
 * A path without the values in it: `/v1/databases/1f2e…/query?page=2` is `/v1/databases/{id}/query`. Whatever is no word of a documented
 * path counts as a value.
 * @param path as it is sent: what is encoded is no word, and an encoded slash ends no segment
 */
export function templateOf(path: string, names?: NamesInPaths): string {
  const end = path.indexOf('?');
  const plain = end < 0 ? path : path.slice(0, end);
  const segments = (names?.ofUsers === undefined ? plain : plain.replace(names.ofUsers, '{name}')).split('/');
  const words = names && documented(names);
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) => (segment === '' || segment === '{name}' || words?.has(segment) === true ? segment : '{id}'));
  return shown.join('/') + (segments.length > MAX_SEGMENTS ? '/…' : '');
}

function documented(names: NamesInPaths): ReadonlySet<string> {
  const known = wordsOf.get(names);
  if (known !== undefined) return known;
  const words = new Set(names.pathWords);
  wordsOf.set(names, words);
  return words;
}
