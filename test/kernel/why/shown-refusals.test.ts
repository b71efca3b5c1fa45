import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { execInit } from '../../../labs/01-pid-namespace/calls/init.js';
import { loadFilter, noNewPrivileges } from '../../../labs/10-security/calls/filter.js';
import { execve } from '../../../src/kernel/calls/index.js';
import { start } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Seccomp } from '../../../src/oci/seccomp.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { encode } from '../../../src/seccomp/bpf.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { compile } from '../../../src/seccomp/compile.js';
import { type ShownRefusal, ShownRefusals } from '../../../src/why/shown-refusals.js';

const BUILTIN = defaultProgram(thisMachine());
const sh = (script: string) => execve('/bin/sh', ['sh', '-c', script], ['PATH=/usr/bin:/bin:/usr/sbin:/sbin']);

async function shownOf(program: readonly Syscall[], filter: Uint8Array = BUILTIN) {
  const shown: ShownRefusal[] = [];
  using refusals = new ShownRefusals((refusal) => shown.push(refusal));
  const list = [...program.slice(0, -1), ...noNewPrivileges(), ...loadFilter(filter), ...program.slice(-1)];
  const calls = refusals.prepare(list) ?? list;
  const child = start({ calls, listening: refusals, stdio: ['null', 'pipe', 'null'] });
  const output = child.stdout ? await text(child.stdout) : '';
  const { status } = await child.exited;
  return { shown, output, status };
}

const refusing = (...names: string[]): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'],
  syscalls: [{ names, action: 'SCMP_ACT_ERRNO', errnoRet: 28 }],
});

describe('run --show-refused', () => {
  it('tells who is refused which calls, with paths, and refuses them with the same errno', async () => {
    const script = 'busybox unshare -m true; busybox mount -t tmpfs here /mnt; busybox chroot /nothing true; echo $?';
    const { shown, output, status } = await shownOf([sh(script)]);
    expect(shown.map(({ text, program, errno }) => ({ text, program, errno }))).toEqual([
      { text: 'unshare(0x20000)', program: 'busybox', errno: 1 },
      { text: expect.stringMatching(/^mount\("here", "\/mnt", "tmpfs", 0x/), program: 'busybox', errno: 1 },
    ]);
    expect(shown[1]?.paths).toEqual(['/mnt']);
    expect({ output, status }).toEqual({ output: '1\n', status: 0 });
  });

  it('shows each of many, by several processes at once, and none that goes well', async () => {
    const script = 'for i in $(seq 20); do busybox unshare -m true & done; wait; echo done';
    const { shown, output } = await shownOf([sh(script)]);
    expect(output).toBe('done\n');
    expect(shown).toHaveLength(20);
    expect(new Set(shown.map(({ pid }) => pid)).size).toBe(20);
  });

  it('gives the errno of the profile', async () => {
    const filter = encode(compile(refusing('mkdir', 'mkdirat'), thisMachine()));
    const { shown, output } = await shownOf([sh('mkdir /tmp/never 2>&1')], filter);
    expect(output).toMatch(/No space left on device/);
    expect(shown).toMatchObject([{ errno: 28, paths: ['/tmp/never'] }]);
  });

  it.each([
    ['read', 1],
    ['write', 1],
  ])('works with a profile that refuses %s, by which a list waits or tells', async (name, least) => {
    const filter = encode(compile(refusing(name), thisMachine()));
    const { shown } = await shownOf([sh('echo hello')], filter);
    expect(shown.filter((one) => one.name === name).length).toBeGreaterThanOrEqual(least);
  });

  it('works with an init of ours', async () => {
    const { shown, status } = await shownOf(
      execInit(['/bin/sh'], ['sh', '-c', 'busybox unshare -m true; exit 7'], ['PATH=/bin']),
    );
    expect(status).toBe(7);
    expect(shown).toMatchObject([{ text: 'unshare(0x20000)' }]);
  });

  it('tells of a program that cannot be started, as without it', async () => {
    await expect(shownOf([execve('/nothing', ['nothing'], [])])).rejects.toThrow(/execve\("\/nothing".*ENOENT/);
  });
});
