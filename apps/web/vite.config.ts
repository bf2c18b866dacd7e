import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

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

/** For the scripts that the first page loads, compressed. */
const MAX_FIRST_LOAD_KB = 250;

/** Reports the compressed size of each file, and fails the build if the first page loads too much. */
function bundleSize(): Plugin {
  return {
    name: 'bundle-size',
    writeBundle(_, bundle) {
      const log = (line: string) => process.stdout.write(`${line}\n`);
      let firstLoad = 0;
      for (const [file, output] of Object.entries(bundle)) {
        const size = gzipSync(output.type === 'chunk' ? output.code : output.source).length / 1000;
        if (output.type === 'chunk' && !output.isDynamicEntry) firstLoad += size;
        if (/\.(js|css)$/.test(file)) log(`web/${file}: ${size.toFixed(1)} kB compressed`);
      }
      log(`web: the first page loads ${firstLoad.toFixed(1)} kB of scripts`);
      if (firstLoad > MAX_FIRST_LOAD_KB)
        this.error(`The first page loads more than ${MAX_FIRST_LOAD_KB} kB of scripts.`);
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('./', import.meta.url)),
  plugins: [react(), bundleSize()],
  resolve: { conditions: ['@causeway/source', ...defaultClientConditions] },
  build: {
    outDir: fileURLToPath(new URL('../../dist/web', import.meta.url)),
    emptyOutDir: true,
    // The service's content security policy allows no inline scripts, and files in /assets are cached forever.
    assetsDir: 'assets',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Before compression; `bundleSize` checks the compressed size.
    chunkSizeWarningLimit: 800,
  },
  server: {
    // In development, WEB_ORIGINS allows this origin.
    port: 3000,
    strictPort: true,
    proxy: Object.fromEntries(API_PATHS.map((path) => [path, { target: SERVICE }])),
  },
});
