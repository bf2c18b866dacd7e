import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { OnApplicationShutdown } from '@nestjs/common';
import { INSTALLATION } from '../configuration/installation.js';

const START_TIMEOUT_MS = 15_000;

/** The mock providers of sandbox mode: a child process on loopback that exits with this one. */
export class MockProviders implements OnApplicationShutdown {
  private constructor(
    /** `null`: not in sandbox mode. */
    readonly url: string | null,
    private readonly process: ChildProcess | null,
  ) {}

  static none(): MockProviders {
    return new MockProviders(null, null);
  }

  /** @param directory keeps the grants, so that connections survive a restart */
  static async start(directory: string): Promise<MockProviders> {
    const grants = join(directory, 'sandbox.grants');
    const child = fork(INSTALLATION.mockProviders, [`--grants=${grants}`], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const url = await new Promise<string>((resolve, reject) => {
      const timeout = setTimeout(
        () => reject(new Error('The mock providers did not start in time.')),
        START_TIMEOUT_MS,
      );
      child.once('exit', (code) => reject(new Error(`The mock providers exited at start (${code}).`)));
      child.on('message', (message: { type?: string; url?: string }) => {
        if (message.type !== 'listening' || message.url === undefined) return;
        clearTimeout(timeout);
        resolve(message.url);
      });
    });
    child.removeAllListeners('exit');
    return new MockProviders(url, child);
  }

  /** Each mock provider has one client. */
  static client(integration: string): { id: string; secret: string } {
    return { id: `sandbox-${integration}`, secret: `sandbox-${integration}-secret` };
  }

  onApplicationShutdown(): void {
    // The child exits when the IPC channel closes, also when this process crashes.
    if (this.process?.connected === true) this.process.disconnect();
  }
}
