import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { ConfigurationError, type Configuration } from './configuration.js';

/** Creates `DATA_DIR`, for the user of this process only. @throws ConfigurationError */
export async function makeDataDirectory({ dataDirectory }: Pick<Configuration, 'dataDirectory'>): Promise<string> {
  try {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    await access(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK);
    return dataDirectory;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new ConfigurationError([
      `DATA_DIR has to be a directory that this service can create and write to (${code})`,
    ]);
  }
}
