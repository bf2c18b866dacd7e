import { Global, Module, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { Store } from '@causeway/store';
import { Budgets, HttpClient, UpstreamCaller } from '@causeway/http-client';

@Global()
@Module({
  providers: [
    { provide: HttpClient, useFactory: () => new HttpClient() },
    {
      provide: UpstreamCaller,
      inject: [HttpClient, Store],
      useFactory: (http: HttpClient, store: Store) => new UpstreamCaller(http, new Budgets(store)),
    },
  ],
  exports: [HttpClient, UpstreamCaller],
})
export class UpstreamModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly http: HttpClient,
    private readonly caller: UpstreamCaller,
  ) {}

  /** Before the server waits for the requests in flight: theirs are what it would wait for. */
  beforeApplicationShutdown(): void {
    this.caller.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}
