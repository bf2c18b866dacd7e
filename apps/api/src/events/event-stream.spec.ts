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
  let left: { times: number };
  let longestMs: number | undefined;
  let client: Socket;

  beforeEach(async () => {
    streams = [];
    replies = [];
    // Of this test alone: a stream of the one before may end late.
    const leaving = { times: 0 };
    left = leaving;
    longestMs = undefined;
    server = fastify();
    server.get('/', (_request, reply) => {
      const audience = {
        credential: 'key 1',
        mayRead: async () => true,
        concerns: ({ owner }: LiveEvent) => owner.orgId === 'acme',
      };
      const stream = new EventStream(reply, audience, () => (leaving.times += 1), longestMs);
      streams.push(stream);
      replies.push(reply);
      stream.upTo('acme-1');
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  /** One that asks, and reads until the stream has begun. Of what it reads the end is kept. */
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

  it('tells what concerns its reader, and where it stands', async () => {
    const { stream, reads } = await open();
    stream.event(event('acme-2', 'acme', { id: 'con_1' }));
    stream.event(event('acme-3', 'other', { id: 'con_2' }));
    stream.reset('acme-4');
    const received = await reads(/acme-4[^]*\n\n/);
    expect(received).toContain('id: acme-2\nevent: connection.updated\ndata: {"id":"con_1"}\n\n');
    expect(received).not.toContain('con_2');
    expect(received).toContain('id: acme-4\nevent: reset\ndata: {}\n\n');
  });

  it('a reader that does not read is cut off, and no more is kept for it than was promised', async () => {
    const { stream } = await open();
    client.pause();
    const data = { text: 'x'.repeat(MEGABYTE) };
    let kept = 0;
    // What the kernel holds for both sides is beyond our reach: some megabytes, and never a hundred.
    for (let sent = 0; sent < 100 && left.times === 0; sent += 1) {
      stream.event(event(`acme-${sent}`, 'acme', data));
      kept = Math.max(kept, replies[0]!.raw.writableLength);
      await sleep(5);
    }
    expect(left.times).toBe(1);
    // The last one is added to what lies there.
    expect(kept).toBeLessThan(5.1 * MEGABYTE);
    stream.event(event('acme-100', 'acme', data));
    expect(replies[0]!.raw.writableLength).toBeLessThanOrEqual(kept);
  });

  it('a reader that reads is kept, however much it is told', async () => {
    const { stream, reads } = await open();
    for (let sent = 0; sent < 30; sent += 1) {
      stream.event(event(`acme-${sent}`, 'acme', { text: 'x'.repeat(MEGABYTE), sent }));
      await reads(new RegExp(`"sent":${sent}}`));
    }
    expect(left.times).toBe(0);
  });

  it('ends after its time, and is not told anything after that', async () => {
    longestMs = 200;
    const { stream, reads } = await open();
    // A chunked body that comes to its proper end is no fault: a client comes back at once.
    await reads(/\r\n0\r\n\r\n$/);
    stream.event(event('acme-2', 'acme', {}));
    stream.upTo('acme-3');
    await sleep(50);
    expect(await reads(/\r\n0\r\n\r\n$/)).not.toMatch(/acme-[23]/);
    expect(left.times).toBe(1);
  });

  it('says once that its reader has left', async () => {
    const { stream } = await open();
    client.destroy();
    while (left.times === 0) await sleep(5);
    stream.event(event('acme-2', 'acme', {}));
    stream.end();
    await sleep(20);
    expect(left.times).toBe(1);
  });
});
