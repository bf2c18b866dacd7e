import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { AuthorizeDto } from './authorize.dto.js';

function faultsOf(body: object): string[] {
  const dto = plainToInstance(AuthorizeDto, { orgId: 'acme', userId: 'ann', ...body });
  return validateSync(dto).flatMap(({ property, constraints = {} }) => Object.keys(constraints).map(() => property));
}

describe('AuthorizeDto', () => {
  it.each(['Ann', 'Möller & Söhne', 'می\u200cخواهم', '👨\u200d👩\u200d👧', 'Zoë\u00ad', '山田', '7', 'x'.repeat(200)])(
    'takes the name %j',
    (userName) => {
      expect(faultsOf({ userName, orgName: userName })).toEqual([]);
    },
  );

  it.each([
    '',
    '   ',
    '\u00a0',
    '\u3164',
    '\u2800',
    '\u200b',
    'a\nb',
    'a\u0000',
    'a\u2028b',
    'a\u202eb',
    'x'.repeat(201),
  ])('refuses the name %j', (userName) => {
    expect(faultsOf({ userName })).toEqual(['userName']);
  });

  it('refuses an address with user and password', () => {
    expect(faultsOf({ returnTo: 'https://localhost:3000/x' })).toEqual([]);
    expect(faultsOf({ returnTo: 'https://u:p@localhost:3000/x' })).toEqual(['returnTo']);
  });
});
