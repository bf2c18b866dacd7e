import { parsePrometheus } from './prometheus.js';

test('figures with and without labels, and nothing else', () => {
  const text = [
    '# HELP causeway_connects_total Authorizations that came back.',
    '# TYPE causeway_connects_total counter',
    'causeway_connects_total{integration="a",outcome="connected"} 3',
    'causeway_connects_total{integration="b",outcome="a \\"quoted\\" one, {with} \\\\ and \\n"} 1',
    'process_resident_memory_bytes 1.5e+8 1795206050087',
    'nodejs_gc_duration_seconds_bucket{le="+Inf",kind="major"} 7',
    '',
  ].join('\n');
  expect(parsePrometheus(text)).toEqual([
    { name: 'causeway_connects_total', labels: { integration: 'a', outcome: 'connected' }, value: 3 },
    {
      name: 'causeway_connects_total',
      labels: { integration: 'b', outcome: 'a "quoted" one, {with} \\ and \n' },
      value: 1,
    },
    { name: 'process_resident_memory_bytes', labels: {}, value: 150_000_000 },
    { name: 'nodejs_gc_duration_seconds_bucket', labels: { le: '+Inf', kind: 'major' }, value: 7 },
  ]);
});
