import type { LabStarted, StepStarted } from '../../lab/events.js';
import type { FoldedCalls, Summary } from '../arrange/items.js';
import * as english from '../words.js';

/** The languages that pages are written in; each has its own folder of lessons. */
export const LANGUAGES = ['en', 'zh'] as const;

export type Language = (typeof LANGUAGES)[number];

const times = (count: number) => ` ×${count}`;

const EN = {
  name: 'English',
  site: 'Linux containers, out of real system calls',
  about: 'A container is a list of system calls. Each lesson makes some of them and looks at what the kernel says.',
  lessons: 'Lessons',
  allLessons: 'All lessons',
  skipToText: 'Skip to the text',
  contents: 'Contents',
  languages: 'Languages',
  notTranslated: 'This lesson is not translated yet.',
  theme: 'Light or dark',
  lessonNavigation: 'Other lessons',
  previous: 'Previous',
  next: 'Next',
  minutes: (count: number) => `${count} minutes`,
  inDocker: 'With Docker',
  inOci: 'In config.json (OCI)',
  linkTo: (title: string) => `Link to “${title}”`,
  step: 'Step',
  code: 'Code',
  table: 'Table',
  note: 'Note',
  warning: 'Careful',
  hint: (stage: number) => `Hint ${stage}`,
  predict: 'What do you expect?',
  commit: 'That is my answer',
  answer: 'The answer',
  diagram: 'Diagram',
  transcript: (step: string, skip?: string) =>
    `A recorded run, step ${step}${skip === undefined ? '' : `, with --skip ${skip}`}`,
  recordedRun: 'What a run told here',
  run: 'Run',
  runLab: 'Run this lab',
  runHere: 'Run to here',
  stop: 'Stop',
  skip: 'Leave out the calls of',
  options: 'Options',
  output: 'What the lab tells',
  read: 'read',
  held: 'held',
  failed: 'failed',
  progress: { read: 'read', held: 'all checks held', failed: 'checks failed' },
  place: { host: 'on the host', container: 'in the container' },
  when: { before: 'before', during: 'now', after: 'after' },
  sameBeforeAndAfter: 'the same before and after',
  change: 'change',
  mark: { added: 'added', removed: 'removed', changed: 'changed', same: '', folded: '' },
  changedBy: 'changed by',
  missing: '(does not exist)',
  empty: '(empty)',
  linesSame: (count: number) => `… ${count} lines the same`,
  linesMore: (count: number) => `… ${count} lines more`,
  newCall: 'new',
  isNew: 'new, compared with the steps before',
  noReturn: 'does not return',
  errorOutput: 'error output',
  samples: (count: number, least: string, most: string) => `${count} samples, from ${least} to ${most}`,
  time: 'time',
  sample: 'sample',
  unit: { cpu: 'share of one CPU', bytes: 'memory', s: 'time' } as Record<string, string | undefined>,
  expected: 'expected',
  got: 'got',
  machine: english.describeMachine as (lab: LabStarted) => string,
  leftOut: english.leftOut as (step: StepStarted) => string | undefined,
  folded: (item: FoldedCalls) => english.countFolded(item, times),
  verdict: english.verdict as (end: Summary) => string,
  skipped: english.skippedSentence as (end: Summary) => string,
};

/** Every word of a page that is not the lesson's own. */
export type Words = typeof EN;

const ZH: Words = {
  name: '中文',
  site: '用真正的系统调用构建 Linux 容器',
  about: '容器就是一串系统调用。每一课执行其中的几个，再看内核怎么说。',
  lessons: '课程',
  allLessons: '全部课程',
  skipToText: '跳到正文',
  contents: '目录',
  languages: '语言',
  notTranslated: '这一课还没有中文版。',
  theme: '浅色或深色',
  lessonNavigation: '其他课程',
  previous: '上一课',
  next: '下一课',
  minutes: (count) => `${count} 分钟`,
  inDocker: '对应的 Docker 选项',
  inOci: 'config.json（OCI）中的字段',
  linkTo: (title) => `“${title}”的链接`,
  step: '步骤',
  code: '代码',
  table: '表格',
  note: '说明',
  warning: '注意',
  hint: (stage) => `提示 ${stage}`,
  predict: '你认为会怎样？',
  commit: '这就是我的答案',
  answer: '答案',
  diagram: '示意图',
  transcript: (step, skip) => `一次运行的记录，步骤 ${step}${skip === undefined ? '' : `，使用 --skip ${skip}`}`,
  recordedRun: '一次运行在这一步的记录',
  run: '运行',
  runLab: '运行这个实验',
  runHere: '运行到这里',
  stop: '停止',
  skip: '略去这些步骤的调用',
  options: '选项',
  output: '实验的输出',
  read: '已读',
  held: '成立',
  failed: '不成立',
  progress: { read: '已读', held: '全部检查成立', failed: '有检查不成立' },
  place: { host: '在宿主机上', container: '在容器内' },
  when: { before: '之前', during: '此刻', after: '之后' },
  sameBeforeAndAfter: '前后相同',
  change: '变化',
  mark: { added: '新增', removed: '消失', changed: '改变', same: '', folded: '' },
  changedBy: '改变它的调用：',
  missing: '（不存在）',
  empty: '（空）',
  linesSame: (count) => `… ${count} 行相同`,
  linesMore: (count) => `… 另有 ${count} 行`,
  newCall: '新调用',
  isNew: '新调用，与前面的步骤相比',
  noReturn: '不返回',
  errorOutput: '错误输出',
  samples: (count, least, most) => `${count} 个采样，从 ${least} 到 ${most}`,
  time: '时间',
  sample: '采样',
  unit: { cpu: '占一个 CPU 的份额', bytes: '内存', s: '时间' },
  expected: '预期',
  got: '实际',
  machine: describeMachine,
  leftOut,
  folded: countFolded,
  verdict,
  skipped: skippedSentence,
};

/** The words in a language; English where there are none. */
export function wordsIn(language: string): Words {
  return language === 'zh' ? ZH : EN;
}

function describeMachine({ cgroup, root, rootfs }: LabStarted): string {
  const from = rootfs === undefined ? '' : `；根文件系统：${rootfs}`;
  return `控制组：${cgroup}；${root ? '以 root 身份运行' : '没有 root 权限，在用户命名空间中运行'}${from}`;
}

function leftOut({ id, skipped, impossible }: StepStarted): string | undefined {
  if (impossible) return `这台机器做不到：${impossible}`;
  return skipped ? `有意略去 (--skip ${id})` : undefined;
}

function countFolded({ repeated, housekeeping }: FoldedCalls): string {
  const counts = (names: readonly string[]) =>
    [...new Set(names)].map((name) => countOf(name, names.filter((other) => other === name).length)).join('、');
  if (repeated.length === 0) return `${housekeeping.length} 个辅助调用`;
  const more = housekeeping.length > 0 ? `；另有 ${housekeeping.length} 个辅助调用` : '';
  return `${repeated.length} 个调用同前：${counts(repeated.map(({ name }) => name))}${more}`;
}

function countOf(name: string, count: number): string {
  return count === 1 ? name : name + times(count);
}

function verdict({ status, held, broken }: Summary): string {
  const all = held + broken.length;
  const word = { held: '成立', failed: '不成立', impossible: '在这台机器上做不到' }[status];
  if (all === 0) return word;
  if (broken.length > 0) return `${word}：${all} 项检查中有 ${broken.length} 项不成立`;
  return status === 'held' ? `${word}：全部 ${all} 项检查` : `${word}；在此之前 ${all} 项检查成立`;
}

function skippedSentence({ skipped, broken }: Summary): string {
  if (!skipped?.length) return '';
  const consequence = broken.length > 0 ? '因此这些检查不成立：' : '没有它们，全部检查仍然成立。';
  return `有意略去：${skipped.join('、')}；${consequence}`;
}
