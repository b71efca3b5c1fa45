import { createHash } from 'node:crypto';
import type { LabEvent } from '../../src/lab/events.js';

/** Events of a run with what is different in each run made the same: pids, inodes of namespaces, names drawn at random. */
export function normalise(events: readonly LabEvent[]): LabEvent[] {
  const pids = pidsIn(events);
  const names = new Names();
  const text = (value: string) => abridge(renameNumbers(names.renameIn(value), pids));
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(deep);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deep(inner)]));
  };
  return events.map((event) => withNewPids(deep(withoutNarration(event)) as LabEvent, pids));
}

/** What two runs of the same lab have in common: all but figures. */
export function shapeOf(events: readonly LabEvent[]): unknown[] {
  return events
    .filter((event) => !isRetried(event) && !isHeard(event))
    .map((event) => JSON.parse(withoutFigures(JSON.stringify(bare(event)))));
}

/** Digits, the spaces that line them up, and the unit that goes with their size; where a name with a pid is cut off, and what that pid and a busy machine change. */
function withoutFigures(text: string): string {
  const cut = text.replace(/(\.tmp-[^"\\]*\/)[^"\\/]*(\\*"…)/g, '$1$2');
  // Names that fill a page are shorter where the pid before them is longer, and cut off elsewhere; lab 03 says so where the machine was busy.
  const whole = cut.replace(/-{9,}/g, '-').replaceAll(', though without the quota it had to wait, too', '');
  const alike = whole.replace(/ *\d+(\.\d+)?( (ns|µs|ms|s|B|KiB|MiB|GiB|KB|MB|GB)\b)?/g, '0').replace(/0+/g, '0');
  return alike.replace(/:[^:"]*…[^:"]*:/g, ':…:').replace(/([^:"=]*\/layer-0-:)\1+/g, '$1');
}

/** Without what may be more or less from run to run: samples of a measurement, workers of the kernel, complaints. */
function bare(event: LabEvent): unknown {
  if (event.type === 'measure') return { type: event.type, step: event.step, name: event.name, unit: event.unit };
  return event.type === 'output' ? { ...event, text: steadyLines(event.text) } : event;
}

/** Shells that complain at the same time write over each other: `sh: sh: can't fork`. */
function steadyLines(text: string): string[] {
  const whole = text.split('\n').filter((line) => !/\bkworker\//.test(line));
  const lines = whole.map((line) => line.replace(/^(sh: )+/, ''));
  return lines.filter((line, index) => line !== lines[index - 1]);
}

/** Writing FROZEN again until all processes have stopped: as often as it takes. */
function isRetried(event: LabEvent): boolean {
  return event.type === 'syscall' && event.housekeeping === true && event.by === 'tslab';
}

/** Frames that a link carried beside those of interest: the kernel sends some of its own whenever it likes. */
function isHeard(event: LabEvent): boolean {
  return event.type === 'syscall' && event.housekeeping === true && event.name === 'recvfrom';
}

/** What the lesson says is added when the recording is shown, in the reader's language. Nobody reads the arguments of housekeeping. */
function withoutNarration(event: LabEvent): LabEvent {
  if (event.type === 'step') {
    const { prose, question, predict, ...rest } = event;
    return rest;
  }
  return event.type === 'syscall' && event.housekeeping ? { ...event, args: [] } : event;
}

const LONGEST = 3000;

/** A path of a page's length is as clear by its ends. */
function abridge(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 4)}` : text;
}

const FIRST_PID = 4001;

/** New numbers for the pids that the events tell of, in their order. */
function pidsIn(events: readonly LabEvent[]): Map<string, string> {
  const told = events
    .filter(({ type }) => type !== 'lab')
    .flatMap((event) => [...clonedBy(event), ...pidsNamedIn(JSON.stringify(event))]);
  const pids = [...new Set(told)].filter((pid) => Number(pid) > 99);
  return new Map(pids.map((pid, index) => [pid, String(FIRST_PID + index)]));
}

function clonedBy(event: LabEvent): string[] {
  const isClone = event.type === 'syscall' && /^(clone|fork)/.test(event.name);
  return isClone && (event.result ?? 0) > 0 ? [String(event.result)] : [];
}

const PIDS =
  /\/proc\/(\d+)|\.tmp-(\d+)-|\/tslab\/[a-z-]+-(\d+)|\blab\d\d-(\d+)|NSpid:\\t(\d+)|\b[Pp][Ii][Dd] (\d+)|"\[(\d+)\]"|IFLA_NET_NS_PID=(\d+)/g;

function pidsNamedIn(json: string): string[] {
  return [...json.matchAll(PIDS)].flatMap(([, ...groups]) => groups.filter((pid) => pid !== undefined));
}

function renameNumbers(text: string, pids: ReadonlyMap<string, string>): string {
  return text.replace(/(?<![\w.])\d{3,7}(?![\w.])/g, (number) => pids.get(number) ?? number);
}

function withNewPids(event: LabEvent, pids: ReadonlyMap<string, string>): LabEvent {
  if (event.type !== 'syscall') return event;
  const rename = (value: string | number | null) =>
    typeof value === 'number' && pids.has(String(value)) && /^(kill|wait|pidfd_open|clone)/.test(event.name)
      ? Number(pids.get(String(value)))
      : value;
  const result = event.result === undefined ? {} : { result: rename(event.result) as number };
  return { ...event, args: event.args.map(rename), ...result };
}

/** In the place of /proc/sys/kernel/random/boot_id. */
const UUID = '00000000-0000-4000-8000-000000000000';

/** Names that are drawn at random: always the same one for the same, in their order. */
class Names {
  readonly #known = new Map<string, string>();

  renameIn(text: string): string {
    return text
      .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, UUID)
      .replace(/\b40265\d{5}\b/g, (inode) => this.#rename(inode, (index) => String(4026532001 + index)))
      .replace(/(?<=\.tmp-\d+-)\d+-[0-9a-f]{8}/g, (random) => this.#rename(random, hash(8)))
      .replace(/\b(?!0123456789abcdef)(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12,64}\b/g, (id) =>
        this.#rename(id, hash(id.length)),
      );
  }

  #rename(name: string, make: (index: number) => string): string {
    const known = this.#known.get(name) ?? make(this.#known.size);
    this.#known.set(name, known);
    return known;
  }
}

function hash(length: number): (index: number) => string {
  return (index) => createHash('sha256').update(`tslab ${index}`).digest('hex').slice(0, length);
}
