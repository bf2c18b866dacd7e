import { Module } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { makeDataDirectory } from '../configuration/data-directory.js';
import { MockProviders } from './mock-providers.js';

@Module({
  providers: [
    {
      provide: MockProviders,
      inject: [CONFIGURATION],
      useFactory: async (config: Configuration) =>
        config.mode === 'sandbox' ? MockProviders.start(await makeDataDirectory(config)) : MockProviders.none(),
    },
  ],
  exports: [MockProviders],
})
export class SandboxModule {}
