// Lets `node --conditions=source --import` run the sources as Jest does.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
