import { errorCode } from '../kernel/errors/errno.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { UserError } from '../kernel/errors/user-error.js';
import { type Lesson, loadLesson } from '../lesson/lesson.js';
import { detectLayout } from '../procfs/cgroups.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { takeSnapshot } from '../procfs/snapshot.js';
import { here, notWritable } from '../state/directories.js';
import { checkSkips, checkSteps, type LabDefinition } from './definition.js';
import type { Check, LabEnded, LabEvent, LabStarted } from './events.js';
import { compareHost, HOST_STEP, orphansEnded } from './host.js';
import { Lab } from './lab.js';
import type { LabRequest } from './request.js';
import { NobodyListens, stream, type Tell } from './stream.js';

/** Runs a lab: its events in the reader's language, then the comparison of the host with what it was before, then the end. */
export function runLab(definition: LabDefinition, request: LabRequest): AsyncGenerator<LabEvent, void, void> {
  return stream((tell) => tellLab(definition, request, tell));
}

async function tellLab(definition: LabDefinition, request: LabRequest, tell: Tell<LabEvent>): Promise<void> {
  checkSkips(definition, request.skip, '--skip');
  checkSteps(definition, request.hold ?? [], '--hold');
  definition.check?.(request.flags);
  const lesson = loadLesson(definition.id, request.language);
  const before = takeSnapshot();
  const came: Outcome = { broken: [], impossible: [], stopped: undefined };
  const lab = new Lab(request, async (event) => {
    note(event, came);
    await tell(narrated(event, lesson));
    request.signal.throwIfAborted();
  });
  try {
    await tell({ ...labStarted(definition.id, lesson, lab), directories: directoriesOf(definition, request, lab) });
    await definition.run(lab, request.flags);
    await lab.endStep(HOST_STEP);
  } catch (error) {
    came.stopped = error;
  }
  came.stopped = (await failureOf(() => lab.end())) ?? came.stopped;
  if (isMistake(came.stopped) || came.stopped instanceof NobodyListens) throw came.stopped;
  // Ctrl-C goes to the containers too: one may have died of it before node has told us.
  if (came.stopped || came.broken.length > 0) await lab.sleep(20);
  await orphansEnded();
  const host = compareHost(before, takeSnapshot());
  note(host, came);
  await tell(narrated({ type: 'step', id: HOST_STEP, title: HOST_STEP }, lesson));
  await tell(host);
  if (came.stopped && !request.signal.aborted) came.stopped = await explained(came.stopped, definition.id);
  await tell(labEnded(definition.id, request, came));
  if (came.stopped && !isExpected(came.stopped, request)) throw came.stopped;
}

function note(event: LabEvent, came: Outcome): void {
  if (event.type === 'check' && !event.held) came.broken.push(event);
  if (event.type === 'step' && event.impossible) came.impossible.push(event.id);
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
}

/** What the kernel refused to a lab is looked into by the doctor; what it refused to node is a disk that is full, or read-only. */
async function explained(stopped: unknown, id: string): Promise<unknown> {
  if (stopped instanceof SyscallError) return (await askDoctor(id)) ?? stopped;
  if (!STORAGE.has(errorCode(stopped) ?? '')) return stopped;
  const { path = here().state } = stopped as NodeJS.ErrnoException;
  return notWritable(path, stopped);
}

/**
 * Why a lab that the kernel has stopped cannot run on this machine at all, and what would help, as the doctor says it: a UserError
 * (3). Undefined where the doctor sees no reason.
 */
async function askDoctor(id: string): Promise<UserError | undefined> {
  const { runDoctor } = await import('../doctor/doctor.js');
  const lab = runDoctor().labs.find((one) => one.id === id);
  const problem = lab?.problems.find(({ blocks }) => blocks);
  if (!problem) return undefined;
  return new UserError([...problem.evidence, problem.why].join(': '), 3, problem.remedies.join(', or: '));
}

const STORAGE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

function labStarted(id: string, lesson: Lesson, lab: Lab): LabStarted {
  const cgroup = detectLayout(readMountinfo());
  return { type: 'lab', id, title: lesson.title, cgroup, root: lab.privileged, rootfs: lab.rootfs.origin };
}

/** A root filesystem that somebody named keeps its name. */
function directoriesOf({ temporary }: LabDefinition, { rootfs }: LabRequest, lab: Lab): Record<string, string> {
  const root = rootfs === undefined ? { ROOTFS: lab.rootfs.path } : {};
  return { ...root, ...(temporary ? { TMP: lab.directory } : {}) };
}

/** Gives a step its title and its prose from the lesson; one that is not possible here says why instead. */
function narrated(event: LabEvent, lesson: Lesson): LabEvent {
  if (event.type !== 'step') return event;
  const section = lesson.sections.find(({ id }) => id === event.id);
  if (!section) return event;
  if (event.impossible) return { ...event, title: section.title, prose: `Not possible here: ${event.impossible}` };
  const { title, narration: prose, predict } = section;
  return { ...event, title, prose, ...(predict && { question: predict.question, predict }) };
}

/** What was asked makes no sense (`--rootfs /missing`), so there was no lab. */
function isMistake(error: unknown): boolean {
  return error instanceof UserError && error.status === 2;
}

/** What ends a lab early without being a bug: the kernel said no, this machine cannot, or Ctrl-C. */
function isExpected(error: unknown, request: LabRequest): boolean {
  const impossible = error instanceof UserError && error.status === 3;
  return impossible || error instanceof SyscallError || request.signal.aborted;
}

/** What came of the steps: checks that did not hold, steps that this machine cannot do, what ended the lab early. */
interface Outcome {
  readonly broken: Check[];
  readonly impossible: string[];
  stopped: unknown;
}

function labEnded(id: string, request: LabRequest, came: Outcome): LabEnded {
  const { broken, impossible, stopped } = came;
  const failed = broken.map(({ name }) => name);
  const skipped = [...request.skip];
  return {
    type: 'end',
    id,
    status: stopped instanceof UserError ? 'impossible' : stopped || failed.length > 0 ? 'failed' : 'held',
    ...why(came, request),
    ...(skipped.length > 0 ? { skipped } : {}),
    ...(impossible.length > 0 ? { impossible: [...impossible] } : {}),
    ...(failed.length > 0 ? { failed } : {}),
  };
}

function why({ impossible, stopped }: Outcome, request: LabRequest): { why?: string } {
  if (stopped) return { why: reason(stopped, request) };
  return impossible.length > 0 ? { why: `Not possible here, and left out: ${impossible.join(', ')}.` } : {};
}

function reason(stopped: unknown, request: LabRequest): string {
  if (request.signal.aborted) return 'interrupted';
  const remedy = stopped instanceof UserError && stopped.remedy ? ` Remedy: ${stopped.remedy}` : '';
  const bug = isExpected(stopped, request) ? '' : 'This is a bug in tslab: ';
  return `${bug}${stopped instanceof Error ? stopped.message : stopped}${remedy}`;
}
