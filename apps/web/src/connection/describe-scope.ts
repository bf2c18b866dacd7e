import { texts } from '../texts.js';

/** Describes a scope for users, by how providers build scopes: `things:read`, `system.objects.things.read`. */
export function describeScope(scope: string): string {
  const { verbs, nouns, known, partOf } = texts.scopes;
  if (known[scope] !== undefined) return known[scope];
  const words = scope.split(/[.:_/]+/).filter(Boolean);
  const at = words.findIndex((word) => verbs[word] !== undefined);
  const named = (some: string[]) =>
    some
      .map((word) => nouns[word] ?? word)
      .filter(Boolean)
      .join(' ');
  if (at === -1) return capitalize(`${verbs['read']} ${named(words)}`);
  const object = named(words.slice(0, at));
  // In `users:read.email`, what follows the verb is a part of the object.
  const part = named(words.slice(at + 1));
  return capitalize(`${verbs[words[at] ?? '']} ${part === '' ? object : partOf(part, object)}`);
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
