import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

const SERVICE = 'http://127.0.0.1:8000';

/** What the back end of the product does: gets a session for the user who is signed in. The sandbox needs no API key for it. */
const backEnd: Plugin = {
  name: 'back-end',
  configureServer: ({ middlewares }) => {
    middlewares.use('/session', (_, response) => {
      const user = { orgId: 'acme', userId: 'ann' };
      const request = fetch(`${SERVICE}/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(user),
      });
      request
        .then((answer) => answer.json())
        .then((session: object) => response.end(JSON.stringify({ service: SERVICE, ...user, ...session })))
        .catch(() => response.writeHead(502).end());
    });
  },
};

export default defineConfig({
  plugins: [react(), backEnd],
  resolve: { conditions: ['@causeway/source', ...defaultClientConditions] },
  build: { modulePreload: { polyfill: false } },
  // `WEB_ORIGINS` allows this origin by default.
  server: { port: 3000, strictPort: true },
});
