// What a token look-up costs without a service around it: Fastify, the same reads of the same store, AES-256-GCM, JSON.
// It trusts the store: the tags of the records are not verified.
import { createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto';
import Fastify from 'fastify';

const { PORT, REDIS_URL, DATA_DIR, KEY_SECRET } = process.env;
const secret = Buffer.from(KEY_SECRET ?? '', 'base64');
const key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'causeway seal credential', 32)));
const get = REDIS_URL === undefined ? await embedded(`${DATA_DIR}/store.mdb`) : await redis(REDIS_URL);

const server = Fastify();

/** @typedef {{ Params: { id: string } }} Route */

// With an API key the service reads the record of the key as well.
server.get('/connections/:id/token', async (/** @type {import('fastify').FastifyRequest<Route>} */ request, reply) => {
  const apiKey = /^Bearer cwk_([0-9a-f]{16})_/.exec(request.headers.authorization ?? '')?.[1];
  if (apiKey !== undefined && (await get('keys', `key:${apiKey}`)) === null) return reply.code(401).send();
  const { id } = request.params;
  const value = await get(id.slice(4, 16), `connection:${id}`);
  if (value === null) return reply.code(404).send();
  const record = JSON.parse(value.slice(value.indexOf('\n') + 1));
  const { accessToken, expiresAt, scopes } = JSON.parse(open(record));
  return { accessToken, tokenType: 'Bearer', expiresAt: new Date(expiresAt).toISOString(), scopes };
});
server.get('/ready', async () => ({}));
await server.listen({ port: Number(PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));

/** @param {{ orgId: string; id: string; credential: string }} record */
function open({ orgId, id, credential }) {
  const [version, keyId, payload = ''] = credential.split('.');
  const bytes = Buffer.from(payload, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(`${version}.${keyId}\nconnection ${JSON.stringify([orgId, id])}`));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
}

/**
 * @param {string} url
 * @returns {Promise<(partition: string, key: string) => Promise<string | null>>}
 */
async function redis(url) {
  const { createClient } = await import('redis');
  const client = createClient({ url });
  client.on('error', () => process.exit(1));
  await client.connect();
  return (partition, name) => client.get(`causeway:{${partition}}:value:${name}`);
}

/**
 * @param {string} path
 * @returns {Promise<(partition: string, key: string) => Promise<string | null>>}
 */
async function embedded(path) {
  const lmdb = await import('lmdb');
  /** @type {import('lmdb').RootDatabase<Buffer, Uint8Array>} */
  const db = lmdb.open({ path, noSubdir: true, encoding: 'binary', keyEncoding: 'binary', readOnly: true });
  const part = (/** @type {string} */ text) => {
    const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
    bytes.writeUInt32BE(bytes.length - 4);
    bytes.write(text, 4);
    return bytes;
  };
  // The first eight bytes of every value are its expiry time.
  return async (partition, name) =>
    db.get(Buffer.concat([Buffer.of(0x10, 0), part(partition), part(name)]))?.toString('utf8', 8) ?? null;
}
