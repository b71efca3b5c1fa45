const EN = {
  starting: 'Starting the lab …',
  waiting: (before: number) =>
    before === 1 ? 'Waiting: one other run of this lab comes first.' : `Waiting: ${before} other runs come first.`,
  running: 'Running',
  stopping: 'Stopping: the lab tidies up …',
  held: (checks: number) => `All ${checks} checks held.`,
  failed: (broken: number, checks: number) => `${broken} of ${checks} checks did not hold.`,
  noChecks: 'Ended.',
  impossible: 'Not possible on this machine.',
  stopped: (told: string) => `Stopped. ${told}`,
  upTo: (title: string, told: string) => `Run to the end of “${title}”. ${told}`,
  refused: 'Nothing was run:',
  broken: 'The run broke off:',
  gone: 'The server is gone. Is tslab serve still running? What the kernel had said until then stays below.',
  unreachable: 'The server does not answer. Start tslab serve, open the address that it shows, or try again.',
  locked:
    'This server does not know this page: it was started anew. Open the address with the token that its terminal shows.',
  again: 'Try again',
  answerFirst: 'Here the kernel answers. Make up your mind above first.',
  showAnyway: 'Show it without an answer',
  showAll: 'Show all without answers',
  committed: 'Your answer stands. Now let the kernel answer: run the lab to here.',
  agrees: (actual: string) => `The kernel agrees. It says: ${actual}`,
  disagrees: (actual: string) => `The kernel says otherwise: ${actual}`,
  unclear: (actual: string) => `In this run the kernel says: ${actual}. That is none of the answers.`,
  noKernel: (isRight: boolean): string => (isRight ? 'Right.' : 'Not so.'),
  keys: 'Keys',
  keyNext: 'next section',
  keyPrevious: 'section before',
  keyRun: 'run the lab up to this section; above the first one, all of it',
  keyStop: 'stop the run',
  keyTheme: 'light or dark',
  keyHelp: 'this list',
  close: 'Close',
};

/** What the script says to the reader. */
export type Words = typeof EN;

const ZH: Words = {
  starting: '正在启动实验……',
  waiting: (before) => `正在排队：前面还有 ${before} 次运行。`,
  running: '正在运行',
  stopping: '正在停止：实验在清理……',
  held: (checks) => `全部 ${checks} 项检查成立。`,
  failed: (broken, checks) => `${checks} 项检查中有 ${broken} 项不成立。`,
  noChecks: '已结束。',
  impossible: '这台机器做不到。',
  stopped: (told) => `已停止。${told}`,
  upTo: (title, told) => `已运行到“${title}”。${told}`,
  refused: '没有运行：',
  broken: '运行中断：',
  gone: '服务器不见了。tslab serve 还在运行吗？内核在此之前说的话仍保留在下面。',
  unreachable: '服务器没有回应。请启动 tslab serve 并打开它给出的地址，或者重试。',
  locked: '服务器不认识这个页面：它重新启动过。请打开终端里带令牌的地址。',
  again: '重试',
  answerFirst: '内核的回答在这里。请先在上面选好你的答案。',
  showAnyway: '不回答，直接看',
  showAll: '不回答，全部显示',
  committed: '答案已选定。现在让内核来回答：把实验运行到这里。',
  agrees: (actual) => `内核同意。它说：${actual}`,
  disagrees: (actual) => `内核不这样说：${actual}`,
  unclear: (actual) => `这一次内核说：${actual}。这不是其中任何一个答案。`,
  noKernel: (isRight) => (isRight ? '对。' : '不对。'),
  keys: '快捷键',
  keyNext: '下一节',
  keyPrevious: '上一节',
  keyRun: '把实验运行到这一节；在第一节之前则运行全部',
  keyStop: '停止运行',
  keyTheme: '浅色或深色',
  keyHelp: '这个列表',
  close: '关闭',
};

/** The words in the language of the page; English where there are none. */
export function wordsIn(language: string): Words {
  return language.startsWith('zh') ? ZH : EN;
}
