/** UTF-16 code units of the longest name, with the ellipsis of a shortened one. */
const NAME_LENGTH = 120;
const LINE_BREAK = /[\r\n\u2028\u2029]/;
const ASCII_END = 0x80;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A name for people from a text: its first line that is not blank, shortened. `null`: there is none. */
export function nameFrom(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  const end = trimmed.search(LINE_BREAK);
  const line = end < 0 ? trimmed : trimmed.slice(0, end).trimEnd();
  return line === '' ? null : shorten(line);
}

function shorten(text: string): string {
  return text.length <= NAME_LENGTH ? text : `${text.slice(0, graphemeBorder(text, NAME_LENGTH - 1))}…`;
}

/** The last index up to `index` at which no character that a person sees is cut. */
function graphemeBorder(text: string, index: number): number {
  // Between two ASCII characters of one line there is always a border, and most texts need no segmenter.
  if (text.charCodeAt(index - 1) < ASCII_END && text.charCodeAt(index) < ASCII_END) return index;
  // What follows the code point at `index` has no influence on the border before it.
  const border = segmenter.segment(text.slice(0, index + 2)).containing(index)?.index ?? 0;
  if (border > 0) return border;
  // Of a single character with hundreds of combining marks some marks are left out.
  return (text.codePointAt(index - 1) ?? 0) > 0xffff ? index - 1 : index;
}
