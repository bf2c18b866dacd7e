import type { ProblemDetails } from '../causeway-error.js';
import { CLOSED } from '../browser/connect-error.js';
import english, { type ConnectTexts, type Plural } from './locales/en.js';

/** Each is a file of its own, and only the one that is needed is loaded. */
const LOCALES = new Map<string, () => Promise<{ default: ConnectTexts }>>([
  ['ar', () => import('./locales/ar.js')],
  ['de', () => import('./locales/de.js')],
  ['es', () => import('./locales/es.js')],
  ['fr', () => import('./locales/fr.js')],
  ['ja', () => import('./locales/ja.js')],
]);

/** Texts that replace those of a locale; the others stay. */
export type ReplacedTexts = {
  readonly [Name in keyof ConnectTexts]?: ConnectTexts[Name] extends object
    ? Partial<ConnectTexts[Name]>
    : ConnectTexts[Name];
};

export interface LocalizedTexts {
  /** A language of which there are texts. */
  language: string;
  texts: ConnectTexts;
}

export const ENGLISH: LocalizedTexts = { language: 'en', texts: english };

/** @param locale as in the attribute `lang`, e.g. `de-AT`; English texts for a language that there is not */
export async function loadTexts(locale: string): Promise<LocalizedTexts> {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  const texts = await LOCALES.get(language)?.().catch(() => undefined);
  return texts === undefined ? ENGLISH : { language, texts: texts.default };
}

export function replaceTexts({ language, texts }: LocalizedTexts, replaced: ReplacedTexts): LocalizedTexts {
  const entries = Object.entries(replaced as Record<string, unknown>).map(([name, value]) => {
    const original = (texts as Record<string, unknown>)[name];
    return [name, typeof value === 'object' ? { ...(original as object), ...value } : value];
  });
  return { language, texts: { ...texts, ...(Object.fromEntries(entries) as Partial<ConnectTexts>) } };
}

export type TextValues = Readonly<Record<string, string>>;

export const format = (text: string, values: TextValues): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

export function formatCount({ language, texts }: LocalizedTexts, name: 'accounts' | 'found', count: number): string {
  const plural: Plural = texts[name];
  const text = plural[new Intl.PluralRules(language).select(count)] ?? plural.other ?? '';
  return format(text, { count: count.toLocaleString(language) });
}

/** The service describes problems for developers, in English. */
export function describeProblem({ problems }: ConnectTexts, problem: ProblemDetails): string {
  const { slug, status } = problem;
  const unknown = slug === undefined && status === undefined ? 'offline' : 'other';
  const name = problem === CLOSED ? 'window-closed' : (slug ?? unknown);
  return problems[name] ?? problems['other'] ?? '';
}
