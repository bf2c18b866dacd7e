import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Store } from '#store';
import { Budgets, HttpClient, UpstreamCaller } from '#upstream';

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
export class UpstreamModule implements OnApplicationShutdown {
  constructor(private readonly http: HttpClient) {}

  async onApplicationShutdown(): Promise<void> {
    await this.http.close();
  }
}
