const PLAIN = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: 'default' };

/** Notion cuts text into runs; two runs for anything with a space, so that a reader has to join them. */
export function richText(content: string): object[] {
  const gap = content.indexOf(' ');
  const runs = gap < 0 ? [content] : [content.slice(0, gap), content.slice(gap)];
  return runs
    .filter((run) => run !== '')
    .map((run) => ({
      type: 'text',
      text: { content: run, link: null },
      annotations: PLAIN,
      plain_text: run,
      href: null,
    }));
}

export const mention = (pageId: string, title: string): object => ({
  type: 'mention',
  mention: { type: 'page', page: { id: pageId } },
  annotations: PLAIN,
  plain_text: title,
  href: `https://app.notion.com/p/${pageId.replaceAll('-', '')}`,
});
