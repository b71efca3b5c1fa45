import { describe, expect, it } from 'vitest';
import { judgeNetwork } from '../../../src/container/network/network-findings.js';
import type { Facts } from '../../../src/doctor/facts.js';
import { judge } from '../../../src/doctor/judge.js';
import type { DoctorReport } from '../../../src/doctor/report.js';
import { renderDoctor, renderDoctorPlain } from '../../../src/view/doctor.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { wordsIn } from '../../../src/view/words/index.js';
import { Paper } from '../view/sample.js';
import { DOCKER, HYBRID_ROOT, HYBRID_USER, LINUX_5_4, MACHINES, UBUNTU_USER, V2_DELEGATED } from './machines.js';

function show(facts: Facts, paper = new Paper()): string {
  return renderDoctor(judge(facts), paper).join('\n');
}

/** With the first three labs only. */
function showThree(facts: Facts): string {
  const report = judge(facts);
  return renderDoctor({ ...report, labs: report.labs.slice(0, 3) }, new Paper()).join('\n');
}

const DROP = { family: 'ip', table: 'filter', chain: 'FORWARD', remedy: 'ufw route allow in on tslab0' } as const;
const FIREWALLED: DoctorReport = {
  ...judge(HYBRID_ROOT),
  machine: judgeNetwork(HYBRID_ROOT, {
    uplink: null,
    drop: DROP,
    nameServers: [],
    neighbours: null,
    helper: { message: '', remedy: null },
  }).filter(({ name }) => name === 'way out'),
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: what chalk writes
const withoutColor = (text: string) => text.replace(/\x1b\[\d+m/g, '');

describe('the report in a terminal', () => {
  it.each(Object.keys(MACHINES))('has no line wider than the terminal (%s)', (name) => {
    for (const columns of [40, 80, 120]) {
      const lines = show(MACHINES[name] as Facts, new Paper(columns)).split('\n');
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }
  });

  it('says the same with and without colour', () => {
    const colored = show(UBUNTU_USER, new Paper(80, 3));
    expect(colored).toContain('\x1b[');
    expect(withoutColor(colored)).toBe(show(UBUNTU_USER));
  });

  it('needs only ASCII where the locale is not UTF-8', () => {
    for (const facts of [HYBRID_USER, UBUNTU_USER, LINUX_5_4])
      expect(show(facts, new Paper(80, 0, false))).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('gives each lab its verdict and points to the causes', () => {
    expect(show(HYBRID_USER)).toContain(
      [
        'Labs',
        '✓ 01-pid-namespace    can run',
        '~ 02-rootfs           can run partly, see 1 below',
        '✗ 03-cgroups          cannot, see 2 below',
      ].join('\n'),
    );
  });

  it('tells a cause of several labs once', () => {
    expect(show(UBUNTU_USER).match(/sudo sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0/g)).toHaveLength(1);
  });

  it('names all labs of a command that is for each of them', () => {
    const lines = show(HYBRID_USER, new Paper(120)).split('\n');
    expect(lines).toContain('  → sudo tslab 02-rootfs   (likewise 05-exec, 10-security, 12-runtime)');
    expect(lines).toContain('  → sudo tslab 04-overlay');
    expect(lines).toContain('  04-overlay: the step redirect is left out');
  });

  it('keeps commands that are to be copied in lines of their own', () => {
    const lines = show(V2_DELEGATED).split('\n');
    expect(lines).toContain('  → sudo mkdir -p /etc/systemd/system/user@.service.d');
    expect(lines).toContain("    printf '[Service]\\nDelegate=cpu cpuset memory pids\\n' |");
    expect(lines).toContain('      sudo tee /etc/systemd/system/user@.service.d/tslab.conf');
  });

  it('tells the errno of what the kernel refused', () => {
    expect(show(HYBRID_USER)).toContain('✗ calls       close_range chroot pivot_root; refused: mknod (EPERM)');
  });

  it('tells of a line about the machine what to do, beneath it', () => {
    expect(renderDoctor(FIREWALLED, new Paper()).slice(1, 4)).toEqual([
      '✗ way out     none: chain FORWARD of the table ip filter, which is not tslab’s,',
      '              drops what is forwarded',
      '  → ufw route allow in on tslab0',
    ]);
    expect(renderDoctorPlain(FIREWALLED, wordsIn('zh')).slice(1, 3)).toEqual([
      '出口，缺少东西：无：链 FORWARD 丢弃转发的包；它属于表 ip filter，而这张表不是 tslab 的',
      '解决办法：ufw route allow in on tslab0',
    ]);
  });

  it('ends with the sum', () => {
    expect(showThree(HYBRID_ROOT)).toMatch(/\n3 labs: 3 can run\.$/);
    expect(showThree(HYBRID_USER)).toMatch(/\n3 labs: 1 can run, 1 can run partly, 1 cannot\.$/);
  });
});

describe('the report in Chinese', () => {
  it.each(Object.keys(MACHINES))('gives its reasons in Chinese (%s)', (name) => {
    const lines = renderDoctorPlain(judge(MACHINES[name] as Facts), wordsIn('zh'));
    const reasons = lines.filter((line) => /^(原因|没有它)：/.test(line));
    expect(reasons.filter((line) => !/：.*\p{sc=Han}/u.test(line))).toEqual([]);
    expect(lines.filter((line) => /\b(can run|cannot|labs|left out|is not|this kernel)\b/.test(line))).toEqual([]);
  });
});

describe('the report as plain text', () => {
  it('has words for what the marks say', () => {
    const lines = renderDoctorPlain(judge(HYBRID_USER));
    expect(lines).toContain('calls, something is missing: close_range chroot pivot_root; refused: mknod (EPERM)');
    expect(lines).toContain('Lab 02-rootfs can run partly.');
    expect(lines).toContain('remedy: sudo tslab 02-rootfs');
  });

  it('lets no control character of the machine through', () => {
    const hostile = { ...DOCKER, container: { kind: 'docker' as const, evidence: 'the cgroup /docker/\x1b[2J' } };
    for (const text of [renderDoctorPlain(judge(hostile)).join('\n'), show(hostile)]) {
      expect(text).toContain('\\x1b[2J');
      expect(text).not.toContain('\x1b');
    }
  });
});
