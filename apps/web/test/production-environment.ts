import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { createCauseway, type CausewayClient } from '@causeway/client';
import { startBrowser, startMockProviders, type Service, type MockProvidersProcess } from '@causeway/testing';
import { ADMIN_KEY, startProduction, unlimited } from '../../api/test/support/production.js';

/** A service as it is deployed, at stand-ins without limits, its operator, and a browser with a context of its own for each test. */
export interface ProductionGround {
  apart: MockProvidersProcess;
  service: Service;
  operator: CausewayClient;
  browser: Browser;
  context: BrowserContext;
}

/** For the whole file that calls it. */
export function productionGround(options: BrowserContextOptions = {}): ProductionGround {
  const ground = {} as ProductionGround;
  beforeAll(async () => {
    [ground.apart, ground.browser] = await Promise.all([startMockProviders(), startBrowser()]);
    await unlimited(ground.apart.mockProviders);
    ground.service = await startProduction(ground.apart.mockProviders);
    ground.operator = createCauseway({ baseUrl: ground.service.url, apiKey: ADMIN_KEY });
  });
  afterAll(async () => {
    await ground.browser?.close();
    await ground.service?.stop();
    await ground.apart?.stop();
  });
  beforeEach(async () => {
    ground.context = await ground.browser.newContext(options);
  });
  afterEach(() => ground.context.close());
  return ground;
}
