import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/** Loaded into a process before its own code. Timers keep their pace. */
const PROGRAM = `
const Real = Date;
const [aheadMs, speed, from] = ['AHEAD_MS', 'SPEED', 'FROM'].map((name) => Number(process.env['CLOCK_' + name] ?? 0));
const now = () => Math.round(Real.now() + aheadMs + (speed === 0 ? 0 : (Real.now() - from) * (speed - 1)));
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }
  static now() {
    return now();
  }
};
`;

/** Environments of processes whose clock is ahead. */
export interface MovedClock {
  ahead(days: number): Record<string, string>;
  /** Ahead by so many days now, and from now on so many times as fast. */
  running(days: number, speed: number): Record<string, string>;
  remove(): Promise<void>;
}

export async function makeClock(): Promise<MovedClock> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-clock-'));
  const program = join(folder, 'clock.cjs');
  await writeFile(program, PROGRAM);
  const ahead = (days: number) => ({
    NODE_OPTIONS: `--require=${program}`,
    CLOCK_AHEAD_MS: String(days * DAY_MS),
    CLOCK_SPEED: '0',
  });
  return {
    ahead,
    running: (days, speed) => ({ ...ahead(days), CLOCK_SPEED: String(speed), CLOCK_FROM: String(Date.now()) }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
