import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin, type Rolldown } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** For the scripts that a page loads before anything else, compressed with gzip. */
const MAX_FIRST_LOAD_KB = { index: 160, docs: 480 };

const compressions = {
  // The best quality, 11, takes twice the time for 2 %.
  br: (content: Buffer) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  gz: (content: Buffer) => promisify(gzip)(content, { level: 9 }),
};

/**
 * Writes a file also as Brotli and gzip, where that is smaller: the service sends the one that the browser accepts.
 * @returns its size with gzip, in kB
 */
async function compress(file: string): Promise<number> {
  const content = await readFile(file);
  const write = async (extension: keyof typeof compressions): Promise<number> => {
    const compressed = await compressions[extension](content);
    if (compressed.length < content.length) await writeFile(`${file}.${extension}`, compressed);
    return Math.min(compressed.length, content.length) / 1000;
  };
  const [, size] = await Promise.all([write('br'), write('gz')]);
  return size;
}

/** The chunk and all that it imports statically. */
function staticImports(bundle: Rolldown.OutputBundle, file: string, found = new Set<string>()): Set<string> {
  const output = bundle[file];
  if (found.has(file) || output?.type !== 'chunk') return found;
  found.add(file);
  for (const imported of output.imports) staticImports(bundle, imported, found);
  return found;
}

/** Compresses every file, reports what each page loads at first, and fails the build if that is too much. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    async writeBundle({ dir = '' }, bundle) {
      const sizes = new Map<string, number>();
      await Promise.all(Object.keys(bundle).map(async (file) => sizes.set(file, await compress(join(dir, file)))));
      for (const [page, limit] of Object.entries(MAX_FIRST_LOAD_KB)) {
        const entry = Object.values(bundle).find((output) => output.type === 'chunk' && output.name === page);
        const files = [...staticImports(bundle, entry?.fileName ?? '')];
        const size = files.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0);
        process.stdout.write(`${page}.html first loads ${size.toFixed(0)} kB of scripts (gzip)\n`);
        if (size <= limit) continue;
        const list = files.map((file) => `${file}: ${(sizes.get(file) ?? 0).toFixed(1)} kB`).join('\n');
        this.error(`${page}.html loads more than ${limit} kB of scripts at first:\n${list}`);
      }
    },
  };
}

/** Beside the page that shows it. */
function openApiDocument(): Plugin {
  return {
    name: 'openapi-document',
    apply: 'build',
    async generateBundle() {
      const source = await readFile(here('../../openapi/openapi.json'));
      this.emitFile({ type: 'asset', fileName: 'openapi.json', source });
    },
  };
}

export default defineConfig({
  root: here('./'),
  plugins: [react(), openApiDocument(), compressed()],
  resolve: { conditions: ['@causeway/source', ...defaultClientConditions] },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    // The service's content security policy allows no inline scripts, and files in /assets are cached forever.
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here('./index.html'), docs: here('./docs.html') },
      // Compression takes most of the time of this build.
      checks: { bundlerTimings: false },
    },
    // Before compression; `compressed` checks the compressed size.
    chunkSizeWarningLimit: 2000,
  },
});
