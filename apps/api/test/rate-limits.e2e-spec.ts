import { Crowd } from './support/crowd.js';

/** Counts only: how fast and how even it is in figures, `chaos/budgets.chaos-spec.ts` measures. */
let crowd: Crowd;
beforeAll(async () => {
  crowd = await Crowd.start(10, { requests: 20, seconds: 1 }, 0.7);
}, 60_000);
afterAll(() => crowd?.stop());

test('ten organisations at two replicas load at once from one account: none meets a limit, each gets its turns', async () => {
  const counts = await crowd.load(120);
  const { byStatus } = await crowd.log();
  expect(byStatus).toEqual({ 200: 120 });
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(6);
  expect(Math.max(...counts)).toBeLessThanOrEqual(18);
});

test('a small read in the middle of a long load waits for a few places of others', async () => {
  await crowd.clearLog();
  const others: number[] = [];
  let reading = false;
  const load = crowd.load(120, (organisation) => reading && others.push(organisation));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  reading = true;
  await crowd.page(0, null, 1);
  reading = false;
  // Those that were given out already, and a turn of each organisation with what a period's beginning gives at once.
  const turns = crowd.organisations.map((_, organisation) => others.filter((other) => other === organisation).length);
  expect(Math.max(...turns)).toBeLessThanOrEqual(5);
  await load;
  expect((await crowd.log()).byStatus).toEqual({ 200: 121 });
});
