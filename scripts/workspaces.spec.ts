import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`),
);

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/** npm links every package of the workspace into the root's node_modules: an import works whether or not it is declared. */
describe.each(PACKAGES)('%s', (folder) => {
  const manifest = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
  const { name, dependencies, devDependencies, peerDependencies } = manifest;

  it('declares the workspace packages that its files import', () => {
    const imported = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
      .flatMap((file) => [
        ...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(/ (?:from |import\()'(@causeway\/[a-z-]+)/g),
      ])
      .map(([, imported]) => imported);
    const declared = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
    expect([...new Set(imported)].filter((other) => other !== name && !declared.includes(other ?? ''))).toEqual([]);
  });
});
