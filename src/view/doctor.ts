import {
  type Concerned,
  type DoctorReport,
  type Finding,
  type LabVerdict,
  type Problem,
  sharedRemedies,
} from '../doctor/report.js';
import { type Screen, screenOf, verdictMark, withMargin } from './terminal/screen.js';
import { visibleAll } from './text/visible.js';
import { padToWidth } from './text/width.js';
import { wrap } from './text/wrap.js';
import type { Sink } from './view.js';
import { type Words, wordsIn } from './words/index.js';

/** The report of `tslab doctor` for a terminal: the machine, the labs, and what to do. No line is wider than the sink, but for commands. */
export function renderDoctor(report: DoctorReport, sink: Sink): string[] {
  const screen = screenOf(sink);
  const { doctor } = screen.words;
  const { machine, labs } = visibleAll(report);
  const causes = causesOf(labs);
  return [
    screen.paint.bold(doctor.machine),
    ...machine.flatMap((finding) => formatFinding(finding, screen)),
    '',
    screen.paint.bold(doctor.labs),
    ...labs.flatMap((lab) => formatLab(lab, causes, screen)),
    ...causes.flatMap((cause, index) => ['', ...formatCause(cause, index + 1, screen)]),
    '',
    ...wrap([{ text: summary(labs, screen.words), paint: screen.paint.bold }], screen.width),
  ];
}

/** The same as linear text, one thing a line, for `--plain`. */
export function renderDoctorPlain(report: DoctorReport, words = wordsIn()): string[] {
  const { machine, labs } = visibleAll(report);
  return [
    words.sentence(words.doctor.machine),
    ...machine.flatMap((finding) => plainFinding(finding, words)),
    ...labs.flatMap((lab) => plainLab(lab, words)),
    '',
    summary(labs, words),
  ];
}

/** `3 labs: 1 can run, 2 cannot.` */
function summary(labs: readonly LabVerdict[], { doctor }: Words): string {
  const verdicts = (['can run', 'can run partly', 'cannot'] as const).map((verdict) => {
    return { verdict, count: labs.filter((lab) => lab.verdict === verdict).length };
  });
  const counts = verdicts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => doctor.count(count, doctor.verdict[verdict]));
  return doctor.summary(labs.length, counts);
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

function formatFinding({ name, value, state, remedies = [] }: Finding, screen: Screen): string[] {
  const mark = { yes: verdictMark(true, screen), no: verdictMark(false, screen), note: '-' }[state];
  const { said } = screen.words;
  const text = padToWidth(said(name), NAME_WIDTH) + said(value);
  return [
    ...withMargin(mark, wrap([{ text }], screen.width - 2, NAME_WIDTH)),
    ...remedies.flatMap((remedy) => formatRemedy(said(remedy), screen)),
  ];
}

const LAB_WIDTH = 20;

/** The verdict, and the numbers of the causes below. */
function formatLab({ id, verdict, problems }: LabVerdict, causes: readonly Cause[], screen: Screen): string[] {
  const { paint, words } = screen;
  const [mark, color] = {
    'can run': [verdictMark(true, screen), paint.green.bold] as const,
    'can run partly': [paint.yellow.bold('~'), paint.yellow.bold] as const,
    cannot: [verdictMark(false, screen), paint.red.bold] as const,
  }[verdict];
  const numbers = problems.map(({ why }) => causes.findIndex(({ problem }) => problem.why === why) + 1);
  const because = numbers.length > 0 ? words.doctor.see(numbers) : '';
  const spans = [
    { text: padToWidth(id, LAB_WIDTH) },
    { text: words.doctor.verdict[verdict], paint: color },
    { text: because },
  ];
  return withMargin(mark, wrap(spans, screen.width - 2, LAB_WIDTH));
}

function formatCause({ problem, labs }: Cause, number: number, screen: Screen): string[] {
  const { paint, width, words } = screen;
  const paragraph = (text: string) => withMargin(' ', wrap([{ text }], width - 2));
  const why = wrap([{ text: words.said(problem.why), paint: paint.bold }], width - 2);
  return [
    ...withMargin(paint.bold(String(number)), why),
    ...problem.evidence.flatMap(paragraph),
    ...labs
      .flatMap(({ id, problem: { without } }) => without.map((text) => id + words.colon + words.said(text)))
      .flatMap(paragraph),
    ...sharedRemedies(labs).flatMap((remedy) => formatRemedy(words.said(remedy), screen)),
  ];
}

/** Commands are copied by hand or by mouse: one that fits stays in one line, each line of several in its own. */
function formatRemedy(remedy: string, { paint, symbols, width }: Screen): string[] {
  const lines = remedy.split('\n').flatMap((text) => wrap([{ text, paint: paint.cyan }], width - 4, 2));
  return withMargin(' ', withMargin(paint.cyan.bold(symbols.remedy), lines));
}

function plainFinding({ name, value, state, remedies = [] }: Finding, words: Words): string[] {
  const { doctor, plain, said } = words;
  const fact = plain.labelled(said(name) + (state === 'no' ? doctor.missing : ''), said(value));
  return [fact, ...plainRemedies(remedies, words)];
}

function plainLab({ id, verdict, problems }: LabVerdict, words: Words): string[] {
  const { plain, doctor } = words;
  return ['', plain.end(id, doctor.verdict[verdict]), ...problems.flatMap((problem) => plainProblem(problem, words))];
}

function plainProblem({ why, evidence, without, remedies }: Problem, words: Words): string[] {
  const { doctor, plain, said } = words;
  return [
    plain.labelled(doctor.why, said(why)),
    ...evidence.map((text) => plain.labelled(doctor.evidence, text)),
    ...without.map((text) => plain.labelled(doctor.without, said(text))),
    ...plainRemedies(remedies, words),
  ];
}

function plainRemedies(remedies: readonly string[], { plain, said }: Words): string[] {
  return remedies.flatMap((remedy) => said(remedy).split('\n')).map((line) => plain.labelled(plain.remedy, line));
}
