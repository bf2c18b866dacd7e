import type { Service } from '@causeway/testing';

const CHECK_MS = 100;

/** Sends requests to the services that are ready in turn, as a proxy does that checks them. */
export class ReadinessFollower {
  private readonly timer: NodeJS.Timeout;
  private ready: Service[];
  private turn = 0;

  constructor(private readonly services: readonly Service[]) {
    this.ready = [...services];
    this.timer = setInterval(() => void this.check(), CHECK_MS);
  }

  next(): Service {
    const { ready, turn } = this;
    this.turn += 1;
    const service = ready[turn % ready.length];
    if (service === undefined) throw new Error('no service is ready');
    return service;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async check(): Promise<void> {
    const states = await Promise.all(
      this.services.map(({ url }) =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    this.ready = this.services.filter((_, index) => states[index]);
  }
}
