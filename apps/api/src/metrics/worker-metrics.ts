import type { Worker } from 'node:cluster';
import {
  AggregatorRegistry,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
  type PrometheusContentType,
} from 'prom-client';

type Metrics = MetricObjectWithValues<MetricValue<string>>[];

/** Between a worker that wants the metrics of all workers, the primary process, and the workers. */
type Message =
  | { causeway: 'metrics-wanted'; id: number }
  | { causeway: 'metrics-asked'; id: string }
  | { causeway: 'metrics-given'; id: string; metrics: Metrics }
  | { causeway: 'metrics-of-all'; id: number; all: Metrics[] };

/** A worker that takes longer, or has just died, is left out. */
const TIMEOUT_MS = 1_000;

/** In a worker: its metrics and those of the others, as of one process. */
export class WorkerMetrics {
  private readonly waiting = new Map<number, (all: Metrics[]) => void>();
  private count = 0;

  constructor(private readonly registry: Registry) {
    process.on('message', (message: Message) => void this.receive(message));
  }

  async ofAllWorkers(): Promise<Registry> {
    const id = (this.count += 1);
    const all = await new Promise<Metrics[]>((resolve) => {
      this.waiting.set(id, resolve);
      send({ causeway: 'metrics-wanted', id });
    });
    return AggregatorRegistry.aggregate<PrometheusContentType>(all);
  }

  private async receive(message: Message): Promise<void> {
    if (message.causeway === 'metrics-asked') {
      send({ causeway: 'metrics-given', id: message.id, metrics: await this.registry.getMetricsAsJSON() });
    } else if (message.causeway === 'metrics-of-all') {
      this.waiting.get(message.id)?.(message.all);
      this.waiting.delete(message.id);
    }
  }
}

/** In the primary process: asks all workers for one of them. */
export class MetricsExchange {
  private readonly given = new Map<string, (metrics: Metrics) => void>();

  constructor(private readonly workers: () => readonly Worker[]) {}

  receive(from: Worker, message: Message): void {
    if (message.causeway === 'metrics-given') this.given.get(message.id)?.(message.metrics);
    if (message.causeway === 'metrics-wanted') void this.collect(from, message.id);
  }

  private async collect(from: Worker, id: number): Promise<void> {
    const asked = this.workers().map((worker) => this.ask(worker, `${from.id} ${id} ${worker.id}`));
    const all = (await Promise.all(asked)).filter((metrics) => metrics !== null);
    if (from.isConnected()) from.send({ causeway: 'metrics-of-all', id, all } satisfies Message);
  }

  private async ask(worker: Worker, id: string): Promise<Metrics | null> {
    const metrics = await new Promise<Metrics | null>((resolve) => {
      this.given.set(id, resolve);
      setTimeout(resolve, TIMEOUT_MS, null).unref();
      if (worker.isConnected()) worker.send({ causeway: 'metrics-asked', id } satisfies Message);
      else resolve(null);
    });
    this.given.delete(id);
    return metrics;
  }
}

function send(message: Message): void {
  if (process.connected) process.send?.(message);
}
