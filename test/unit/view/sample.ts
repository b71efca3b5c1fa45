import type { LabEvent } from '../../../src/lab/events.js';
import type { Sink } from '../../../src/view/view.js';

const step = 'uts';
const quota = 'cpu-quota';
const cgroup = '/sys/fs/cgroup/cpu/tslab/4790/cpu.cfs_quota_us';
const fork = 'clone(CLONE_NEWUTS|CLONE_NEWNS|CLONE_NEWPID|CLONE_VM|SIGCHLD, 0x7f0000000000, NULL, NULL, 0)';
const shares = [1, 1, 0.99, 0.21, 0.2, 0.19, 0.2, 0.21, 0.2, 0.2, 0.19, 0.2, 0.2, 0.21];
const mounts = ['/', '/proc', '/sys', '/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/run', '/tmp'].map(
  (at, i) => `${20 + i} 1 0:${i} / ${at} rw`,
);

/** A run that has every kind of event, with one call refused and one check that does not hold. */
export const SAMPLE: LabEvent[] = [
  { type: 'lab', id: '00-sample', title: 'Every kind of event', cgroup: 'hybrid', root: true, rootfs: 'busybox' },
  {
    type: 'step',
    id: step,
    title: 'A host name of its own',
    prose:
      'The child gets a **new UTS namespace** from `clone(2)` with `CLONE_NEWUTS`. It may now call itself *whatever it likes*: the host, which has a namespace of its own, does not notice. See [uts_namespaces(7)](https://man7.org).',
  },
  { type: 'observe', step, when: 'before', from: 'host', path: '/proc/sys/kernel/hostname', value: 'debian\n' },
  { type: 'observe', step, when: 'before', from: 'container', path: '/proc/sys/kernel/hostname', value: 'debian\n' },
  { type: 'observe', step, when: 'before', from: 'host', path: '/proc/4790/mountinfo', value: mounts.join('\n') },
  { type: 'syscall', step, by: 'tslab', name: 'clone', args: [], result: 4790, text: fork },
  ...['rt_sigprocmask', 'rt_sigaction', 'close_range'].map(
    (name): LabEvent => ({
      type: 'syscall',
      step,
      by: 'child',
      name,
      args: [],
      result: 0,
      text: `${name}()`,
      housekeeping: true,
    }),
  ),
  {
    type: 'syscall',
    step,
    by: 'child',
    name: 'sethostname',
    args: ['box', 3],
    result: 0,
    text: 'sethostname("box", 3)',
  },
  {
    type: 'syscall',
    step,
    by: 'child',
    name: 'pivot_root',
    args: ['.', '.'],
    result: -22,
    errno: 'EINVAL',
    text: 'pivot_root(".", ".")',
  },
  {
    type: 'syscall',
    step,
    by: 'child',
    name: 'execve',
    args: [],
    text: 'execve("/bin/sh", ["sh", "-c", "hostname"], [])',
  },
  { type: 'output', step, stream: 'stdout', command: 'hostname; ls /none', text: 'box\nhalf a' },
  { type: 'output', step, stream: 'stdout', command: 'hostname; ls /none', text: ' line\n\u001b[2Jtitle\u0007' },
  {
    type: 'output',
    step,
    stream: 'stderr',
    command: 'hostname; ls /none',
    text: 'ls: /none: No such file or directory\n',
  },
  { type: 'observe', step, when: 'after', from: 'host', path: '/proc/sys/kernel/hostname', value: 'debian\n' },
  {
    type: 'observe',
    step,
    when: 'after',
    from: 'container',
    path: '/proc/sys/kernel/hostname',
    value: 'box\n',
    changedBy: 'sethostname("box", 3)',
  },
  {
    type: 'observe',
    step,
    when: 'after',
    from: 'host',
    path: '/proc/4790/mountinfo',
    value: [...mounts.slice(0, 8), '44 1 0:44 / /proc rw,nosuid'].join('\n'),
    changedBy: 'mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)',
  },
  { type: 'check', step, name: 'the host keeps its name', expected: 'debian', actual: 'debian', held: true },
  {
    type: 'step',
    id: quota,
    title: '限制处理器时间：一个很长的标题',
    skipped: true,
    prose:
      '控制组把一组进程可以使用的处理器时间限制在 `cpu.cfs_quota_us` 微秒之内，超过之后，内核会让它们等待，直到下一个周期开始为止。这就是容器的限额。',
  },
  { type: 'observe', step: quota, when: 'before', from: 'host', path: cgroup, value: '-1' },
  {
    type: 'observe',
    step: quota,
    when: 'during',
    from: 'container',
    path: '/proc/self/status',
    value: 'Name:\tsh\nNSpid:\t4790\t1',
  },
  { type: 'observe', step: quota, when: 'after', from: 'host', path: '/sys/fs/cgroup/cpu/tslab/none', value: null },
  { type: 'measure', step: quota, name: 'cpu share', value: 0.201, unit: 'cpu', series: shares, interval: 0.1 },
  { type: 'measure', step: quota, name: 'memory', value: 5_452_595, unit: 'bytes', series: [1e6, 3e6, 5e6] },
  { type: 'measure', step: quota, name: 'start to exit', value: 0.00091, unit: 's' },
  {
    type: 'check',
    step: quota,
    name: 'cpu share follows the quota',
    expected: '0.20 ± 0.02',
    actual: '0.998',
    held: false,
  },
  {
    type: 'end',
    id: '00-sample',
    status: 'failed',
    why: 'The quota was not set, so the loop used the whole processor.',
    skipped: [quota],
    failed: ['cpu share follows the quota'],
  },
];

/** A sink that keeps what was written. */
export class Paper implements Sink {
  text = '';
  readonly columns: number;
  readonly color: Sink['color'];
  readonly unicode: boolean;

  constructor(columns = 80, color: Sink['color'] = 0, unicode = true) {
    this.columns = columns;
    this.color = color;
    this.unicode = unicode;
  }

  async write(text: string): Promise<boolean> {
    this.text += text;
    return true;
  }

  get lines(): string[] {
    return this.text.replace(/\n$/, '').split('\n');
  }
}

/** The events, one at a time, as a lab would give them. */
export async function* play(events: readonly LabEvent[] = SAMPLE): AsyncGenerator<LabEvent, void> {
  yield* events;
}
