import { Logger, Module } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Tracing } from './tracing.js';

@Module({
  providers: [
    {
      provide: Tracing,
      inject: [CONFIGURATION],
      useFactory: async ({ exportsTraces, build }: Configuration) => {
        // Its packages take 10 MB of memory.
        const { openTelemetry } = exportsTraces ? await import('./open-telemetry.js') : {};
        const logger = new Logger('Tracing');
        return new Tracing(openTelemetry?.(build.version, (message) => logger.warn(message)) ?? null);
      },
    },
  ],
  exports: [Tracing],
})
export class TracingModule {}
