import { CATALOGUE } from '../../labs/catalogue.js';
import { lessonCommands, needsTerminal, shortened } from '../support/lesson-commands.js';
import { recordedSkips } from '../support/transcripts.js';
import { exercises } from './exercises.js';
import type { Commands } from './initramfs.js';
import { network } from './network.js';
import { surroundings } from './surroundings.js';

const TSLAB = 'node /app/dist/bin/tslab.cjs';
const VITEST =
  'node node_modules/vitest/vitest.mjs run --project kernel* --no-isolate --no-file-parallelism --reporter=json';
/** The tests of src/cgroup, and those of src/kernel that ask most of a kernel. */
const TESTS = ['cgroup', 'enter.test', 'namespaces'];

/** All that could be left: mounts, cgroups, links, temporary files, and processes that run a program. */
const INVENTORY =
  'cat /proc/mounts; find /sys/fs/cgroup -type d; ls /sys/class/net /tmp; for pid in /proc/[0-9]*; do readlink $pid/exe; done; true';

export const LABS = CATALOGUE.map(({ id }) => id);

/** Options that keep a lab short. */
const SHORT: Readonly<Record<string, string>> = { '03-cgroups': '--seconds 1' };

/** Containers of the last lab. While `web` is there, its cgroup is the only one below `tslab`. */
const CONTAINERS: Commands = {
  run: `${TSLAB} run --rm busybox sh -c 'exit 7'`,
  closed: `${TSLAB} run --rm busybox grep -E '^(CapBnd|Seccomp):' /proc/self/status`,
  devices: `${TSLAB} run --rm busybox sh -c 'mknod /disk b 254 0 && head -c 1 /dev/zero | wc -c && head -c 1 /disk'`,
  why: `${TSLAB} why --network none busybox unshare -u true`,
  detached: `${TSLAB} run -d -m 64m --pids-limit 50 --cpus 0.5 --name web busybox sleep 100`,
  ps: `${TSLAB} ps`,
  exec: `${TSLAB} exec web sh -c 'cat /proc/self/cgroup; grep -c . /sys/fs/cgroup/cgroup.procs'`,
  limits: 'cd /sys/fs/cgroup/tslab/*/ && cat memory.max pids.max cpu.max',
  pause: `${TSLAB} pause web && cat /sys/fs/cgroup/tslab/*/cgroup.events`,
  unpause: `${TSLAB} unpause web && cat /sys/fs/cgroup/tslab/*/cgroup.events`,
  stats: `${TSLAB} stats --no-stream`,
  stop: `${TSLAB} stop -t 1 web`,
  stopped: `${TSLAB} ps -a`,
  rm: `${TSLAB} rm web`,
};

/** Runs with a step left out, of which lessons show a transcript: `02-rootfs.skip-pivot`. */
export const SKIPS = recordedSkips().map((run) => ({ ...run, name: `${run.lab}.skip-${run.skip}` }));

/** Labs whose files want another file system than the machine's tmpfs. */
const ON_DISK: ReadonlySet<string> = new Set(['09-users', '10-security']);

const runLab = (lab: string, more = '') =>
  `${ON_DISK.has(lab) ? 'on-disk ' : ''}${TSLAB} ${lab} --json ${SHORT[lab] ?? ''} ${more}`;

/**
 * What lessons tell the reader to type, and the labs above do not do already. Leaving steps out takes long in an emulated
 * machine: only where the result has to do with cgroups; the kernel tests run the others.
 */
export const TYPED = lessonCommands(['00-introduction', ...LABS])
  .filter((command) => !needsTerminal(command))
  .flatMap((command) => command.script.split('\n').map((script) => ({ ...command, script })))
  .filter(({ script }) => script.startsWith('tslab ') && !LABS.includes(script.slice('tslab '.length)))
  .filter(({ script }) => !script.includes(' --skip ') || /^tslab (03|12)/.test(script))
  .map((command, index) => ({ ...command, id: `typed-${index}` }));

const typed = (script: string) => shortened(script).replaceAll(/\btslab /g, `${TSLAB} `);

/** What `npm run record` records; with `TSLAB_RECORD=10-security` this lab alone. */
const RECORD = process.env.TSLAB_RECORD;

const runsOf = (labs: readonly string[], skips: readonly (typeof SKIPS)[number][]): Commands =>
  Object.fromEntries(
    [
      ...labs.map((lab) => [lab, runLab(lab)] as const),
      ...skips.map(({ lab, skip, name }) => [name, runLab(lab, `--skip ${skip}`)] as const),
    ].filter(([name]) => !RECORD?.includes('-') || name.startsWith(RECORD)),
  );

/** What belongs to the last labs runs on the other machine, so that both take about as long. */
const isLate = ({ lab }: { readonly lab: string }) => lab >= '10';
const isOfFirstLabs = (exercise: string) => exercise < '04';

/** Between two looks at all that could be left. */
const whole = (machine: string, commands: Commands): Commands => ({
  [`${machine}.before`]: INVENTORY,
  ...commands,
  [`${machine}.cleanup`]: `${TSLAB} cleanup --plain`,
  [`${machine}.after`]: INVENTORY,
});

const EVERYTHING: Readonly<Record<string, Commands>> = {
  labs: whole('labs', {
    controllers: 'cat /sys/fs/cgroup/cgroup.controllers',
    doctor: `${TSLAB} doctor --plain`,
    ...runsOf(
      LABS,
      SKIPS.filter((skip) => !isLate(skip)),
    ),
    ...exercises(TSLAB, isOfFirstLabs),
  }),
  containers: {
    ...whole('containers', {
      ...CONTAINERS,
      ...Object.fromEntries(TYPED.map(({ id, script }) => [id, typed(script)])),
      ...network(TSLAB),
      ...surroundings(TSLAB),
      ...exercises(TSLAB, (id) => !isOfFirstLabs(id)),
      ...runsOf([], SKIPS.filter(isLate)),
    }),
    tests: `${VITEST} --outputFile=/report ${TESTS.map((name) => `test/kernel/${name}`).join(' ')} >/log; cat /report`,
  },
};

/** `TSLAB_VM_ONLY=exercise`: those alone whose names begin so, for who works on one part. */
const ONLY = process.env.TSLAB_VM_ONLY ?? '';

const onlyOf = (commands: Commands): Commands =>
  Object.fromEntries(Object.entries(commands).filter(([name]) => name.startsWith(ONLY)));

/** What the machines do, which run side by side: each its commands, in this order. */
export const MACHINES: Readonly<Record<string, Commands>> = RECORD
  ? { labs: runsOf(LABS, SKIPS) }
  : Object.fromEntries(
      Object.entries(EVERYTHING)
        .map(([machine, commands]) => [machine, onlyOf(commands)] as const)
        .filter(([, commands]) => Object.keys(commands).length > 0),
    );
