import { setTimeout as sleep } from 'node:timers/promises';
import { createCauseway, unwrap, verifyWebhook, type CausewayClient } from '@causeway/client';
import {
  startMockProviders,
  startRedis,
  startService,
  startWebhookReceiver,
  type MockProvidersProcess,
  type ReceivedWebhook,
  type RedisServer,
  type Service,
  type WebhookReceiver,
  type WebhookResponse,
} from '@causeway/testing';
import { connect } from '../support/connect.js';
import { eventually } from '../support/eventually.js';
import { percentile, table } from '../support/figures.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from '../support/production.js';
import { SlackEvents } from '../support/slack-events.js';
import { someone } from '../support/users.js';

const EVENTS = Number(process.env['WEBHOOK_EVENTS'] ?? 10_000);
const PER_SECOND = Number(process.env['WEBHOOK_EVENTS_PER_SECOND'] ?? 100);
const SIGNING_SECRET = 'a-signing-secret-of-slack';
const REDIS_AWAY_MS = 30_000;
const SLOW_MS = 500;
/** Attempts of a process that was killed are made again after 25 s, of a receiver that hangs after 15 s. */
const CATCH_UP_MS = 600_000;
const TIMEOUT_MS = 1_500_000;

const rows: Record<string, string | number>[] = [];
let apart: MockProvidersProcess;
let receiver: WebhookReceiver;
let env: Record<string, string>;
beforeAll(async () => {
  apart = await startMockProviders();
  env = {
    ...productionEnvironment(await unlimited(apart.mockProviders)),
    WEBHOOK_PRIVATE_ADDRESSES: 'on',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
  };
}, 60_000);
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.stop());
afterAll(async () => {
  await apart?.stop();
  process.stdout.write(table(rows));
});

test(
  'two replicas, one of them killed, and Redis away for 30 s: no event is lost, and no endpoint holds up another one',
  async () => {
    const redis: RedisServer = await startRedis({ appendOnly: true });
    const shared = { ...env, REDIS_URL: redis.url };
    const first = await startService({ env: shared });
    const second = await startService({ env: { ...shared, PUBLIC_URL: first.url } });
    try {
      await deliverAll('Redis', [first, second], async () => {
        await second.kill();
        await sleep(3_000);
        await second.restart();
        await sleep(5_000);
        await redis.kill();
        await sleep(REDIS_AWAY_MS);
        await redis.restart();
      });
    } finally {
      await Promise.all([first.stop(), second.stop(), redis.stop()]);
    }
  },
  TIMEOUT_MS,
);

test(
  'one process with the embedded store, killed three times: no event is lost',
  async () => {
    const only = await startService({ env });
    try {
      await deliverAll('embedded', [only], async () => {
        for (let kill = 0; kill < 3; kill += 1) {
          await sleep(5_000);
          await only.kill();
          await only.restart();
        }
      });
    } finally {
      await only.stop();
    }
  },
  TIMEOUT_MS,
);

async function deliverAll(store: string, services: readonly Service[], disturb: () => Promise<void>): Promise<void> {
  const client = createCauseway({ baseUrl: services[0]!.url, apiKey: ADMIN_KEY });
  const { account } = await connect(client, 'slack', someone());
  const urls = services.map(({ url }) => url);
  const slack = new SlackEvents(SIGNING_SECRET, account.id, urls);
  const quick = await Endpoint.create(client, 'quick', () => ({ status: 204 }));
  const send = async (what: string, count: number) => {
    const [from, began] = [Date.now(), performance.now()];
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
    await slack.send(count, PER_SECOND);
    const taken = seconds();
    await eventually(() => expect(quick.missing(slack)).toEqual([]), CATCH_UP_MS);
    const delays = quick.delays(slack, from);
    rows.push({
      what: `${store}: ${what}`,
      events: count,
      'taken after s': taken,
      'delivered after s': seconds(),
      ...Object.fromEntries([50, 99, 100].map((share) => [`p${share} ms`, percentile(delays, share)])),
    });
  };

  await send('quick one, alone', EVENTS / 5);
  const since = Date.now();
  let attempts = 0;
  const slow = await Endpoint.create(client, 'slow', () => ({ status: 204, afterMs: SLOW_MS }));
  const flaky = await Endpoint.create(client, 'flaky', () => ({ status: (attempts += 1) % 2 === 0 ? 204 : 503 }));
  const dead = await Endpoint.create(client, 'dead', () => ({ status: 'hang' }));
  await send('quick one beside slow, flaky and dead', EVENTS / 5);
  const disturbed = sleep(3_000).then(disturb);
  await send('quick one, with what is killed', (EVENTS * 3) / 5);
  await disturbed;

  dead.respond(() => ({ status: 204 }));
  const began = performance.now();
  for (const one of [slow, flaky, dead]) {
    await eventually(async () => {
      // By its schedule, an attempt that fails twice is made again after five minutes.
      if (one !== slow) await one.recover(since);
      await sleep(3_000);
      expect(one.missing(slack, since)).toEqual([]);
    }, CATCH_UP_MS);
    rows.push({
      what: `${store}: ${one.name}, all`,
      'delivered after s': ((performance.now() - began) / 1000).toFixed(1),
    });
  }
  for (const one of [quick, slow, flaky, dead]) await one.expectWhole();
}

/** An endpoint, and what it was sent. */
class Endpoint {
  private constructor(
    private readonly client: CausewayClient,
    readonly name: string,
    private readonly id: string,
    private readonly secret: string,
  ) {}

  static async create(client: CausewayClient, name: string, respond: () => WebhookResponse): Promise<Endpoint> {
    const url = `${receiver.url}/${name}`;
    const { id, secret } = await unwrap(
      client.POST('/webhook-endpoints', { body: { url, events: ['provider.event'] } }),
    );
    const endpoint = new Endpoint(client, name, id, secret);
    endpoint.respond(respond);
    return endpoint;
  }

  respond(respond: () => WebhookResponse): void {
    receiver.respondAt(`/hooks/${this.name}`, respond);
  }

  async recover(since: number): Promise<void> {
    const params = { path: { id: this.id } };
    const body = { since: new Date(since).toISOString() };
    const { response } = await this.client.POST('/webhook-endpoints/{id}/recover', { params, body });
    expect(response.status).toBe(202);
  }

  /** Which of the events that were sent since then it does not have. */
  missing({ sentAt }: SlackEvents, since = 0): string[] {
    const delivered = new Set(this.delivered().map(eventIdOf));
    return [...sentAt].filter(([id, at]) => at >= since && !delivered.has(id)).map(([id]) => id);
  }

  /** From where an event was sent to its first attempt. */
  delays({ sentAt }: SlackEvents, since: number): number[] {
    const came = new Map<string, number>();
    for (const webhook of this.received()) {
      const id = eventIdOf(webhook);
      if (!came.has(id)) came.set(id, webhook.at);
    }
    return [...sentAt].filter(([, at]) => at >= since).map(([id, at]) => (came.get(id) ?? Infinity) - at);
  }

  /** What was repeated is what was sent at first, and everything is signed. */
  async expectWhole(): Promise<void> {
    const byEvent = new Map<string, string>();
    for (const webhook of this.received()) {
      const { headers, body } = webhook;
      await verifyWebhook(this.secret, { headers, body }, { toleranceSeconds: 3_600 });
      const told = `${String(headers['webhook-id'])} ${body}`;
      const id = eventIdOf(webhook);
      expect(byEvent.get(id) ?? told).toBe(told);
      byEvent.set(id, told);
    }
    const attempts = this.received().length;
    rows.push({ what: `${this.name}, attempts`, events: byEvent.size, attempts });
  }

  private delivered(): ReceivedWebhook[] {
    return this.received().filter(({ status }) => status === 204);
  }

  private received(): ReceivedWebhook[] {
    return receiver.received.filter(({ path }) => path === `/hooks/${this.name}`);
  }
}

function eventIdOf({ body }: ReceivedWebhook): string {
  return (JSON.parse(body) as { data: { event: { event_id: string } } }).data.event.event_id;
}
