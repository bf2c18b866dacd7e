import { Global, Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { configuration } from '../configuration/environment.js';
import { MockProviders } from './mock-providers.js';

@Global()
@Module({
  providers: [
    {
      provide: MockProviders,
      inject: [configuration.KEY],
      useFactory: ({ mode, dataDirectory }: ConfigType<typeof configuration>) =>
        mode === 'sandbox' ? MockProviders.start(dataDirectory) : MockProviders.none(),
    },
  ],
  exports: [MockProviders],
})
export class SandboxModule {}
