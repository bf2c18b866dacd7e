import { Global, Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { configuration } from '../configuration/environment.js';
import { StandIns } from './mock-providers.js';

@Global()
@Module({
  providers: [
    {
      provide: StandIns,
      inject: [configuration.KEY],
      useFactory: ({ mode, dataDirectory }: ConfigType<typeof configuration>) =>
        mode === 'sandbox' ? StandIns.start(dataDirectory) : StandIns.none(),
    },
  ],
  exports: [StandIns],
})
export class SandboxModule {}
