import type { StoreObserver, StoreWarning } from '../store-fault.js';
import type { Client } from './client.js';
import { inspect, OF_SETTINGS } from './inspection.js';

const INTERVAL_MS = 5 * 60_000;

/** Inspects the nodes after each connect and every few minutes, and reports each warning once. */
export class Inspector {
  private client: Client | undefined;
  private found: StoreWarning[] = [];
  private readonly interval = setInterval(() => void this.inspect(), INTERVAL_MS).unref();

  constructor(
    private readonly observer: StoreObserver,
    private readonly areSettingsAccepted: boolean,
  ) {}

  warnings(): readonly StoreWarning[] {
    return this.found;
  }

  /** Resolves after the inspection; never rejects. */
  async connected(client: Client): Promise<void> {
    this.client = client;
    await this.inspect();
  }

  close(): void {
    clearInterval(this.interval);
  }

  private async inspect(): Promise<void> {
    const client = this.client;
    const nodes = await client?.nodes().catch(() => undefined);
    if (nodes === undefined) return;
    const all = await inspect(nodes);
    if (client !== this.client) return;
    const found = this.areSettingsAccepted ? all.filter(({ name }) => !OF_SETTINGS.includes(name)) : all;
    const known = new Set(this.found.map(({ name }) => name));
    this.found = found;
    for (const { name, detail } of found) if (!known.has(name)) this.observer.report?.(`${name}: ${detail}`);
    this.observer.onWarnings?.(found);
  }
}
