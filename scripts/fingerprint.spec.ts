import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Module {
  fingerprint: (root: string, inputs: readonly string[]) => string;
}
const { fingerprint } = (await import(new URL('prepare/fingerprint.mjs', import.meta.url).href)) as Module;

let root: string;
beforeEach(() => {
  root = `${mkdtempSync(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'fingerprint-'))}/`;
  write('libs/react/src/index.ts');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content = ''): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

describe('the fingerprint of the inputs of a build', () => {
  it.each(['libs/react/src/index.ts', 'libs/react/src/new.ts', 'libs/react/example/page.tsx'])(
    'changes with %s',
    (file) => {
      const before = fingerprint(root, ['libs']);
      write(file, 'changed');
      expect(fingerprint(root, ['libs'])).not.toBe(before);
    },
  );

  it.each([
    ['the development server of Vite', 'libs/react/node_modules/.vite/deps/react.js'],
    ['npm, nested', 'libs/store/node_modules/package/index.js'],
    ['a build of the packages', 'libs/react/dist/index.js'],
    ['who writes tests', 'libs/react/src/index.spec.ts'],
  ])('does not change with what is written by %s', (_, file) => {
    const before = fingerprint(root, ['libs']);
    write(file, 'changed');
    expect(fingerprint(root, ['libs'])).toBe(before);
  });
});
