import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const SERVICE = 'http://127.0.0.1:8000';
const API_PATHS = [
  '/integrations',
  '/connections',
  '/connect',
  '/events',
  '/keys',
  '/web-session',
  '/health',
  '/metrics',
  '/docs',
  '/openapi.json',
];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react()],
  // `#sdk` as sources, as everywhere else.
  resolve: { conditions: ['source', ...defaultClientConditions] },
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
