import { describeScope } from './describe-scope.js';

test.each([
  ['oauth', 'Sign in to the account'],
  ['crm.objects.contacts.read', 'See contacts'],
  ['tickets', 'See tickets'],
  ['data.records:read', 'See records'],
  ['schema.bases:read', 'See the structure of bases'],
  ['user.email:read', 'See your email'],
  ['channels:read', 'See channels'],
  ['channels:history', 'Read messages in channels'],
  ['im:read', 'See direct messages'],
  ['users:read.email', 'See the email of users'],
  ['team:read', 'See the workspace'],
  ['things:write', 'Change things'],
])('describes %s as "%s"', (scope, words) => {
  expect(describeScope(scope)).toBe(words);
});
