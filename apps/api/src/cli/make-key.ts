import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { TEXT_VALUES } from '../dto/text-values.js';
import { ConfigurationModule } from '../environment.js';
import { NewKeyDto } from '../auth/keys/key.dto.js';
import { KeysModule } from '../auth/keys/keys.module.js';
import { KeysService } from '../auth/keys/keys.service.js';
import { StoreModule } from '../store/store.module.js';

const USAGE = `Creates an API key and prints it, only this once.

  npm run make-key -- --name "back end" --scopes connections:read,items:read [--orgs acme,other] [--expires 2027-01-31]
`;

@Module({ imports: [ConfigurationModule, StoreModule, KeysModule] })
class MakeKeyModule {}

/** Runs beside a service with the same store. */
async function makeKey(): Promise<void> {
  const options = {
    name: { type: 'string' },
    scopes: { type: 'string' },
    orgs: { type: 'string' },
    expires: { type: 'string' },
  } as const;
  const { name, scopes, orgs, expires } = parseArgs({ options }).values;
  const request = plainToInstance(
    NewKeyDto,
    { name, scopes, orgIds: orgs, expiresAt: expires },
    { exposeUnsetFields: false, groups: [TEXT_VALUES] },
  );
  const faults = validateSync(request).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((text) => `${property} ${text}`),
  );
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\n\n${USAGE}`);
  const app = await NestFactory.createApplicationContext(MakeKeyModule, { logger: false, abortOnError: false });
  const { key } = await app.get(KeysService).create(
    {
      name: request.name,
      scopes: request.scopes,
      orgIds: request.orgIds ?? null,
      expiresAt: request.expiresAt?.getTime() ?? null,
    },
    { kind: 'operator', id: null },
  );
  await app.close();
  process.stdout.write(`${key}\n`);
}

await makeKey().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`);
  process.exitCode = 1;
});
