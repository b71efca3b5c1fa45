import { ENGLISH as ENGLISH_RUN } from './en.js';
import type { Words } from './words.js';
import { CHINESE as CHINESE_RUN } from './zh.js';

/** The words that a reader adds to a lesson, in the lesson's language. */
export interface Wording {
  readonly contents: string;
  readonly predict: string;
  readonly answer: string;
  readonly note: string;
  readonly warning: string;
  readonly diagram: string;
  readonly table: string;
  readonly code: string;
  readonly endOfCode: string;
  readonly section: string;
  readonly colon: string;
  /** Of the recorded runs. */
  readonly run: Words;
  minutes(count: number): string;
  hint(stage: number): string;
  /** How to see the answer: two commands. */
  answerWithheld(command: string): string;
  hintsWithheld(count: number, command: string): string;
  oneSection(command: string): string;
  tooWide(needed: number, columns: number): string;
  notDrawn(): string;
  recorded(command: string, step: string): string;
  nextSection(command: string): string;
  notRecorded(command: string): string;
}

const ENGLISH: Wording = {
  contents: 'Contents',
  predict: 'What do you expect?',
  answer: 'Answer',
  note: 'Note',
  warning: 'Warning',
  diagram: 'Diagram',
  table: 'Table',
  code: 'Code',
  endOfCode: 'End of code.',
  section: 'Section',
  colon: ': ',
  run: ENGLISH_RUN,
  minutes: (count) => `${count} ${count === 1 ? 'minute' : 'minutes'}`,
  hint: (stage) => `Hint ${stage}`,
  answerWithheld: (command) => `The answer comes with \`${command}\`.`,
  hintsWithheld: (count, command) => `${count === 1 ? 'One hint' : `${count} hints`}, the next with \`${command}\`.`,
  oneSection: (command) => `\`${command}\` shows one of them.`,
  tooWide: (needed, columns) => `(${needed} columns wide; this terminal has ${columns}.)`,
  notDrawn: () => 'Drawn in characters, which do not read aloud; without --plain it is shown.',
  recorded: (command, step) => `Recorded run of ${command}, step ${step}`,
  nextSection: (command) => `Next: \`${command}\``,
  notRecorded: (command) => `There is no recording of this yet. \`${command}\` shows it.`,
};

const CHINESE: Wording = {
  contents: '目录',
  predict: '你认为会怎样？',
  answer: '答案',
  note: '说明',
  warning: '注意',
  diagram: '示意图',
  table: '表格',
  code: '代码',
  endOfCode: '代码结束。',
  section: '小节',
  colon: '：',
  run: CHINESE_RUN,
  minutes: (count) => `${count} 分钟`,
  hint: (stage) => `提示 ${stage}`,
  answerWithheld: (command) => `想好之后，用 \`${command}\` 看答案。`,
  hintsWithheld: (count, command) => `还有 ${count} 条提示，用 \`${command}\` 看下一条。`,
  oneSection: (command) => `\`${command}\` 只显示其中一节。`,
  tooWide: (needed, columns) => `（宽 ${needed} 列，而终端只有 ${columns} 列。）`,
  notDrawn: () => '这是用字符画的图，不适合朗读；去掉 --plain 即可看到。',
  recorded: (command, step) => `${command} 的运行记录，步骤 ${step}`,
  nextSection: (command) => `下一节：\`${command}\``,
  notRecorded: (command) => `这里还没有运行记录，可以运行 \`${command}\` 来看。`,
};

const WORDINGS: Record<string, Wording> = { en: ENGLISH, zh: CHINESE };

/** The words for a lesson in a language (`zh`); English where there are none. */
export function wordingOf(language: string): Wording {
  return WORDINGS[language] ?? ENGLISH;
}
