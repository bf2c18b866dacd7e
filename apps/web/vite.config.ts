import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVICE = 'http://127.0.0.1:8000';
const API_PATHS = [
  '/integrations',
  '/connections',
  '/connect',
  '/events',
  '/sessions',
  '/keys',
  '/web-session',
  '/health',
  '/metrics',
  '/docs',
  '/openapi.json',
];

/** What a first look may load of scripts, compressed. */
const FIRST_LOAD_KB = 250;

/** Says what every file weighs as browsers get it, and refuses a first load that has become too heavy. */
function weigh(): Plugin {
  return {
    name: 'weigh',
    writeBundle(_, bundle) {
      const say = (sentence: string) => process.stdout.write(`${sentence}\n`);
      const kilobytes = (source: string | Uint8Array) => gzipSync(source).length / 1000;
      let first = 0;
      for (const [file, part] of Object.entries(bundle)) {
        const size = kilobytes(part.type === 'chunk' ? part.code : part.source);
        if (part.type === 'chunk' && !part.isDynamicEntry) first += size;
        if (/\.(js|css)$/.test(file)) say(`web/${file}: ${size.toFixed(1)} kB compressed`);
      }
      say(`web: a first load takes ${first.toFixed(1)} kB of scripts`);
      if (first > FIRST_LOAD_KB) this.error(`A first load takes more than ${FIRST_LOAD_KB} kB of scripts.`);
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  plugins: [react(), weigh()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    // The service's content security policy allows no inline script; files in /assets may be cached for ever.
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Before compression; about 250 kB after it.
    chunkSizeWarningLimit: 800,
  },
  server: {
    // The service lets pages of this origin in, see WEB_ORIGINS.
    port: 3000,
    strictPort: true,
    proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: SERVICE }])),
  },
});
