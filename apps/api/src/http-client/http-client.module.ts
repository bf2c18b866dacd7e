import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Store } from '@causeway/store';
import { HttpClient, UpstreamClient } from '@causeway/http-client';
import { RateLimiter } from '@causeway/rate-limiter';
import { Shutdown } from '../shutdown/shutdown.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { Tracing } from '../tracing/tracing.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { newHttpClient } from './traced-exchange.js';

/** An `UpstreamClient` for what a connect reads of the account. */
export const CONNECT_CLIENT = Symbol('CONNECT_CLIENT');

@Module({
  imports: [ShutdownModule, StoreModule, TracingModule],
  providers: [
    // For the token endpoints and connects only: their requests wait for no connection that loads or proxied calls hold.
    { provide: HttpClient, inject: [Tracing], useFactory: newHttpClient },
    {
      provide: CONNECT_CLIENT,
      inject: [HttpClient, Store],
      useFactory: (http: HttpClient, store: Store) => new UpstreamClient(http, new RateLimiter(store)),
    },
    {
      provide: UpstreamClient,
      inject: [Tracing, Store],
      useFactory: (tracing: Tracing, store: Store) =>
        new UpstreamClient(newHttpClient(tracing), new RateLimiter(store)),
    },
  ],
  exports: [HttpClient, UpstreamClient, CONNECT_CLIENT],
})
export class HttpClientModule implements OnApplicationShutdown {
  constructor(
    private readonly http: HttpClient,
    private readonly client: UpstreamClient,
    @Inject(CONNECT_CLIENT) connectClient: UpstreamClient,
    { ending }: Shutdown,
  ) {
    ending.addEventListener('abort', () => {
      client.stop();
      connectClient.stop();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.http.close(), this.client.close()]);
  }
}
