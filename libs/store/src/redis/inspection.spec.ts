import { inspect } from './inspection.js';

const SAFE = 'role:master\r\naof_enabled:1\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n';
const node = (info: string) => (args: string[]) =>
  Promise.resolve(args[0] === 'INFO' ? `# Section\r\n${SAFE}${info}` : [args[2], args[2] === 'save' ? '' : 'always']);
const namesOf = async (...infos: string[]) => (await inspect(infos.map(node))).map(({ name }) => name);

it.each([
  ['slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=1\r\n', []],
  ['slave0:ip=10.0.0.2,port=6379,state=online,offset=42,lag=11\r\n', ['replica-lag']],
  ['slave0:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0\r\n', ['replica-lag']],
  ['rdb_last_bgsave_status:err\r\n', ['persistence-failing']],
  ['aof_last_write_status:err\r\n', ['persistence-failing']],
])('reads what INFO says of replicas and of the disk (%j)', async (info, names) => {
  expect(await namesOf(info)).toEqual(names);
});

it('names what several nodes have once', async () => {
  expect(await namesOf('role:slave\r\n', '', 'role:slave\r\n')).toEqual(['replica']);
});
