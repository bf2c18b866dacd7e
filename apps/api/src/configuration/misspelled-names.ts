import { getMetadataStorage } from 'class-validator';

/** So many characters of a long name may be wrong, and one of a short name. */
const MAX_DISTANCE = 2;
const LONG = 12;

/** The variables that a class reads, without their prefix. */
export function variablesOf(type: new () => object): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/**
 * Names that are not known and look like a known one that is not set, such as `REDIS_URI`: without them, the service would start in
 * another way than was meant. Other programs' variables are no concern of ours, so a name has to be close.
 */
export function misspelledNames(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  const isSet = (name: string) => (environment[name] ?? '').trim() !== '';
  const unknown = Object.keys(environment).filter((name) => !known.includes(name) && isSet(name));
  return unknown.flatMap((name) => {
    const meant = known.find((candidate) => !isSet(candidate) && isClose(name, candidate));
    return meant === undefined ? [] : [`${name} is not known: is ${meant} meant? Correct the name, or remove it`];
  });
}

function isClose(name: string, known: string): boolean {
  const [word] = known.split('_');
  // Names of one word are too short to be told apart from those of others: HOST from HOME.
  if (word === undefined || word === known) return false;
  const isOurs = name.startsWith(`${word}_`);
  const [given, wanted] = [name, known].map((text) => text.toUpperCase().replaceAll('_', '')) as [string, string];
  if (!isOurs && wanted.length < LONG) return false;
  return distance(given, wanted) <= (wanted.length < LONG ? 1 : MAX_DISTANCE);
}

/** Levenshtein's, as far as it matters. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? Infinity;
}
