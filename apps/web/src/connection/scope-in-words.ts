import { texts } from '../texts.js';

/**
 * A scope as people would say it, by how scopes are built everywhere: `things:read`, `system.objects.things.read`. What it is called at the
 * provider is better known to developers, and stays beside it.
 */
export function scopeInWords(scope: string): string {
  const { actions, things, alone } = texts.scopes;
  const known = alone[scope];
  if (known !== undefined) return known;
  const words = scope.split(/[.:_/]+/).filter(Boolean);
  const at = words.findIndex((word) => actions[word] !== undefined);
  if (at === -1) return capital(`${actions['read']} ${named(words, things)}`);
  const action = actions[words[at] ?? ''] ?? '';
  // `users:read.email`: of the thing, the part.
  const [before, after] = [words.slice(0, at), words.slice(at + 1)];
  const thing = named(before, things);
  return capital(
    after.length === 0 ? `${action} ${thing}` : `${action} ${texts.scopes.part(named(after, things), thing)}`,
  );
}

function named(words: string[], things: Record<string, string | undefined>): string {
  return words
    .map((word) => things[word] ?? word)
    .filter(Boolean)
    .join(' ');
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
