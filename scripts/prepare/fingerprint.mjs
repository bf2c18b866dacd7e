import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const isTest = /\.(spec|e2e-spec|chaos-spec|contract|browser)\.tsx?$|^(apps|libs)\/[^/]+\/test\//;
/** Written by a build of the packages, and by npm and the development server of Vite. */
const isWritten = /^libs\/[^/]+\/dist\/|(^|\/)node_modules\//;

/** A hash of the names and contents of these files, and of the files in these folders. */
export function fingerprint(root, inputs) {
  const hash = createHash('sha256');
  for (const input of inputs)
    for (const file of filesIn(root, input)) hash.update(`${file}\n`).update(readFileSync(root + file));
  return hash.digest('hex');
}

function filesIn(root, input) {
  if (/\.\w+$/.test(input)) return [input];
  return readdirSync(root + input, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((file) => !isTest.test(file) && !isWritten.test(file))
    .sort();
}
