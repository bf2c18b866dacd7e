import { messageToItem } from './slack.message.js';

const ACCOUNT = { id: 'T1', name: 'Acme', url: 'https://acme.example/' };
const NAMES: Record<string, string> = { U1: 'Ada Lovelace', W2: 'Bram' };
const item = (message: object) =>
  messageToItem({ ts: '1780000001.000100', ...message }, ACCOUNT, 'C1', (id) => NAMES[id] ?? null);
const textOf = (message: object) => item(message).properties['text'];

describe('the text of a message', () => {
  it.each([
    ['entities, once', 'Rope &amp; chain &lt;3 &amp;lt; &gt;', 'Rope & chain <3 &lt; >'],
    ['people by name', 'hi <@U1>, <@W2|bram>', 'hi @Ada Lovelace, @Bram'],
    ['people who are not known', '<@U9> <@U8|eve&amp;co>', '@U9 @eve&co'],
    ['channels', '<#C1|general> <#C2> <#C3|>', '#general #C2 #C3'],
    ['broadcasts', '<!here> <!channel|channel> <!everyone>', '@here @channel @everyone'],
    ['user groups', '<!subteam^S1|@crew> <!subteam^S2>', '@crew @S2'],
    ['dates', '<!date^1392734382^{date}|Feb 18, 2014>', 'Feb 18, 2014'],
    ['links', '<https://a.example?x=1&amp;y=2> <https://a.example|A &amp; B>', 'https://a.example?x=1&y=2 A & B'],
    ['addresses', '<mailto:ada@example.com|ada@example.com>', 'ada@example.com'],
    ['brackets that nobody closed', 'a < b <', 'a < b <'],
  ])('reads %s', (_, text, expected) => {
    expect(item({ text }).properties).toMatchObject({ text: expected, rawText: text });
  });

  it.each([
    ['an empty first line', { text: '\nAll hands at nine' }, 'All hands at nine'],
    ['nothing', {}, null],
    ['blanks', { text: ' \n ' }, null],
    ['values of other types', { text: 7, blocks: 'x', attachments: {}, files: [null, 3] }, null],
  ])('gives a name or null to a message with %s', (_, message, name) => {
    expect(item(message).name).toBe(name);
  });

  it.each([
    ['a section', [{ type: 'divider' }, { type: 'section', text: mrkdwn('Gate *A* &amp; B') }], 'Gate *A* & B'],
    ['fields', [{ type: 'section', fields: [mrkdwn('one'), mrkdwn('two')] }], 'one\ntwo'],
    ['a header and a context', [plain('header', 'Head'), context('by <@U1>')], 'Head\nby @Ada Lovelace'],
    ['an image', [{ type: 'image', image_url: 'https://a.example/x.png', alt_text: 'A lighthouse' }], 'A lighthouse'],
    ['a titled image', [{ type: 'image', title: mrkdwn('The pier'), alt_text: 'pier' }], 'The pier'],
    ['buttons', [{ type: 'actions', elements: [{ type: 'button', text: mrkdwn('Approve') }] }], 'Approve'],
    ['Markdown', [{ type: 'markdown', text: '# Title' }], '# Title'],
    ['rich text', [richText()], 'Hi @Ada Lovelace & <you> :wave:\none\ntwo site @here #C1 @S1'],
    ['a kind that is not known', [{ type: 'new', text: mrkdwn('still read') }, null, 5], 'still read'],
  ])('comes from %s where there is no other', (_, blocks, text) => {
    expect(textOf({ text: '', blocks })).toBe(text);
    expect(textOf({ text: "This content can't be displayed.", blocks })).toBe(text);
    expect(textOf({ text: 'written', blocks })).toBe('written');
  });

  it('ends in rich text that is nested without end', () => {
    let element: object = { type: 'text', text: 'deep' };
    for (let depth = 0; depth < 100_000; depth += 1) element = { type: 'rich_text_section', elements: [element] };
    expect(textOf({ blocks: [{ type: 'rich_text', elements: [element, { type: 'text', text: 'shown' }] }] })).toBe(
      'shown',
    );
  });

  it.each([
    ['text', { fallback: 'plain', text: 'High water at *14:20*' }, 'High water at *14:20*'],
    [
      'title, lead and fields',
      { pretext: 'New', title: 'T &amp; S', fields: [{ title: 'Due', value: '9' }, 4] },
      'New\nT & S\nDue: 9',
    ],
    ['blocks', { fallback: '[no preview available]', blocks: [{ type: 'section', text: mrkdwn('in it') }] }, 'in it'],
    ['fallback', { fallback: 'High water', color: 'ff0000' }, 'High water'],
    ['files', { files: [{ name: 'a.png' }] }, 'a.png'],
  ])('comes from the %s of an attachment', (_, attachment, text) => {
    const message = item({ text: '', attachments: [null, attachment] });
    expect(message.properties).toMatchObject({ text, attachments: [{ text: null }, { text }] });
  });

  it('comes from the titles of files, which the properties describe', () => {
    const files = [
      { id: 'F1', name: 'tides.xlsx', title: 'Tide table', mimetype: 'application/vnd.ms-excel', size: 10 },
      { id: 'F2', name: 'a&amp;b.png', permalink: 'https://acme.example/files/F2' },
      { id: 'F3', mode: 'tombstone' },
    ];
    const { name, properties } = item({ text: '', files });
    expect(name).toBe('Tide table');
    expect(properties).toMatchObject({
      text: 'Tide table\na&b.png',
      files: [
        {
          id: 'F1',
          name: 'tides.xlsx',
          title: 'Tide table',
          mimeType: 'application/vnd.ms-excel',
          size: 10,
          url: null,
        },
        { id: 'F2', name: 'a&b.png', title: 'a&b.png', mimeType: null, url: 'https://acme.example/files/F2' },
        { id: 'F3', name: null, title: null },
      ],
    });
  });
});

describe('a message', () => {
  it('is not visible where it was deleted', () => {
    expect(item({ subtype: 'tombstone', hidden: true, text: 'This message was deleted.' }).visibility).toBe(false);
    expect(item({ text: 'still here' }).visibility).toBe(true);
  });

  it('names its author, a person or an app', () => {
    expect(item({ user: 'U1', bot_id: 'B1' }).properties).toMatchObject({ user: 'U1', userName: 'Ada Lovelace' });
    expect(item({ bot_id: 'B1', username: 'Tide watch' }).properties).toMatchObject({
      user: 'B1',
      userName: 'Tide watch',
    });
    expect(item({ user: 'U7', bot_profile: { name: 'deploys' } }).properties).toMatchObject({ userName: 'deploys' });
    expect(item({ user: 'U7' }).properties).toMatchObject({ user: 'U7', userName: null });
  });

  it('that is shown in the channel, too, belongs to its thread', () => {
    expect(item({ subtype: 'thread_broadcast', thread_ts: '1770000000.000100' }).parentId).toBe('C1:1770000000.000100');
  });
});

function mrkdwn(text: string) {
  return { type: 'mrkdwn', text };
}

function plain(type: string, text: string) {
  return { type, text: { type: 'plain_text', text } };
}

function context(text: string) {
  return { type: 'context', elements: [mrkdwn(text), { type: 'image', image_url: 'https://a.example/x.png' }] };
}

function richText() {
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
  const text = (value: string) => ({ type: 'text', text: value });
  return {
    type: 'rich_text',
    elements: [
      section(text('Hi '), { type: 'user', user_id: 'U1' }, text(' & <you> '), { type: 'emoji', name: 'wave' }),
      {
        type: 'rich_text_list',
        elements: [
          section(text('one')),
          section(
            text('two '),
            { type: 'link', url: 'https://a.example', text: 'site' },
            text(' '),
            { type: 'broadcast', range: 'here' },
            text(' '),
            { type: 'channel', channel_id: 'C1' },
            text(' '),
            { type: 'usergroup', usergroup_id: 'S1' },
          ),
        ],
      },
    ],
  };
}
