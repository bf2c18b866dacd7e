import { html } from 'lit';
import type { TextValues } from '../texts/texts.js';

/** As content of an element: names may be written in the other direction than the sentence. */
export const say = (text: string, values: TextValues): unknown[] =>
  text.split(/\{(\w+)\}/).map((piece, index) => (index % 2 === 0 ? piece : html`<bdi>${values[piece] ?? ''}</bdi>`));
