import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that this package is installed in, from wherever in it the compiled code runs (bundled or file by file). */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'nest-cli.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('The installation is not complete: nest-cli.json is not above the service.');
    folder = above;
  }
  return folder;
}

const root = packageRoot();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** What the service finds beside its own code. */
export const INSTALLATION = {
  version,
  openApiDocument: join(root, 'openapi/openapi.json'),
  documentation: join(root, 'docs'),
  /** Built from apps/web. */
  webApp: join(root, 'dist/web'),
  /** Entry of the process with the mock provider providers. */
  mockProviders: join(root, 'dist/service/mock-providers.js'),
};
