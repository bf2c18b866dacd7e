import { valuesFrom, type LinkedDocument } from './links.js';

const DOCUMENT: LinkedDocument = {
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        responses: {
          200: {
            links: {
              getThing: { operationId: 'getThing', parameters: { id: '$response.body#/things/0/id' } },
              useThing: { operationId: 'useThing', requestBody: { key: '$response.body#/things/0/key' } },
              gone: { operationId: 'gone', parameters: { id: '$response.body#/things/0/id' } },
              unread: { operationId: 'getThing', parameters: { id: '$request.path.id' } },
            },
          },
        },
      },
    },
    '/things/{id}': { get: { operationId: 'getThing', parameters: [{ name: 'id', in: 'path' }] } },
    '/use': { post: { operationId: 'useThing' } },
  },
};

const from = (body: unknown, status = 200) => valuesFrom(DOCUMENT, 'listThings', status, body);

test('finds the values of parameters and bodies', () => {
  expect(from({ things: [{ id: 't1', key: 'k1' }, { id: 't2' }] })).toEqual([
    { path: '/things/{id}', method: 'get', parameter: { name: 'id', in: 'path' }, value: 't1' },
    { path: '/use', method: 'post', requestBody: { key: 'k1' } },
  ]);
});

test.each([
  ['no things', { things: [] }, 200],
  ['no JSON', undefined, 200],
  ['a text', 'things', 200],
  ['another status', { things: [{ id: 't1', key: 'k1' }] }, 404],
])('finds nothing in %s', (_, body, status) => {
  expect(from(body, status)).toEqual([]);
});

test('of an operation that is not in the document nothing is known', () => {
  expect(valuesFrom(DOCUMENT, 'deleteThing', 200, {})).toEqual([]);
});
