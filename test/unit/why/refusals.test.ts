import { describe, expect, it } from 'vitest';
import { ABIS_OF, thisMachine } from '../../../src/seccomp/abi.js';
import { numbersOf } from '../../../src/seccomp/numbers.js';
import { parseTrace } from '../../../src/why/events.js';
import { Refusals } from '../../../src/why/refusals.js';

const numbers = numbersOf(ABIS_OF[thisMachine()][0]);
const line = (tid: number, event: string, name = 'a b') =>
  `${name.padStart(16)}-${String(tid).padEnd(7)} [001] .....  1234.567890: ${event}`;
const enter = (tid: number, call: string) =>
  line(tid, `sys_enter: NR ${numbers.get(call)} (ffffff9c, 7f00, 0, 0, 0, 0)`);
const exit = (tid: number, call: string, result: number) => line(tid, `sys_exit: NR ${numbers.get(call)} = ${result}`);
const capability = (tid: number, number: number, result: number) =>
  line(
    tid,
    `cap_capable: cred 00000000abcd, target_ns 00000000ef, capable_ns 00000000ef, cap ${number}, ret ${result}`,
  );

function refusalsIn(...lines: string[]) {
  const refusals = new Refusals(true);
  refusals.add(parseTrace(`${lines.join('\n')}\n`));
  return refusals;
}

describe('the events of the tracer', () => {
  it('tell of a filter by a call that ends and was never entered', () => {
    const { all } = refusalsIn(enter(7, 'brk'), exit(7, 'brk', 4096), exit(7, 'mount', -1));
    expect(all).toMatchObject([{ tid: 7, call: 'mount', errno: 1, isFiltered: true, args: undefined, lacks: [] }]);
  });

  it('tell of capabilities that were asked for within a call', () => {
    const { all } = refusalsIn(
      enter(7, 'fchownat'),
      capability(7, 3, 0),
      capability(8, 21, -1),
      capability(7, 0, -1),
      exit(7, 'fchownat', -1),
    );
    expect(all).toMatchObject([{ call: 'fchownat', isFiltered: false, lacks: ['CAP_CHOWN'], has: ['CAP_FOWNER'] }]);
    expect(all[0]?.args?.[0]).toBe(0xffffff9cn);
  });

  it('say nothing of calls that went well, or failed for another reason', () => {
    const { all } = refusalsIn(
      enter(7, 'openat'),
      capability(7, 1, -1),
      exit(7, 'openat', 3),
      enter(7, 'openat'),
      exit(7, 'openat', -2),
    );
    expect(all).toEqual([]);
  });

  it('make no filter of what the buffer lost, nor of a thread whose first event is an end', () => {
    const refusals = refusalsIn(
      enter(7, 'brk'),
      exit(7, 'brk', 0),
      'CPU:1 [LOST 17 EVENTS]',
      exit(7, 'mount', -1),
      exit(9, 'clone', -1),
    );
    expect(refusals.all).toEqual([]);
    expect(refusals.lost).toBe(17);
  });

  it('begin with the first program, where what comes before is not asked for', () => {
    const refusals = new Refusals();
    const mount = [enter(7, 'mount'), exit(7, 'mount', -1)];
    refusals.add(parseTrace([...mount, enter(7, 'execve'), exit(7, 'execve', 0), ...mount].join('\n')));
    expect(refusals.all).toHaveLength(1);
  });

  it('are told apart from the name of a process that looks like one', () => {
    const { all } = refusalsIn(line(7, `sys_exit: NR ${numbers.get('mount')} = -1`, '-9 [0] . 1.0: s'));
    expect(all.filter(({ tid }) => tid !== 7)).toEqual([]);
  });
});
