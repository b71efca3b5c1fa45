import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { childrenOf } from '../../support/leftovers.js';
import { output, useOwnState } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** What a process has from whoever started it, and what is a matter of course in a container: ids, sizes, counts, capabilities, a filter. */
const OWN =
  /^(Name|Pid|PPid|Tgid|NS\w+|Vm\w+|Rss\w+|Hugetlb\w*|State|.*ctxt_switches|FDSize|Cap\w+|Seccomp\w*|Kthread|SigCgt|Groups|Mems_\w+|SigQ)$/;
const LOOK =
  'cat /proc/self/status /proc/self/limits; umask; cat /proc/self/oom_score_adj /proc/self/timerslack_ns 2>&1; cut -d" " -f 18,19,40,41 /proc/self/stat; cat /proc/self/fdinfo/0 /proc/self/fdinfo/1 /proc/self/fdinfo/2 | grep flags';

/** The lines that must be the same. */
function inherited(text: string): string[] {
  return text.split('\n').filter((line) => !OWN.test(line.split(':')[0] ?? ''));
}

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-inherited-'));
  mkdirSync(join(directory, 'bin'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a command of bash; `tslab` is node with the program, as a child, or in place of the shell. */
function bash(command: string): string {
  const define = `tslab() { '${process.execPath}' '${TSLAB}' "$@"; }`;
  return execFileSync('bash', ['-c', `${define}\n${command}\nexit`], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

describe.skipIf(!isRoot)('what a program inherits, whole (skipped without root)', () => {
  it.each(['ulimit -Sn 1000', 'ulimit -Sn 64; ulimit -s 4096', 'ulimit -Sn 777; ulimit -c 0; umask 022'])(
    'is what a shell would have handed on: %s',
    (set) => {
      writeFileSync(join(directory, 'look.sh'), LOOK);
      const [plain, contained] = bash(
        `umask 022; ${set}; sh '${directory}/look.sh' </dev/null | cat; echo ----; tslab run --rm -i -v '${directory}:/look' busybox sh /look/look.sh </dev/null | cat`,
      ).split('----\n');
      expect(inherited(contained ?? '')).toEqual(inherited(plain ?? ''));
    },
  );

  it('is no group of the caller, whoever it runs as', () => {
    const look = ['grep', '-E', '^(Uid|Gid|Groups)', '/proc/self/status'];
    output('run', '-d', '--name', 'groups', 'busybox', 'sleep', '1000');
    const said = (...words: string[]) =>
      execFileSync('setpriv', ['--groups', '4,27,1000', process.execPath, TSLAB, ...words, ...look], {
        encoding: 'utf8',
      });
    const who = (uid: number, gid: number) =>
      `Uid:${`\t${uid}`.repeat(4)}\nGid:${`\t${gid}`.repeat(4)}\nGroups:\t${gid} \n`;
    for (const [user, uid, gid] of [
      ['0', 0, 0],
      ['1000', 1000, 0],
      ['1000:2000', 1000, 2000],
    ] as const) {
      expect(said('run', '--rm', '-u', user, 'busybox')).toBe(who(uid, gid));
      expect(said('exec', '-u', user, 'groups')).toBe(who(uid, gid));
    }
    expect(said('run', '--rm', 'busybox')).toBe(who(0, 0));
    output('rm', '-f', 'groups');
  });

  it.each([[[]], [['-i']], [['-t']], [['-i', '-t']], [['--init']]])(
    'is the descriptors 0 to 2 and no other: run -d %j',
    (flags) => {
      output('run', '-d', '--name', 'fds', ...flags, 'busybox', 'sleep', '1000');
      const { state } = findContainer('fds');
      const inside = [state.init.pid, ...childrenOf(state.init.pid)];
      expect(inside.map((pid) => readdirSync(`/proc/${pid}/fd`))).toEqual(inside.map(() => ['0', '1', '2']));
      output('rm', '-f', 'fds');
    },
  );

  it('is the soft limit of open files for exec, with --init and by another name of the program too', () => {
    output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000');
    const said = bash(
      `ulimit -Sn 333; tslab exec box sh -c 'ulimit -Sn'; tslab run --rm --init busybox sh -c 'ulimit -Sn'; (ulimit -Sn 222; PATH="${join(process.execPath, '..')}:$PATH" exec '${TSLAB}' run --rm busybox sh -c 'ulimit -Sn; echo $TSLAB_NOFILE')`,
    );
    expect(said).toBe('333\n333\n222\n\n');
    expect(output('exec', 'box', 'sh', '-c', 'grep "open files" /proc/1/limits | cut -c 27-46').trim()).toBe('1024');
    output('rm', '-f', 'box');
  });
});
