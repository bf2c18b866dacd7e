import fc from 'fast-check';
import type { Integration } from './integration.js';
import type { ProviderEvent, ReceivedWebhook, WebhookRequest } from './provider-webhook.js';

type Headers = WebhookRequest['headers'];

/** A provider's own way to send webhooks, by its documentation. */
export interface Sender {
  /** What signs the requests below. */
  secret: string;
  url?: string;
  /** The headers of a request, written from the documented formula. */
  sign(secret: string, body: Buffer, time: string, url: string): Headers;
  /** The header with the signature. */
  signature: string;
  /** The header with the time that it was made at, which counts so many milliseconds. */
  time?: { header: string; unitMs: number };
  /** An event that the provider may send, as its body. */
  body: unknown;
  /** The secret is that of a hook with this id. */
  hook?: string;
}

export const NOW = Date.UTC(2026, 10, 20, 12);
const URL = 'https://causeway.example/integrations/x/webhook';
const CONNECTION = 'con_1';

const timeAt = ({ time }: Sender, at: number) => String(Math.floor(at / (time?.unitMs ?? 1)));

/** A request of the provider, which can be changed. */
export function requestOf(
  sender: Sender,
  body: unknown = sender.body,
  change: Partial<WebhookRequest> = {},
): WebhookRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const url = sender.url ?? URL;
  const hook: WebhookRequest['hook'] = (id) =>
    Promise.resolve(id === sender.hook ? { secret: sender.secret, connectionId: CONNECTION } : null);
  const { secret } = sender;
  const headers = { 'content-type': 'application/json', ...sender.sign(secret, bytes, timeAt(sender, NOW), url) };
  return { url, headers, body: bytes, receivedAt: NOW, secret: sender.hook ? null : secret, hook, ...change };
}

/** The events of a request that is signed as it has to be. */
export async function eventsOf(
  integration: Integration,
  sender: Sender,
  body: unknown,
): Promise<readonly ProviderEvent[]> {
  const received = await integration.receiveWebhook(requestOf(sender, body));
  if (received.kind !== 'events') throw new Error(`The request is ${received.kind}.`);
  return received.events;
}

/** What holds for the webhooks of every provider. */
export function describeWebhooks(integration: Integration, sender: Sender): void {
  const { signature, time, secret } = sender;
  const receive = (change: Partial<WebhookRequest>, body: unknown = sender.body): Promise<ReceivedWebhook> =>
    integration.receiveWebhook(requestOf(sender, body, change));
  const good = requestOf(sender);
  const now = timeAt(sender, NOW);
  const signed = (by: string, at: string) => ({
    headers: { ...good.headers, ...sender.sign(by, good.body, at, good.url) },
  });
  const withHeader = (name: string, value: string | undefined) => ({ headers: { ...good.headers, [name]: value } });

  describe(`webhooks of ${integration.definition.id}`, () => {
    it('says what an operator has to do', () => {
      expect(integration.definition.webhooks.steps.length).toBeGreaterThan(0);
      for (const step of integration.definition.webhooks.steps) expect(step).toMatch(/^[A-Z].*\.$/);
    });

    it('accepts what is signed with the secret', async () => {
      const received = await integration.receiveWebhook(good);
      expect(received).toMatchObject({ kind: 'events', events: [{ content: expect.any(Object) }] });
    });

    const text = good.headers[signature] ?? '';
    const otherCase = (letter: string) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    it.each<[string, Partial<WebhookRequest>]>([
      ['with another secret', signed('another secret', now)],
      ['with an empty secret', signed('', now)],
      ['without a signature', withHeader(signature, undefined)],
      ['with an empty signature', withHeader(signature, '')],
      ['with a signature that is cut', withHeader(signature, text.slice(0, -1))],
      ['with only the beginning of a signature', withHeader(signature, text.slice(0, 8))],
      ['with a signature that is too long', withHeader(signature, `${text}0`)],
      ['with a space after the signature', withHeader(signature, `${text} `)],
      ['with two signatures', withHeader(signature, `${text}, ${text}`)],
      ['with a signature in another case', withHeader(signature, text.replace(/[a-z](?=[^a-z]*$)/i, otherCase))],
      ['with letters that are no ASCII', withHeader(signature, 'é'.repeat(text.length))],
      ['with a changed byte', { body: Buffer.from(good.body.map((byte, at) => (at === 3 ? byte ^ 1 : byte))) }],
      ['with one byte more', { body: Buffer.concat([good.body, Buffer.from(' ')]) }],
      ['with one byte less', { body: good.body.subarray(1) }],
      ['without a body', { body: Buffer.alloc(0) }],
    ])('rejects a request %s', async (_, change) => {
      await expect(receive(change)).resolves.toEqual({ kind: 'rejected' });
    });

    it('rejects everything while there is no secret', async () => {
      const none = sender.hook ? { hook: () => Promise.resolve(null) } : { secret: null };
      const empty = sender.hook
        ? { hook: () => Promise.resolve({ secret: '', connectionId: CONNECTION }) }
        : { secret: '' };
      const unkeyed = signed('', now);
      for (const change of [none, { ...none, ...unkeyed }, empty, { ...empty, ...unkeyed }]) {
        await expect(receive(change)).resolves.toEqual({ kind: 'rejected' });
      }
    });

    if (time !== undefined) {
      const minute = 60_000;
      it.each([
        ['just now', 0, 'events'],
        ['almost five minutes ago', -4.9 * minute, 'events'],
        ['more than five minutes ago', -5.1 * minute, 'rejected'],
        ['a year ago', -525_600 * minute, 'rejected'],
        ['by a clock that is half a minute ahead', 0.5 * minute, 'events'],
        ['by a clock that is two minutes ahead', 2 * minute, 'rejected'],
      ])('of a request that was signed %s', async (_, ms, kind) => {
        await expect(receive(signed(secret, timeAt(sender, NOW + ms)))).resolves.toMatchObject({ kind });
      });

      it.each([
        ['is absent', undefined],
        ['is another one', String(Number(now) + 1)],
        ['begins with a zero', `0${now}`],
      ])('rejects a request whose time %s', async (_, value) => {
        await expect(receive(withHeader(time.header, value))).resolves.toEqual({ kind: 'rejected' });
      });

      it.each([
        ['is empty', ''],
        ['is no number', 'NaN'],
        ['is infinite', 'Infinity'],
        ['has an exponent', `${Number(now) / 1000}e3`],
        ['is hexadecimal', `0x${Number(now).toString(16)}`],
        ['has a sign', `+${now}`],
        ['has a fraction', `${now}.0`],
        ['has spaces', ` ${now}`],
        ['has a line break', `${now}\n`],
      ])('rejects a request that is signed with a time that %s', async (_, value) => {
        await expect(receive(signed(secret, value))).resolves.toEqual({ kind: 'rejected' });
      });
    }

    it.each([
      '',
      'null',
      'true',
      '7',
      '"text"',
      '[]',
      '{}',
      '[null]',
      '[[]]',
      '{',
      '[{"a":',
      '\u0000',
      'payload=%7B%7D',
    ])('does not fail at the signed body %j', async (json) => {
      const received = await receive({}, Buffer.from(json));
      expect(['events', 'rejected']).toContain(received.kind);
      if (received.kind === 'events') expect(received.events.flatMap(({ items }) => items)).toEqual([]);
    });

    it('does not fail where any part of an event is of another type', async () => {
      const strange = [null, '', 'text', 0, -1, 1e300, true, [], [null], {}, { id: null }, [{ id: 7 }]];
      for (const path of pathsOf(sender.body)) {
        for (const value of strange) {
          const received = await receive({}, replaced(sender.body, path, value));
          expect([path, ['events', 'rejected'].includes(received.kind)]).toEqual([path, true]);
        }
      }
    });

    it('reads a megabyte, and bytes that are no text', async () => {
      const large = { text: 'é'.repeat(500_000) };
      const body = Array.isArray(sender.body)
        ? [{ ...(sender.body[0] as object), large }]
        : { ...(sender.body as object), large };
      await expect(receive({}, body)).resolves.toMatchObject({ kind: 'events', events: [{ content: { large } }] });
      const bytes = Buffer.alloc(1_000_000, 0xff);
      await expect(receive({}, bytes)).resolves.not.toHaveProperty('events.0');
    });

    it('rejects whatever is not signed', async () => {
      const names = [signature, ...(time === undefined ? [] : [time.header])];
      const value = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constant(text),
        fc.constant(undefined),
        fc.nat().map(String),
        fc.constant(now),
      );
      const headers = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
      const body = fc.oneof(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
        fc.json().map((json) => Buffer.from(json)),
        fc.constant(good.body),
      );
      await fc.assert(
        fc.asyncProperty(headers, body, async (given, bytes) => {
          fc.pre(!bytes.equals(good.body) || names.some((name) => given[name] !== good.headers[name]));
          expect(await receive({ headers: given, body: bytes })).toEqual({ kind: 'rejected' });
        }),
        { seed: 20261120, numRuns: 500 },
      );
    });

    it('reads whatever is signed', async () => {
      const kinds = new Set<string>();
      await fc.assert(
        fc.asyncProperty(fc.json(), async (json) => {
          kinds.add((await receive({}, Buffer.from(json))).kind);
        }),
        { seed: 20261120, numRuns: 500 },
      );
      expect([...kinds]).toEqual([sender.hook ? 'rejected' : 'events']);
    });
  });
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const names = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    path,
    ...names.flatMap((name) => pathsOf((value as Record<string | number, unknown>)[name], [...path, name])),
  ];
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  const inner = replaced((value as Record<string | number, unknown>)[name], rest, by);
  if (Array.isArray(value)) return value.with(Number(name), inner);
  return { ...(value as object), [name]: inner };
}
