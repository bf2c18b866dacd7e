import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { createCauseway, type CausewayClient } from '@causeway/client';
import {
  startBrowser,
  startService,
  startMockProviders,
  type Service,
  type MockProvidersProcess,
} from '@causeway/testing';
import { ADMIN_KEY, startProduction, unlimited } from '../../api/test/support/production.js';

/** A running service, and a browser with a new context for each test. */
export interface TestEnvironment {
  service: Service;
  browser: Browser;
  context: BrowserContext;
}

export interface ProductionEnvironment extends TestEnvironment {
  mockProviders: MockProvidersProcess['mockProviders'];
  /** A client with the admin key. */
  operator: CausewayClient;
}

/** Sets up sandbox mode for the calling file. */
export function sandboxEnvironment(env: Record<string, string> = {}, options: BrowserContextOptions = {}) {
  const environment = {} as TestEnvironment;
  beforeAll(async () => {
    [environment.service, environment.browser] = await Promise.all([
      startService({ env: { CAUSEWAY_MODE: 'sandbox', ...env } }),
      startBrowser(),
    ]);
  });
  afterAll(async () => {
    await environment.browser?.close();
    await environment.service?.stop();
  });
  createContexts(environment, options);
  return environment;
}

/** Sets up production mode for the calling file, with mock providers that have no rate limits. */
export function productionEnvironment(
  options: BrowserContextOptions = {},
  env: Record<string, string> = {},
): ProductionEnvironment {
  const environment = {} as ProductionEnvironment;
  let providers: MockProvidersProcess;
  beforeAll(async () => {
    [providers, environment.browser] = await Promise.all([startMockProviders(), startBrowser()]);
    environment.mockProviders = providers.mockProviders;
    await unlimited(environment.mockProviders);
    environment.service = await startProduction(environment.mockProviders, env);
    environment.operator = createCauseway({ baseUrl: environment.service.url, apiKey: ADMIN_KEY });
  });
  afterAll(async () => {
    await environment.browser?.close();
    await environment.service?.stop();
    await providers?.stop();
  });
  createContexts(environment, options);
  return environment;
}

function createContexts(environment: TestEnvironment, options: BrowserContextOptions): void {
  beforeEach(async () => {
    environment.context = await environment.browser.newContext(options);
  });
  afterEach(() => environment.context.close());
}
