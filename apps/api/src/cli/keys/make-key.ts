import { Module } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { OPERATOR } from '../../access/actor.js';
import { TEXT_VALUES } from '../../dto/text-values.js';
import { ConfigurationModule } from '../../environment.js';
import { NewKeyDto } from '../../auth/keys/key.dto.js';
import { KeysModule } from '../../auth/keys/keys.module.js';
import { KeysService } from '../../auth/keys/keys.service.js';
import { StoreModule } from '../../store/store.module.js';
import { CommandError, print, runCommand, withModule } from '../command.js';

@Module({ imports: [ConfigurationModule, StoreModule, KeysModule] })
class MakeKeyModule {}

export interface KeyOptions {
  name: string;
  scopes: string;
  orgs?: string;
  expires?: string;
}

export const makeKey = ({ name, scopes, orgs, expires }: KeyOptions): Promise<void> =>
  runCommand('no key was made', async () => {
    const request = plainToInstance(
      NewKeyDto,
      { name, scopes, orgIds: orgs, expiresAt: expires },
      { exposeUnsetFields: false, groups: [TEXT_VALUES] },
    );
    const faults = validateSync(request).flatMap(({ property, constraints }) =>
      Object.values(constraints ?? {}).map((text) => `${OPTIONS[property] ?? property} ${text}`),
    );
    if (faults.length > 0) throw new CommandError(faults.join('\n'), 2);
    await withModule(MakeKeyModule, async (app) => {
      const { key } = await app.get(KeysService).create(
        {
          name: request.name,
          scopes: request.scopes,
          orgIds: request.orgIds ?? null,
          expiresAt: request.expiresAt?.getTime() ?? null,
        },
        OPERATOR,
      );
      print(key);
    });
  });

const OPTIONS: Record<string, string> = {
  name: '--name',
  scopes: '--scopes',
  orgIds: '--orgs',
  expiresAt: '--expires',
};
