import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { shiftClocks } from '../calls/clock.js';

const DAY = 86_400;
const NONE = 'This kernel has no time namespaces: they come with Linux 5.6 and CONFIG_TIME_NS.';

/** Each clock once. No shell knows CLOCK_MONOTONIC, so it is the node of this machine that tells it. */
const CLOCKS = `cat /proc/uptime; ${process.execPath} -p 'process.hrtime()[0]'; date +%s`;
const SHOWN = "cat /proc/uptime; node -p 'process.hrtime()[0]'; date +%s";

/** Shifts two clocks, or tells why this machine cannot. */
export async function ownClocks(lab: Lab): Promise<void> {
  if (readNamespace('self', 'time') === null) return lab.cannot('time', NONE);
  await lab.step('time');
  await shifted(lab);
}

// #region time
async function shifted(lab: Lab): Promise<void> {
  await lab.observe('during', hostFile('/proc/self/timens_offsets'));
  const calls = lab.unlessSkipped('time', shiftClocks({ monotonic: DAY, boottime: 10 * DAY }));
  const process = await lab.start({ calls: [...calls, shellThatStays(CLOCKS)], stdio: ['null', 'pipe', 'pipe'] });
  const [uptime, monotonic, wall] = (await lab.hear(process, SHOWN, 3)).split('\n').map(Number.parseFloat);
  // #endregion
  await lab.observe('during', hostFile(`/proc/${process.pid}/timens_offsets`), madeBy(process, 'write'));
  await lab.check('uptime, in days ahead of the host’s', 10, daysAhead(uptime, uptimeOutside()));
  await lab.check('monotonic clock, in days ahead', 1, daysAhead(monotonic, globalThis.process.hrtime()[0]));
  await lab.check('wall clock, in days ahead', 0, daysAhead(wall, Date.now() / 1000));
}

function uptimeOutside(): number {
  return Number.parseFloat(hostFile('/proc/uptime').value ?? '');
}

function daysAhead(inside: number | undefined, outside: number): number {
  return Math.round(((inside ?? Number.NaN) - outside) / DAY);
}
