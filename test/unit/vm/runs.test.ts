import { describe, expect, it } from 'vitest';
import { parseRuns } from '../../vm/runs.js';

describe('what the machine sent', () => {
  it('is taken apart into runs, with output and status', () => {
    const text = '@@@ begin a\r\none\r\ntwo\r\n@@@ end a 0\r\n@@@ begin b\r\n@@@ end b 3\r\n';
    expect([...parseRuns(text)]).toEqual([
      ['a', { output: 'one\ntwo\n', status: 0 }],
      ['b', { output: '', status: 3 }],
    ]);
  });

  it('may end in the middle of a run, which then has no status', () => {
    expect(parseRuns('@@@ begin a\nhalf').get('a')).toEqual({ output: 'half', status: undefined });
  });

  it('may be nothing', () => {
    expect(parseRuns('').size).toBe(0);
  });
});
