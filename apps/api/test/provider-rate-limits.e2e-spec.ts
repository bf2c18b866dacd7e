import { TenantsUnderLoad } from './support/tenants-under-load.js';

/** Counts only; `chaos/provider-rate-limits.chaos-spec.ts` measures speed and fairness. */
let tenants: TenantsUnderLoad;
beforeAll(async () => {
  tenants = await TenantsUnderLoad.start(10, { requests: 20, seconds: 1 }, 0.4);
}, 60_000);
afterAll(() => tenants?.stop());

test('ten organizations that load from one account at two replicas meet no 429, and each gets slots', async () => {
  const counts = await tenants.load(120);
  expect(await tenants.pagesByStatus()).toEqual({ 200: 120 });
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(6);
  expect(Math.max(...counts)).toBeLessThanOrEqual(18);
});

test('a single read waits for a few slots of others while a long load is running', async () => {
  await tenants.clearLog();
  const others: number[] = [];
  let reading = false;
  const load = tenants.load(120, (organization) => reading && others.push(organization));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  reading = true;
  await tenants.page(0, null, 1);
  reading = false;
  // The slots that were assigned already, one slot of each organization, and what a new period grants at once.
  const slots = tenants.organizations.map((_, organization) => others.filter((other) => other === organization).length);
  expect(Math.max(...slots)).toBeLessThanOrEqual(5);
  await load;
  expect(await tenants.pagesByStatus()).toEqual({ 200: 121 });
});
