import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const TRY_AGAIN_MS = 200;

/** Sends events as Slack does, each until one of the services has acknowledged it. */
export class SlackEvents {
  /** By the `event_id` of each that was acknowledged: when it was sent then, in milliseconds since the epoch. */
  readonly sentAt = new Map<string, number>();

  constructor(
    private readonly secret: string,
    private readonly team: string,
    private readonly urls: readonly string[],
  ) {}

  /** @param perSecond how many are begun in a second; as many as are acknowledged if there are more at once than `atOnce` */
  async send(count: number, perSecond: number, atOnce = 16): Promise<void> {
    const began = performance.now();
    let next = 0;
    const sendSome = async () => {
      for (let number = next++; number < count; number = next++) {
        await sleep(Math.max(0, began + (number * 1000) / perSecond - performance.now()));
        await this.sendOne(number);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sendSome));
  }

  private async sendOne(number: number): Promise<void> {
    const id = `Ev${randomUUID()}`;
    const event = { type: 'reaction_added', user: 'U1', reaction: 'eyes', item: { type: 'file', file: 'F1' } };
    const body = JSON.stringify({ type: 'event_callback', team_id: this.team, event_id: id, event });
    for (let attempt = number; ; attempt += 1) {
      const at = Date.now();
      if (await this.post(attempt, body)) return void this.sentAt.set(id, at);
      await sleep(TRY_AGAIN_MS);
    }
  }

  private async post(attempt: number, body: string): Promise<boolean> {
    const headers = { 'content-type': 'application/json', ...signedBySlack(this.secret, body) };
    const url = `${this.urls[attempt % this.urls.length]}/integrations/slack/webhook`;
    return fetch(url, { method: 'POST', headers, body }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      () => false,
    );
  }
}

/** The headers with which Slack would send this body now. */
export function signedBySlack(secret: string, body: string): Record<string, string> {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': time, 'x-slack-signature': `v0=${signature}` };
}
