import english from './locales/en.js';
import { describeProblem, formatCount, loadTexts, replaceTexts } from './texts.js';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'ja', 'ar'];

/** Texts by their paths. */
function flat(texts: object, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([name, value]: [string, string | object]) =>
    typeof value === 'string' ? [[path + name, value] as [string, string]] : flat(value, `${path}${name}.`),
  );
}
const valuesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([value]) => value).sort();
const PLURALS = ['accounts', 'found'] as const;
const isPlural = (path: string) => PLURALS.some((name) => path.startsWith(`${name}.`));

describe.each(LANGUAGES)('the texts in %s', (language) => {
  test('are all there, with the values of the English ones', async () => {
    const loaded = await loadTexts(language);
    expect(loaded.language).toBe(language);
    const texts = new Map(flat(loaded.texts));
    const expected = flat(english).filter(([path]) => !isPlural(path) && path !== 'direction');
    const missing = expected.filter(([path]) => (texts.get(path) ?? '') === '');
    expect(missing).toEqual([]);
    // "stillListed" may name the integration more than once, or once.
    const differing = expected.filter(
      ([path, text]) => String([...new Set(valuesIn(text))]) !== String([...new Set(valuesIn(texts.get(path) ?? ''))]),
    );
    expect(differing).toEqual([]);
  });

  test('count as the language does', async () => {
    const loaded = await loadTexts(language);
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const name of PLURALS) expect(Object.keys(loaded.texts[name]).sort()).toEqual([...categories].sort());
    expect(formatCount(loaded, 'accounts', 1500)).toContain((1500).toLocaleString(language));
  });
});

test('the language of a locale is what counts; another one is English', async () => {
  expect((await loadTexts('de-AT')).language).toBe('de');
  expect((await loadTexts('AR_eg')).language).toBe('ar');
  for (const locale of ['nl', '', 'constructor', '__proto__']) expect((await loadTexts(locale)).language).toBe('en');
});

test('single texts are replaced, and the others stay', async () => {
  const german = await loadTexts('de');
  const { texts } = replaceTexts(german, { title: 'Ihre Apps', problems: { other: 'Hoppla.' } });
  expect(texts.title).toBe('Ihre Apps');
  expect(texts.close).toBe(german.texts.close);
  expect(texts.problems['other']).toBe('Hoppla.');
  expect(texts.problems['needs-reconnect']).toBe(german.texts.problems['needs-reconnect']);
});

test("a problem is described in the user's words, never in the service's", () => {
  const developers = { title: 'The integration is not configured', detail: 'Set the client id.' };
  expect(describeProblem(english, { ...developers, slug: 'integration-not-configured', status: 409 })).toBe(
    english.problems['integration-not-configured'],
  );
  expect(describeProblem(english, { ...developers, slug: 'internal-error', status: 500 })).toBe(
    english.problems['other'],
  );
  expect(describeProblem(english, { ...developers, status: 502 })).toBe(english.problems['other']);
  expect(describeProblem(english, developers)).toBe(english.problems['offline']);
});
