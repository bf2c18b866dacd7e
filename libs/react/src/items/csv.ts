/** What a spreadsheet takes for a formula; a plain number is harmless. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?\d+([.,]\d+)?$/;

/**
 * One field, quoted by RFC 4180 where necessary. An apostrophe defuses what looks like a formula, because the author of a text is not
 * the user who opens it: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvField(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  // Also what separates fields elsewhere: `;` is usual where `,` is the decimal sign.
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(',')}\r\n`;
