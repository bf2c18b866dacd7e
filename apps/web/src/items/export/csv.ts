/** What a spreadsheet would take for a formula; but a plain number is one. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/**
 * One field, quoted by RFC 4180 where it has to be. A text that begins like a formula gets an apostrophe in front, as
 * https://owasp.org/www-community/attacks/CSV_Injection advises: whoever wrote it is not who opens it.
 */
export function csvField(text: string): string {
  const harmless = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;
