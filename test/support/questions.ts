import type { Check, LabEvent } from '../../src/lab/events.js';
import { agrees } from '../../src/lesson/agrees.js';
import type { Lesson, Section } from '../../src/lesson/lesson.js';
import type { Predict } from '../../src/lesson/predict.js';
import { tellsOfStep } from './anatomy.js';

/** Questions of a lesson whose marked answer is not what the kernel said in a run: what is wrong with each, in a sentence. */
export function wrongAnswers(lesson: Lesson, events: readonly LabEvent[]): string[] {
  return lesson.sections.flatMap((section) => (section.predict ? judge(lesson, section, events) : []));
}

function judge(lesson: Lesson, section: Section, events: readonly LabEvent[]): string[] {
  const predict = section.predict as Predict;
  const where = `${lesson.file}:${predict.line}`;
  if (!tellsOfStep(section)) return [`${where}: a question outside of a step, which no check answers`];
  const check = events.find((event) => isCheck(event, section, predict));
  if (check?.type !== 'check') return [`${where}: the step ${section.id} has no check "${predict.check}"`];
  const agreeing = predict.choices.filter((choice) => agrees(choice, check.actual));
  const right = predict.choices.filter((choice) => choice.right);
  const same = agreeing.length === 1 && agreeing[0] === right[0];
  return same ? [] : [`${where}: the kernel said "${check.actual}", which is what ${agreeing.length} choices say`];
}

function isCheck(event: LabEvent, { id }: Section, { check }: Predict): event is Check {
  return event.type === 'check' && event.step === id && event.name === check;
}
