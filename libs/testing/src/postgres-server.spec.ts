import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startPostgres } from './postgres-server.js';

const before = process.env['PATH'];
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'causeway-programs-'));
  await chmod(directory, 0o755);
  await writeFile(join(directory, 'initdb'), '#!/bin/sh\necho "found on the PATH" >&2\nexit 1\n', { mode: 0o755 });
});
afterEach(async () => {
  process.env['PATH'] = before;
  await rm(directory, { recursive: true, force: true });
});

test('takes the programs that are on the PATH, before those in the directory of Debian', async () => {
  process.env['PATH'] = [join(directory, 'nothing-here'), directory, before].join(delimiter);
  await expect(startPostgres()).rejects.toThrow('found on the PATH');
});
