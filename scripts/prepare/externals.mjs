/**
 * Packages that the bundled service loads from node_modules: lmdb has a binary in its own folder, and Nest's mapped types ask Node for the
 * other two at run time: both must get the same copy.
 */
export const EXTERNALS = ['lmdb', 'class-transformer', 'class-validator'];
