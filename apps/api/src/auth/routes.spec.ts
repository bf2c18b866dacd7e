import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { AppModule } from '../app.module.js';
import { ACCESS_RULE, SCOPES, type AccessRule } from '../access/access.decorator.js';

/** Everything that anyone may call, and why. */
const PUBLIC = new Set([
  'GET /', // a sign of life, or the web app
  'GET /*',
  'GET /admin', // the web app's files, nobody's data
  'GET /connect/:sealedRequest', // only this service can have sealed it
  'POST /connect/:sealedRequest', // and only the browser that saw the page has its token
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics', // figures without names; METRICS_KEY closes it
  'GET /integrations/:integration/oauth2callback', // state and cookie are checked
  'POST /integrations/:integration/webhook',
  'POST /web-session', // the key is in its body
  'DELETE /web-session', // also with a cookie that has ended
]);

interface Route {
  name: string;
  rule: AccessRule | undefined;
}

function controllersOf(module: Type, seen = new Set<Type>()): Type[] {
  if (typeof module !== 'function' || seen.has(module)) return [];
  seen.add(module);
  const imports = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, module) ?? []) as Type[];
  const own = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Type[];
  return [...own, ...imports.flatMap((imported) => controllersOf(imported, seen))];
}

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  const prefix = String(Reflect.getMetadata(PATH_METADATA, controller) ?? '');
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (handler === undefined || method === undefined) return [];
    const path = String(Reflect.getMetadata(PATH_METADATA, handler));
    const whole = `/${[prefix, path]
      .flatMap((part) => part.split('/'))
      .filter((part) => part !== '')
      .join('/')}`;
    const rule = Reflect.getMetadata(ACCESS_RULE, handler) as AccessRule | undefined;
    return [{ name: `${RequestMethod[method]} ${whole}`, rule }];
  });
}

describe('routes', () => {
  const routes = controllersOf(AppModule).flatMap(routesOf);

  it('are found', () => {
    expect(routes.length).toBeGreaterThan(18);
  });

  it('say who may call them, each of them', () => {
    expect(routes.filter(({ rule }) => rule === undefined).map(({ name }) => name)).toEqual([]);
    expect(
      routes.filter(({ rule }) => rule !== 'public' && rule !== 'any-scope' && !SCOPES.some((scope) => scope === rule)),
    ).toEqual([]);
  });

  it('are public where the list says so, and nowhere else', () => {
    expect(new Set(routes.filter(({ rule }) => rule === 'public').map(({ name }) => name))).toEqual(PUBLIC);
  });

  it('tell any caller who he is, and nothing else whatever his scopes', () => {
    const open = routes.filter(({ rule }) => rule === 'any-scope').map(({ name }) => name);
    expect(open).toEqual(['GET /web-session']);
  });

  it('give credentials and keys away for their own scopes only', () => {
    const ruleOf = (route: string) => routes.find(({ name }) => name === route)?.rule;
    expect(ruleOf('GET /connections/:id/token')).toBe('credentials:read');
    const proxied = routes.filter(({ name }) => name.includes('/proxy/'));
    expect(proxied.map(({ name }) => name.split(' ')[0]).sort()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'PATCH',
      'POST',
      'PUT',
    ]);
    for (const route of proxied) expect(route.rule).toBe('proxy');
    expect(ruleOf('POST /sessions')).toBe('sessions:write');
    for (const route of routes.filter(({ name }) => / \/keys/.test(name))) expect(route.rule).toBe('admin');
  });
});
