import { Module } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { MockProviders } from './mock-providers.js';

@Module({
  providers: [
    {
      provide: MockProviders,
      inject: [CONFIGURATION],
      useFactory: ({ mode, dataDirectory }: Configuration) =>
        mode === 'sandbox' ? MockProviders.start(dataDirectory) : MockProviders.none(),
    },
  ],
  exports: [MockProviders],
})
export class SandboxModule {}
