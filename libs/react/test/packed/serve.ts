import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { createCauseway, type API_VALUES } from '@causeway/client';
import { startService, type Service } from '@causeway/testing';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** A product on an origin of its own. */
export interface Product {
  origin: string;
  service: Service;
  /** Whom the product has signed in, and what that user may do. */
  userId: string;
  scopes: (typeof API_VALUES.Scope)[number][];
  stop: () => Promise<void>;
}

/**
 * Serves the folder and gets sessions of the signed-in user, which is what the back end of a product does.
 * @param pages by their paths, beside what is in the folder
 */
export async function startProduct(folder: string, pages: Record<string, string> = {}): Promise<Product> {
  const respond = async (
    method: string | undefined,
    path: string,
  ): Promise<[content: string | Buffer, type: string]> => {
    if (method === 'POST' && path === '/causeway-session') {
      const body = { orgId: 'acme', userId: product.userId, scopes: product.scopes };
      const session = await createCauseway({ baseUrl: product.service.url }).POST('/sessions', {
        body,
      });
      return [JSON.stringify(session.data), 'application/json'];
    }
    const file = path === '/' ? '/index.html' : path;
    return [pages[file] ?? (await readFile(join(folder, file))), TYPES[extname(file)] ?? 'text/plain'];
  };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://app.test').pathname);
    respond(request.method, path).then(
      ([content, type]) => response.setHeader('content-type', `${type}; charset=utf-8`).end(content),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = await startService({ env: { CAUSEWAY_MODE: 'sandbox', WEB_ORIGINS: origin } });
  const product: Product = {
    origin,
    service,
    userId: 'ann',
    scopes: ['connections:read', 'connections:write'],
    stop: async () => {
      await service.stop();
      server.closeAllConnections();
      server.close();
    },
  };
  return product;
}
