import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { verifyWebhook, WebhookVerificationError } from './verify-webhook.js';

const SECRET = `whsec_${Buffer.from('the secret of an endpoint').toString('base64')}`;
const BODY = '{"type":"endpoint.test","timestamp":"2026-01-01T00:00:00.000Z","data":{"endpointId":"whe_1"}}';
const now = () => String(Math.floor(Date.now() / 1000));

/** By the formula of the specification. */
function headersOf(body: string, { id = 'msg_1', at = now(), secret = SECRET } = {}): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
}

describe('verifyWebhook', () => {
  it('returns the event of a signed request', async () => {
    const event = await verifyWebhook(SECRET, { body: BODY, headers: headersOf(BODY) });
    expect(event).toEqual(JSON.parse(BODY));
    await expect(verifyWebhook(SECRET, { body: BODY, headers: new Headers(headersOf(BODY)) })).resolves.toEqual(event);
  });

  it('accepts the vector that the specification publishes', async () => {
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const received = { body: '{"test": 2432232314}', headers };
    const event = await verifyWebhook(secret, received, { toleranceSeconds: Infinity });
    expect(event).toEqual({ test: 2432232314 });
    await expect(verifyWebhook(secret, received)).rejects.toThrow(WebhookVerificationError);
  });

  it('accepts one of several signatures, and those of other versions beside it', async () => {
    const old = headersOf(BODY, { secret: `whsec_${Buffer.from('another').toString('base64')}` });
    const headers = headersOf(BODY);
    const both = `v1a,abc ${old['webhook-signature']} ${headers['webhook-signature']}`;
    const event = await verifyWebhook(SECRET, { body: BODY, headers: { ...headers, 'webhook-signature': both } });
    expect(event.type).toBe('endpoint.test');
  });

  it.each<[string, Record<string, string>]>([
    ['another secret', headersOf(BODY, { secret: 'whsec_AAAA' })],
    ['another body', headersOf(`${BODY} `)],
    ['another id', { ...headersOf(BODY), 'webhook-id': 'msg_2' }],
    ['another time', { ...headersOf(BODY), 'webhook-timestamp': String(Number(now()) - 1) }],
    ['no signature', { 'webhook-id': 'msg_1', 'webhook-timestamp': now() }],
    ['an empty signature', { ...headersOf(BODY), 'webhook-signature': 'v1,' }],
    ['a time that is none', headersOf(BODY, { at: '1e9' })],
    ['an old time', headersOf(BODY, { at: String(Number(now()) - 301) })],
    ['a time that has not come', headersOf(BODY, { at: String(Number(now()) + 310) })],
  ])('refuses %s', async (_what, headers) => {
    await expect(verifyWebhook(SECRET, { body: BODY, headers })).rejects.toThrow(WebhookVerificationError);
  });

  it('refuses whatever else there is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (signature, body) => {
        const headers = { ...headersOf(BODY), 'webhook-signature': signature };
        await expect(verifyWebhook(SECRET, { body, headers })).rejects.toThrow(WebhookVerificationError);
      }),
    );
  });
});
