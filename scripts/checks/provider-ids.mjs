import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../apps/api/src/integrations', import.meta.url));

/** The ids of all providers: the folders that hold a definition. So the rules know a new provider from its first day. */
export const PROVIDER_IDS = existsSync(folder)
  ? readdirSync(folder).filter((id) => existsSync(`${folder}/${id}/${id}.definition.ts`))
  : [];
