// For the Dockerfile: copies the packages that the bundled service loads at run time, and their dependencies, into dist/node_modules.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { EXTERNALS } from './prepare/externals.mjs';
import { root } from './prepare/run.mjs';

const hoisted = new Set();

/** A package that is nested in another one's node_modules is copied with that one. */
function visit(names, parent = '') {
  for (const name of names) {
    const nested = `${parent}/node_modules/${name}`;
    const folder = parent !== '' && existsSync(root + nested) ? nested : `node_modules/${name}`;
    // An optional dependency of another platform is not installed.
    if (hoisted.has(folder) || !existsSync(root + folder)) continue;
    if (folder !== nested) hoisted.add(folder);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
    visit(Object.keys({ ...dependencies, ...optionalDependencies }), folder);
  }
}

visit(EXTERNALS);
for (const folder of hoisted) cpSync(root + folder, `${root}dist/${folder}`, { recursive: true });
