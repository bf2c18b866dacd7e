import type { ArgumentMetadata } from '@nestjs/common';
import type { Problem } from '@causeway/problem';
import { AuthorizeDto } from '../connect/authorize.dto.js';
import { ConnectionQuery } from '../connections/connection.dto.js';
import { NewKeyDto } from '../auth/keys/key.dto.js';
import { NewSessionDto } from '../auth/sessions/session.dto.js';
import { UserDto } from '../dto/user.dto.js';
import { LoadDto, UserLoadDto } from '../items/item.dto.js';
import { RequestValidation } from './request-validation.js';
import { parseTextFields } from './text-fields.js';

const validation = new RequestValidation();
const user = { orgId: 'acme', userId: 'ann' };
const newKey = { name: 'a', scopes: ['items:read'] };

const read = (metatype: ArgumentMetadata['metatype'], value: unknown, type: 'body' | 'query' = 'body') =>
  validation.transform(value, { type, metatype });
const json = (metatype: ArgumentMetadata['metatype'], value: object) =>
  read(metatype, JSON.parse(JSON.stringify(value)));
const form = (metatype: ArgumentMetadata['metatype'], text: string) => read(metatype, parseTextFields(text));
const query = (metatype: ArgumentMetadata['metatype'], text: string) => read(metatype, parseTextFields(text), 'query');

async function pointersOf(reading: Promise<unknown>): Promise<string[] | undefined> {
  const problem = (await reading.then(
    (value) => Promise.reject(new Error(`was read: ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  )) as Problem;
  expect(problem).toMatchObject({ slug: 'invalid-request' });
  return problem.details.errors?.map(({ pointer }) => pointer);
}

describe('JSON values', () => {
  test.each([
    ['returnTo', null], ['scopes', null], ['connectionId', null], ['scopes', 7], ['returnTo', ['http://localhost:3000/']],
  ])('of an authorization: %s as %j is refused', async (name, value) => {
    expect(await pointersOf(json(AuthorizeDto, { ...user, [name]: value }))).toEqual([`/${name}`]);
  }); // prettier-ignore

  test.each([
    ['archived', 'true'], ['archived', 1], ['archived', null], ['properties', null], ['limit', true], ['limit', false], ['limit', '5'], ['limit', null], ['limit', [5]], ['limit', ''],
    ['types', 7], ['types', null], ['cursor', null], ['cursor', 7], ['parent', null], ['parent', 7], ['connectionId', null],
    ['updatedSince', null], ['updatedSince', 1767225600000], ['updatedSince', true], ['updatedSince', ['2026-01-01']],
    ['updatedSince', { time: '2026-01-01' }], ['updatedSince', '2026-W01-1'], ['updatedSince', '2026-01-01T10:00:00'],
  ])('of a load: %s as %j is refused', async (name, value) => {
    expect(await pointersOf(json(UserLoadDto, { ...user, [name]: value }))).toEqual([`/${name}`]);
  }); // prettier-ignore

  test.each([
    ['orgIds', 'acme'], ['orgIds', null], ['scopes', 'items:read'], ['scopes', null], ['name', null], ['name', 7],
    ['expiresAt', null], ['expiresAt', 4102444800000], ['expiresAt', '21000101T000000Z'], ['expiresAt', '2100-01-01T00:00:00'],
    ['expiresAt', '2001-01-01'], ['expiresAt', new Date(Date.now() - 1)],
  ])('of a key: %s as %j is refused', async (name, value) => {
    expect(await pointersOf(json(NewKeyDto, { ...newKey, [name]: value }))).toEqual([`/${name}`]);
  }); // prettier-ignore

  test.each([
    ['expiresInSeconds', '60'], ['expiresInSeconds', true], ['expiresInSeconds', null], ['integrations', 'notion'], ['integrations', null],
  ])('of a session: %s as %j is refused', async (name, value) => {
    expect(await pointersOf(json(NewSessionDto, { ...user, [name]: value }))).toEqual([`/${name}`]);
  }); // prettier-ignore

  test.each(['a b', 'a,b', 'a, b', ' a  b ', ['a', 'b']])('scopes and types may be %j', async (list) => {
    expect(await json(AuthorizeDto, { ...user, scopes: list })).toMatchObject({ scopes: ['a', 'b'] });
    expect(await json(LoadDto, { types: list })).toMatchObject({ types: ['a', 'b'] });
  });

  test('have a time where one is documented', async () => {
    const load = await json(LoadDto, { updatedSince: '2026-01-01T02:00:00+02:00' });
    expect(load).toMatchObject({ updatedSince: new Date('2026-01-01T00:00:00Z') });
    const key = await json(NewKeyDto, { ...newKey, expiresAt: '2100-01-31' });
    expect(key).toMatchObject({ expiresAt: new Date('2100-01-31T00:00:00Z') });
  });
});

describe('the values of queries and forms', () => {
  test('are read from text', async () => {
    const updatedSince = new Date('2026-01-01T00:00:00Z');
    const expected = { limit: 7, types: ['a', 'b'], updatedSince, archived: true };
    const text = 'limit=7&types=a,%20b&updatedSince=2026-01-01&archived=true';
    expect(await query(LoadDto, text)).toMatchObject(expected);
    expect(await form(LoadDto, text)).toMatchObject(expected);
    expect(await form(NewSessionDto, 'orgId=a&userId=b&expiresInSeconds=60&integrations=notion')).toMatchObject({
      expiresInSeconds: 60,
      integrations: ['notion'],
    });
    expect(await form(NewKeyDto, 'name=a&scopes=items:read&orgIds=acme,other')).toMatchObject({
      orgIds: ['acme', 'other'],
    });
  });

  test.each(['limit=', 'limit=true', 'limit=1e2', 'limit=0x10', 'limit=1&limit=2', 'limit=%207'])(
    '%s is refused',
    async (text) => {
      expect(await pointersOf(query(ConnectionQuery, text))).toEqual(['/limit']);
      expect(await pointersOf(form(LoadDto, text))).toEqual(['/limit']);
    },
  );
});

describe('names of organizations and users', () => {
  const good = ['auth0|5f7c', 'ann+test@example.com', 'a/b', "o'neil", '~a!b#c$d%e&f(g)*h,i;j=k?l[m]', 'x'.repeat(255)];
  test.each(good)('%s is accepted', async (name) => {
    expect(await json(UserDto, { orgId: name, userId: name })).toEqual({ orgId: name, userId: name });
    expect(await query(ConnectionQuery, new URLSearchParams({ userId: name }).toString())).toMatchObject({
      userId: name,
    });
    expect(await json(NewKeyDto, { ...newKey, orgIds: [name] })).toMatchObject({ orgIds: [name] });
  });

  const bad = [
    '',
    'a b',
    'a\tb',
    'a"b',
    '<a',
    'a>',
    'a\\b',
    'a^b',
    '{a',
    'a}',
    'a`b',
    'jürgen',
    'a\u007f',
    'ann\n',
    'x'.repeat(256),
  ];
  test.each(bad)('%j is refused', async (name) => {
    expect(await pointersOf(json(UserDto, { orgId: name, userId: name }))).toEqual(['/orgId', '/userId']);
    expect(await pointersOf(json(NewKeyDto, { ...newKey, orgIds: ['acme', name] }))).toEqual(['/orgIds']);
  });
});

describe('other names of fields', () => {
  test('org_id and user_id are orgId and userId', async () => {
    expect(await json(UserDto, { org_id: 'acme', user_id: 'ann' })).toEqual(user);
    expect(await form(UserDto, 'org_id=acme&userId=ann')).toEqual(user);
    expect(await query(ConnectionQuery, 'org_id=acme&user_id=ann')).toMatchObject(user);
    expect(await json(UserDto, { ...user, org_id: 'acme' })).toEqual(user);
  });

  test('both names with different values are refused', async () => {
    expect(await pointersOf(json(UserDto, { ...user, org_id: 'other' }))).toEqual(['/org_id']);
    expect(await pointersOf(json(UserDto, { ...user, user_id: null }))).toEqual(['/user_id']);
    expect(await pointersOf(query(UserDto, 'orgId=a&org_id=b&userId=c'))).toEqual(['/org_id']);
  });

  test.each(['constructor', '__proto__', 'prototype', 'toString', '__defineGetter__', 'colour'])(
    '%s is not known',
    async (name) => {
      const body = JSON.parse(`{"orgId":"acme","userId":"ann","${name}":"x"}`) as unknown;
      expect(await pointersOf(read(UserDto, body))).toEqual([`/${name}`]);
      expect(await pointersOf(form(UserDto, `orgId=acme&userId=ann&${name}=x`))).toEqual([`/${name}`]);
      expect(await pointersOf(query(ConnectionQuery, `${name}=x`))).toEqual([`/${name}`]);
    },
  );
});
