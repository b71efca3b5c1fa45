import type { DoctorReport, Finding, LabVerdict, Problem } from '../doctor/report.js';
import { type Concerned, sharedRemedies } from '../doctor/report.js';
import { type Screen, screenOf, withMargin } from './terminal/screen.js';
import { visibleAll } from './text/visible.js';
import { padToWidth } from './text/width.js';
import { wrap } from './text/wrap.js';
import type { Sink } from './view.js';

/** The report of `tslab doctor` for a terminal: the machine, the labs, and what to do. No line is wider than the sink, but for commands. */
export function renderDoctor(report: DoctorReport, sink: Sink): string[] {
  const screen = screenOf(sink);
  const { machine, labs } = visibleAll(report);
  const causes = causesOf(labs);
  return [
    screen.paint.bold('This machine'),
    ...machine.flatMap((finding) => formatFinding(finding, screen)),
    '',
    screen.paint.bold('Labs'),
    ...labs.flatMap((lab) => formatLab(lab, causes, screen)),
    ...causes.flatMap((cause, index) => ['', ...formatCause(cause, index + 1, screen)]),
    '',
    ...wrap([{ text: summary(labs), paint: screen.paint.bold }], screen.width),
  ];
}

/** The same as linear text, one thing a line, for `--plain`. */
export function renderDoctorPlain(report: DoctorReport): string[] {
  const { machine, labs } = visibleAll(report);
  return ['This machine.', ...machine.map(plainFinding), ...labs.flatMap(plainLab), '', summary(labs)];
}

/** `3 labs: 1 can run, 2 cannot.` */
function summary(labs: readonly LabVerdict[]): string {
  const verdicts = (['can run', 'can run partly', 'cannot'] as const).map((verdict) => {
    return { verdict, count: labs.filter((lab) => lab.verdict === verdict).length };
  });
  const counts = verdicts.filter(({ count }) => count > 0).map(({ verdict, count }) => `${count} ${verdict}`);
  return `${labs.length} labs: ${counts.join(', ')}.`;
}

/** Something that is missing, with all the labs that miss it. */
interface Cause {
  readonly problem: Problem;
  readonly labs: readonly Concerned[];
}

function causesOf(labs: readonly LabVerdict[]): Cause[] {
  const all = labs.flatMap(({ id, problems }) => problems.map((problem) => ({ id, problem })));
  const firsts = all.filter(({ problem }, index) => all.findIndex((one) => one.problem.why === problem.why) === index);
  return firsts.map(({ problem }) => ({ problem, labs: all.filter((one) => one.problem.why === problem.why) }));
}

const NAME_WIDTH = 12;

function formatFinding({ name, value, state }: Finding, screen: Screen): string[] {
  const mark = { yes: okMark(screen), no: badMark(screen), note: '-' }[state];
  const text = padToWidth(name, NAME_WIDTH) + value;
  return withMargin(mark, wrap([{ text }], screen.width - 2, NAME_WIDTH));
}

const LAB_WIDTH = 20;

/** The verdict, and the numbers of the causes below. */
function formatLab({ id, verdict, problems }: LabVerdict, causes: readonly Cause[], screen: Screen): string[] {
  const { paint } = screen;
  const [mark, color] = {
    'can run': [okMark(screen), paint.green.bold] as const,
    'can run partly': [paint.yellow.bold('~'), paint.yellow.bold] as const,
    cannot: [badMark(screen), paint.red.bold] as const,
  }[verdict];
  const numbers = problems.map(({ why }) => causes.findIndex(({ problem }) => problem.why === why) + 1);
  const because = numbers.length > 0 ? `, see ${numbers.join(' and ')} below` : '';
  const spans = [{ text: padToWidth(id, LAB_WIDTH) }, { text: verdict, paint: color }, { text: because }];
  return withMargin(mark, wrap(spans, screen.width - 2, LAB_WIDTH));
}

function formatCause({ problem, labs }: Cause, number: number, screen: Screen): string[] {
  const { paint, width, unicode } = screen;
  const paragraph = (text: string) => withMargin(' ', wrap([{ text }], width - 2));
  const why = wrap([{ text: problem.why, paint: paint.bold }], width - 2);
  return [
    ...withMargin(paint.bold(String(number)), why),
    ...problem.evidence.flatMap(paragraph),
    ...labs.flatMap(({ id, problem: { without } }) => without.map((text) => `${id}: ${text}`)).flatMap(paragraph),
    ...sharedRemedies(labs).flatMap((remedy) => formatRemedy(remedy, unicode ? '→' : '>', screen)),
  ];
}

/** Commands are copied by hand or by mouse: one that fits stays in one line, each line of several in its own. */
function formatRemedy(remedy: string, arrow: string, { paint, width }: Screen): string[] {
  const lines = remedy.split('\n').flatMap((text) => wrap([{ text, paint: paint.cyan }], width - 4, 2));
  return withMargin(' ', withMargin(paint.cyan.bold(arrow), lines));
}

function okMark({ paint, symbols }: Screen): string {
  return paint.green.bold(symbols.held);
}

function badMark({ paint, symbols }: Screen): string {
  return paint.red.bold(symbols.broken);
}

function plainFinding({ name, value, state }: Finding): string {
  return `${name}${state === 'no' ? ', something is missing' : ''}: ${value}`;
}

function plainLab({ id, verdict, problems }: LabVerdict): string[] {
  return ['', `Lab ${id} ${verdict}.`, ...problems.flatMap(plainProblem)];
}

function plainProblem({ why, evidence, without, remedies }: Problem): string[] {
  return [
    `why: ${why}`,
    ...evidence.map((said) => `the kernel said: ${said}`),
    ...without.map((text) => `without it: ${text}`),
    ...remedies.flatMap((remedy) => remedy.split('\n')).map((line) => `remedy: ${line}`),
  ];
}
