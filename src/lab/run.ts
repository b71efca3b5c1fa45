import { SyscallError } from '../kernel/syscall-error.js';
import { UserError } from '../kernel/user-error.js';
import { detectLayout } from '../probe/cgroups.js';
import { readMountinfo } from '../probe/mountinfo.js';
import { takeSnapshot } from '../probe/snapshot.js';
import { errnoName, here, notWritable } from '../state/directories.js';
import type { LabDefinition, LabRequest, Telling } from './definition.js';
import type { Check, LabEnded, LabEvent, LabStarted } from './events.js';
import { compareHost, HOST_STEP } from './host.js';
import { askDoctor } from './impossible.js';
import { Lab } from './lab.js';
import { type Lesson, loadLesson } from './lesson.js';

/** Runs a lab: its events in the reader's language, then the comparison of the host with what it was before, then the end. */
export async function* runLab(definition: LabDefinition, request: LabRequest): Telling {
  checkSkips(definition, request.skip);
  definition.check?.(request.flags);
  const lesson = loadLesson(definition.id, request.language);
  const before = takeSnapshot();
  const lab = new Lab(request);
  const broken: Check[] = [];
  const impossible: string[] = [];
  let stopped: unknown;
  try {
    yield labStarted(definition.id, lesson, lab);
    for await (const event of definition.run(lab, request.flags)) {
      if (event.type === 'check' && !event.held) broken.push(event);
      if (event.type === 'step' && event.impossible) impossible.push(event.id);
      yield narrated(event, lesson);
      request.signal.throwIfAborted();
    }
  } catch (error) {
    stopped = error;
  } finally {
    // Also where whoever watches listens no more.
    stopped = (await failureOf(() => lab.end())) ?? stopped;
  }
  if (isMistake(stopped)) throw stopped;
  // Ctrl-C goes to the containers too: one may have died of it before node has told us.
  if (stopped || broken.length > 0) await lab.sleep(20);
  const host = compareHost(before, takeSnapshot());
  if (!host.held) broken.push(host);
  yield narrated({ type: 'step', id: HOST_STEP, title: HOST_STEP }, lesson);
  yield host;
  if (stopped && !request.signal.aborted) stopped = await explained(stopped, definition.id);
  yield labEnded(definition.id, request, { broken, impossible, stopped });
  if (stopped && !isExpected(stopped, request)) throw stopped;
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
  if (!STORAGE.has(errnoName(stopped) ?? '')) return stopped;
  const { path = here().state } = stopped as NodeJS.ErrnoException;
  return notWritable(path, stopped);
}

const STORAGE = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** Throws UserError (2) where a step to skip does not exist or makes no difference. */
function checkSkips({ id, skippable }: LabDefinition, skip: ReadonlySet<string>): void {
  const unknown = [...skip].filter((step) => !skippable.includes(step));
  if (unknown.length === 0) return;
  const message = `${id} has no step ${unknown.map((step) => `"${step}"`).join(', ')} that can be skipped`;
  throw new UserError(message, 2, `--skip takes: ${skippable.join(', ')}`);
}

function labStarted(id: string, lesson: Lesson, lab: Lab): LabStarted {
  const cgroup = detectLayout(readMountinfo());
  return { type: 'lab', id, title: lesson.title, cgroup, root: lab.privileged, rootfs: lab.rootfs.origin };
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
  readonly broken: readonly Check[];
  readonly impossible: readonly string[];
  readonly stopped: unknown;
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
