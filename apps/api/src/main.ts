import 'reflect-metadata';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { describeErrorBriefly } from '@causeway/problem';
import { ConfigurationError } from './configuration/configuration.js';
import { configuration } from './environment.js';

/** Each process loads only what it needs: a single one no cluster, the primary process of several not the service. */
async function start(): Promise<string> {
  keepInspectorClosed();
  keepCompiledCode();
  const config = configuration();
  if (config.workers > 1) {
    const { default: cluster } = await import('node:cluster');
    if (cluster.isPrimary) {
      const { Workers } = await import('./workers.js');
      await new Workers(config.workers).start();
      return config.publicUrl;
    }
  }
  const { serve } = await import('./serve.js');
  return serve(config);
}

/** Node opens its inspector, which can do everything that the process can, at this signal: not with a listener for it. */
function keepInspectorClosed(): void {
  process.on('SIGUSR1', () => {});
}

/**
 * For what is imported after this. With it, a start takes a fifth less processor time. Where the folder cannot be written, nothing is kept;
 * Node 20 keeps nothing.
 */
function keepCompiledCode(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
  enableCompileCache?.(fileURLToPath(new URL('.compile-cache', import.meta.url)));
}

/** Resolves with the public URL once the service listens. */
export const ready: Promise<string> = start();

ready.catch((error: unknown) => {
  const lines = error instanceof ConfigurationError ? error.faults : [describeErrorBriefly(error)];
  for (const line of lines) process.stderr.write(`Causeway does not start: ${line}\n`);
  process.exit(1);
});
