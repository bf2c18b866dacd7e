import { describeError } from './describe-error.js';

const SECRET = 'ntn_4f8a1c0d9b7e6a5f4e3d2c1b0a9f8e7d';

const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

test('says what happened and where', () => {
  const text = describeError(caught(() => (undefined as unknown as { name: string }).name));
  expect(text).toContain("TypeError: Cannot read properties of undefined (reading 'name')");
  expect(text).toContain('describe-error.spec');
});

test.each([
  ['a message that holds it', new Error(`the provider said {"access_token":"${SECRET}"}`)],
  ['JSON that is broken', caught(() => JSON.parse(`${SECRET.slice(0, 12)}`))],
  ['JSON that is broken somewhere', caught(() => JSON.parse(`{"a":"${SECRET}",,}`))],
  ['a header that cannot be sent', caught(() => new Headers({ authorization: `Bearer ${SECRET}\n\u0000` }))],
  ['an address', caught(() => new URL(`//:${SECRET}@/`))],
  ['a member', Object.assign(new Error('failed'), { headers: { authorization: SECRET } })],
  ['a cause', new Error('failed', { cause: new Error(SECRET) })],
  ['no error', SECRET],
])('keeps a secret in %s', (_, error) => {
  expect(describeError(error)).not.toContain(SECRET.slice(0, 12));
});
