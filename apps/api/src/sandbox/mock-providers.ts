import { fork, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import { INSTALLATION } from '../configuration/installation.js';

const START_DEADLINE_MS = 15_000;

/** The stand-in providers of sandbox mode: a child process on loopback that ends with this one. */
export class MockProviders implements OnApplicationShutdown {
  private constructor(
    /** `null`: not in sandbox mode. */
    readonly url: string | null,
    private readonly process: ChildProcess | null,
  ) {}

  static none(): MockProviders {
    return new MockProviders(null, null);
  }

  /** @param directory where the stand-ins remember what was granted, so that connections outlive a restart */
  static async start(directory: string): Promise<MockProviders> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const grants = join(directory, 'sandbox.grants');
    const child = fork(INSTALLATION.mockProviders, [`--grants=${grants}`], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error('The stand-in providers did not start in time.')),
        START_DEADLINE_MS,
      );
      child.once('exit', (code) => reject(new Error(`The stand-in providers ended at start (${code}).`)));
      child.on('message', (message: { type?: string; url?: string }) => {
        if (message.type !== 'listening' || message.url === undefined) return;
        clearTimeout(late);
        resolve(message.url);
      });
    });
    child.removeAllListeners('exit');
    return new MockProviders(url, child);
  }

  /** The stand-ins know one client each. */
  static client(integration: string): { id: string; secret: string } {
    return { id: `sandbox-${integration}`, secret: `sandbox-${integration}-secret` };
  }

  onApplicationShutdown(): void {
    // Closing the channel is the sign to end, also when this process dies without a word.
    if (this.process?.connected === true) this.process.disconnect();
  }
}
