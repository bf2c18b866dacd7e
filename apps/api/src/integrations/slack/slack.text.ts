import { optional, type JsonObject } from '@causeway/http-client';

/** The name of a person; `null`: not known. */
export type NameOf = (userId: string) => string | null;

/** `<@U1>`, `<#C1|general>`, `<!here>` or `<https://…|label>`, or one of the three characters that Slack escapes. */
const MARKUP = /<([^<>]+)>|&(amp|lt|gt);/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>' };
const BROADCASTS = new Set(['here', 'channel', 'everyone', 'group']);

/** Rich text holds lists in lists to a depth of ten. */
const MAX_DEPTH = 20;

/** https://docs.slack.dev/messaging/formatting-message-text: what people see of a text with references and escaped characters. */
export function readable(text: string, nameOf: NameOf): string {
  return text.replace(MARKUP, (_, reference: string | undefined, entity: string) =>
    reference === undefined ? (ENTITIES[entity] ?? '') : readReference(reference, nameOf),
  );
}

/** The same for texts that hold no references. */
export function unescape(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, entity: string) => ENTITIES[entity] ?? '');
}

function readReference(reference: string, nameOf: NameOf): string {
  const bar = reference.indexOf('|');
  const target = bar < 0 ? reference : reference.slice(0, bar);
  const label = bar < 0 ? '' : unescape(reference.slice(bar + 1));
  const id = target.slice(1);
  if (target.startsWith('@')) return `@${nameOf(id) ?? (label || id)}`;
  if (target.startsWith('#')) return `#${label || id}`;
  if (!target.startsWith('!')) return label || unescape(target);
  if (BROADCASTS.has(id)) return `@${id}`;
  // A user group or a date.
  return label || `@${id.replace(/^subteam\^/, '')}`;
}

/** https://docs.slack.dev/reference/block-kit/blocks: the text of a message that has its body in blocks. */
export function textOfBlocks(blocks: unknown, nameOf: NameOf): string {
  return joinLines(
    optional.array(blocks).map((value) => {
      const block = optional.object(value);
      if (block['type'] === 'rich_text') return textOfRichText(block, nameOf);
      const { text, title, fields, elements, alt_text: alternative } = block;
      const parts = [title, text, ...optional.array(fields), ...optional.array(elements)];
      return joinLines(parts.map((part) => textOfObject(part, nameOf))) || (optional.string(alternative) ?? '');
    }),
  );
}

/** A text object, or an element that has one: `{type: "mrkdwn", text: "…"}`, `{type: "button", text: {…}}`. */
function textOfObject(value: unknown, nameOf: NameOf): string {
  if (typeof value === 'string') return readable(value, nameOf);
  const { text } = optional.object(value);
  const inner = optional.string(text) ?? optional.string(optional.object(text)['text']);
  return inner === null ? '' : readable(inner, nameOf);
}

/** Unlike in other blocks, nothing is escaped here. */
function textOfRichText(element: JsonObject, nameOf: NameOf, depth = 0): string {
  const { type, elements } = element;
  if (!Array.isArray(elements)) return textOfInline(element, nameOf);
  if (depth === MAX_DEPTH) return '';
  const parts = elements.map((part) => textOfRichText(optional.object(part), nameOf, depth + 1));
  return type === 'rich_text' || type === 'rich_text_list' ? joinLines(parts) : parts.join('');
}

function textOfInline(element: JsonObject, nameOf: NameOf): string {
  const read = (name: string) => optional.string(element[name]) ?? '';
  switch (element['type']) {
    case 'link':
      return read('text') || read('url');
    case 'user':
      return `@${nameOf(read('user_id')) ?? read('user_id')}`;
    case 'usergroup':
      return `@${read('usergroup_id')}`;
    case 'channel':
      return `#${read('channel_id')}`;
    case 'broadcast':
      return `@${read('range')}`;
    case 'emoji':
      return `:${read('name')}:`;
    case 'date':
      return read('fallback');
    default:
      return read('text');
  }
}

export function joinLines(parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== '').join('\n');
}
