import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/results/README.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];
/** .env.example has what is optional for each provider once. */
const providers = readdirSync(join(ROOT, 'docs/providers')).map((file) => file.replace('.md', ''));
const OF_EACH = { example: 'HUBSPOT_', prefix: new RegExp(`^(${providers.join('|')})_`, 'i') };
/** The standard names of OpenTelemetry. */
const OF_OTHERS = /^OTEL_/;

/** As GitHub makes the anchor of a heading. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** Without code blocks, in which there are no links. */
const proseOf = (markdown: string) => markdown.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/^ {4}.*$/gm, '');

test.each(DOCUMENTS)('the links of %s lead to something', (document) => {
  const links = [...proseOf(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : join(dirname(document), path);
    if (!existsSync(join(ROOT, target)) || relative(ROOT, join(ROOT, target)).startsWith('..')) return true;
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.each(DOCUMENTS)('the settings that %s names are in .env.example', (document) => {
  const settings = new Set([...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name));
  const named = [...read(document).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)].map(
    ([, name = '']) => name,
  );
  const isKnown = (name: string) => settings.has(name) || settings.has(name.replace(OF_EACH.prefix, OF_EACH.example));
  expect([...new Set(named)].filter((name) => !isKnown(name) && !OF_OTHERS.test(name))).toEqual([]);
});
