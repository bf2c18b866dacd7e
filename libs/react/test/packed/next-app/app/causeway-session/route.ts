import { createCauseway, unwrap } from '@causeway/client';

const client = createCauseway({ baseUrl: process.env['CAUSEWAY_URL'] });

/** A product takes the user from its own sign-in. */
export async function POST() {
  return Response.json(await unwrap(client.POST('/sessions', { body: { orgId: 'acme', userId: 'next-kit' } })));
}
