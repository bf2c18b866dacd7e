import type { Item } from '@causeway/client';
import { ITEM_TEXTS, type ItemTexts } from './item-texts.js';

/** Blanks, and characters that have no shape of their own. */
const INVISIBLE = /^[\s\p{C}\p{Z}\u115F\u1160\u2800\u3164\uFFA0]*$/u;
/** They reorder the text that follows: https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings */
const REORDERING = /[\u202A-\u202E\u2066-\u2069]/g;
const CONTROLS = /(?![\t\n\r])\p{Cc}/gu;

/** Of an item without a name, the text that says so. */
export const nameOf = (item: Pick<Item, 'name'>, { untitled }: Pick<ItemTexts, 'untitled'> = ITEM_TEXTS): string =>
  isNamed(item) ? visible(item.name) : untitled;

export const isNamed = <I extends Pick<Item, 'name'>>(item: I): item is I & { name: string } =>
  item.name !== null && !INVISIBLE.test(item.name);

/** Shows the characters that would change, unseen, how a text reads. */
export const visible = (text: string): string => text.replace(REORDERING, codeOf).replace(CONTROLS, codeOf);

const codeOf = (character: string) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`;
