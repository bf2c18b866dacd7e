/** Every kind of character that a store could spoil. */
export const SOME_TEXT = 'ä€𝄞 \u0000 "quoted" \r\n {brace} \u{10ffff}';
