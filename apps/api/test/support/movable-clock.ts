import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Service } from '@causeway/testing';
import { eventually } from './eventually.js';

/** The clock of the process goes forward at SIGUSR2, and back at the next one. */
const program = (shiftMs: number) => `
const Real = Date;
let shiftMs = 0;
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + shiftMs);
    else super(...args);
  }
  static now() {
    return Real.now() + shiftMs;
  }
};
process.on('SIGUSR2', () => {
  shiftMs = shiftMs === 0 ? ${shiftMs} : 0;
  process.stdout.write('clock ' + shiftMs + '\\n');
});
`;

export interface MovableClock {
  /** For services whose clock is to be moved. */
  env: Record<string, string>;
  /** Forward, and back the next time. */
  move(service: Service): Promise<void>;
  remove(): Promise<void>;
}

export async function makeMovableClock(shiftMs: number): Promise<MovableClock> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-clock-'));
  const file = join(folder, 'clock.mjs');
  await writeFile(file, program(shiftMs));
  return {
    env: { NODE_OPTIONS: `--import=${file}` },
    async move(service) {
      const moves = () => service.logs().match(/^clock \d+$/gm)?.length ?? 0;
      const seen = moves();
      service.signal('SIGUSR2');
      await eventually(() => expect(moves()).toBe(seen + 1));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
