import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { EventStream } from './event-stream.js';
import type { LiveEvent } from './live-feed.js';

const MEGABYTE = 1024 * 1024;

const event = (id: string, orgId: string, data: object): LiveEvent => ({
  id,
  event: 'connection.updated',
  owner: { orgId, userId: 'ann', integration: 'some' },
  data,
});

describe('EventStream', () => {
  let server: FastifyInstance;
  let streams: EventStream[];
  let replies: FastifyReply[];
  let closed: { times: number };
  let maxDurationMs: number | undefined;
  let client: Socket;

  beforeEach(async () => {
    streams = [];
    replies = [];
    // A variable of this test: a stream of the previous test may close late.
    const closing = { times: 0 };
    closed = closing;
    maxDurationMs = undefined;
    server = fastify();
    server.get('/', (_request, reply) => {
      const subscriber = {
        identity: 'key 1',
        isStillAuthorized: async () => true,
        maySee: ({ owner }: LiveEvent) => owner.orgId === 'acme',
      };
      const stream = new EventStream(reply, subscriber, () => (closing.times += 1), maxDurationMs);
      streams.push(stream);
      replies.push(reply);
      stream.sendHeartbeat('acme-1');
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  /** Requests the stream and reads its beginning. Keeps the end of what it reads. */
  async function open(): Promise<{ stream: EventStream; reads: (what: RegExp) => Promise<string> }> {
    client = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    let text = '';
    client.setEncoding('latin1').on('data', (chunk: string) => (text = (text + chunk).slice(-1_000)));
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const reads = async (what: RegExp) => {
      while (!what.test(text)) await once(client, 'data');
      return text;
    };
    await reads(/acme-1/);
    return { stream: streams[0]!, reads };
  }

  it('sends the events that the subscriber may see, and resets', async () => {
    const { stream, reads } = await open();
    stream.sendEvent(event('acme-2', 'acme', { id: 'con_1' }));
    stream.sendEvent(event('acme-3', 'other', { id: 'con_2' }));
    stream.sendReset('acme-4');
    const received = await reads(/acme-4[^]*\n\n/);
    expect(received).toContain('id: acme-2\nevent: connection.updated\ndata: {"id":"con_1"}\n\n');
    expect(received).not.toContain('con_2');
    expect(received).toContain('id: acme-4\nevent: reset\ndata: {}\n\n');
  });

  it('disconnects a client that does not read, and buffers no more than the limit', async () => {
    const { stream } = await open();
    client.pause();
    const data = { text: 'x'.repeat(MEGABYTE) };
    let kept = 0;
    // The kernel buffers some megabytes for both sides, but never a hundred.
    for (let sent = 0; sent < 100 && closed.times === 0; sent += 1) {
      stream.sendEvent(event(`acme-${sent}`, 'acme', data));
      kept = Math.max(kept, replies[0]!.raw.writableLength);
      await sleep(5);
    }
    expect(closed.times).toBe(1);
    // One event is added after the limit has been reached.
    expect(kept).toBeLessThan(5.1 * MEGABYTE);
    stream.sendEvent(event('acme-100', 'acme', data));
    expect(replies[0]!.raw.writableLength).toBeLessThanOrEqual(kept);
  });

  it('keeps a client that reads, however much it is sent', async () => {
    const { stream, reads } = await open();
    for (let sent = 0; sent < 30; sent += 1) {
      stream.sendEvent(event(`acme-${sent}`, 'acme', { text: 'x'.repeat(MEGABYTE), sent }));
      await reads(new RegExp(`"sent":${sent}}`));
    }
    expect(closed.times).toBe(0);
  });

  it('ends after the longest duration, and sends nothing after that', async () => {
    maxDurationMs = 200;
    const { stream, reads } = await open();
    // A complete chunked body is no error: a client reconnects at once.
    await reads(/\r\n0\r\n\r\n$/);
    stream.sendEvent(event('acme-2', 'acme', {}));
    stream.sendHeartbeat('acme-3');
    await sleep(50);
    expect(await reads(/\r\n0\r\n\r\n$/)).not.toMatch(/acme-[23]/);
    expect(closed.times).toBe(1);
  });

  it('reports once that the client has closed the connection', async () => {
    const { stream } = await open();
    client.destroy();
    while (closed.times === 0) await sleep(5);
    stream.sendEvent(event('acme-2', 'acme', {}));
    stream.disconnect();
    await sleep(20);
    expect(closed.times).toBe(1);
  });
});
