const SCOPE = /^[\w.:/-]{1,64}$/;
const MAX_SCOPES = 5;

/** @param named what a provider names as the scopes that a request needs @returns `undefined` if it names none that can be shown */
export function adviceForScopes(named: readonly unknown[]): string | undefined {
  const scopes = named.filter((scope): scope is string => typeof scope === 'string' && SCOPE.test(scope));
  if (scopes.length === 0) return undefined;
  const [noun, pronoun] = scopes.length === 1 ? ['scope', 'it'] : ['scopes', 'them'];
  const list = [...new Set(scopes)].slice(0, MAX_SCOPES).join(', ');
  return `Grant the ${noun} ${list}: add ${pronoun} to the app, and connect the account again.`;
}
