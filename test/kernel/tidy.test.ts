import { closeSync, fstatSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { call } from '../../src/kernel/call.js';
import { execve, open } from '../../src/kernel/calls/index.js';
import { O_RDONLY } from '../../src/kernel/constants.js';
import { start } from '../../src/kernel/process.js';
import { parseFields } from '../../src/procfs/status.js';
import { run, shell } from '../support/inside.js';

const SIGPIPE = 1n << 12n;

/** The signal masks of a program, as its own /proc/self/status says. */
async function masksInside(): Promise<Map<string, string>> {
  const { output } = await run({ calls: [execve('/bin/cat', ['cat', '/proc/self/status'], [])] });
  return parseFields(output);
}

describe('a program that tslab starts', () => {
  it('ignores no signal, though node ignores SIGPIPE', async () => {
    const ours = parseFields(readFileSync('/proc/self/status', 'utf8'));
    expect(BigInt(`0x${ours.get('SigIgn')}`) & SIGPIPE).toBe(SIGPIPE);
    expect((await masksInside()).get('SigIgn')).toBe('0000000000000000');
  });

  it('has no signal blocked, and neither have we afterwards', async () => {
    const before = parseFields(readFileSync('/proc/self/status', 'utf8')).get('SigBlk');
    expect((await masksInside()).get('SigBlk')).toBe('0000000000000000');
    expect(parseFields(readFileSync('/proc/self/status', 'utf8')).get('SigBlk')).toBe(before);
  });

  it('has every signal blocked while it makes its list, so that none of node’s handlers runs in it', async () => {
    let blocked: string | undefined;
    await run(shell('exit 0'), (pid) => {
      blocked = parseFields(readFileSync(`/proc/${pid}/status`, 'utf8')).get('SigBlk');
    });
    expect(blocked).toBe('fffffffffffbfeff'); // all but SIGKILL and SIGSTOP, which cannot be blocked (sigprocmask(2))
  });

  it('may write to what it was given as /dev/null', async () => {
    const child = start(shell('echo out && echo err >&2 && cat'));
    expect(await child.exited).toMatchObject({ code: 0 });
  });

  it('dies of SIGPIPE where nobody reads', async () => {
    expect((await run(shell('yes | head -n 1; kill -PIPE $$'))).signal).toBe('SIGPIPE');
  });

  it('inherits no descriptor above 2 (CVE-2024-21626), and ours stays open', async () => {
    const ours = call(open('/', O_RDONLY)); // no O_CLOEXEC: exec alone would not close it
    try {
      const { output } = await run(shell('ls /proc/self/fd'));
      expect(output).toBe('0\n1\n2\n3\n'); // 3 is the directory that ls reads
      expect(fstatSync(ours).isDirectory()).toBe(true);
    } finally {
      closeSync(ours);
    }
  });

  it('cannot write to a descriptor that it was not given', async () => {
    expect((await run(shell('echo >&7'))).code).not.toBe(0);
  });
});
