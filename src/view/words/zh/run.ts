import type { LabStarted } from '../../../lab/events.js';
import { messageIn, nameIn } from '../../../lesson/names.js';
import type { Summary } from '../../run/items.js';
import type { run as english } from '../en/run.js';

const plain: typeof english.plain = {
  semicolon: '；',
  lab: (id, title) => `实验 ${id}：${title}。`,
  machine: (machine) => `这台机器：${machine}。`,
  step: ({ number, title, id }) => `第 ${number} 步：${title} (${id})。`,
  now: '内容',
  bothTimes: '前后',
  changedBy: '改变它的调用',
  labelled: (label, text) => `${label}：${text}`,
  linesMore: (count) => `另有 ${count} 行`,
  times: (count) => ` ${count} 次`,
  call,
  folded: (by, count) => `${by}：${count}。`,
  command: '命令',
  output: { stdout: '输出', stderr: '错误输出' },
  measured: (name, value) => `测得 ${name}：${value}`,
  samples: (count, range) => `${count} 个采样，从 ${range}`,
  check: { held: '检查成立', failed: '检查不成立' },
  inStep: (step, check) => `步骤 ${step}，${check}`,
  end: (id, verdict) => `实验 ${id} ${verdict}。`,
  remedy: '解决办法',
};

export const run: typeof english = {
  named,
  said: (english) => messageIn('zh', english),
  colon: '：',
  comma: '、',
  sentence: (text) => (/[.。]$/.test(text) ? text : `${text}。`),
  machine,
  impossible: (why) => `这台机器做不到：${why}`,
  skipped: (step) => `有意略去 (--skip ${step})`,
  from: { host: '在宿主机上', container: '在容器内' },
  before: '之前',
  after: '之后',
  asBefore: '与之前相同',
  same: '前后相同',
  missing: '（不存在）',
  empty: '（空）',
  linesMore: (count) => `另有 ${count} 行`,
  linesSame: (count) => `${count} 行相同`,
  repeated,
  taught: (calls, { lab, by }) => `${calls} 个调用同实验 ${lab.slice(0, 2)}：${by}`,
  housekeeping: (calls, topics) => `${calls} 个辅助调用（${topics}）`,
  topics: { signals: '信号', descriptors: '文件描述符', files: '文件', seal: '密封' },
  noReturn: '不返回',
  existsAlready: '已经存在',
  range: (least, most) => `${least} 到 ${most}`,
  expected: (value) => `预期 ${value}，`,
  got: (value) => `实际 ${value}`,
  guess: {
    answer: (answer) => `答案：${answer}`,
    right: (answer) => `你答对了：${answer}`,
    wrong: (letter, answer) => `你选的是 ${letter})，正确答案是 ${answer}`,
  },
  verdict,
  consequence,
  note: (text) => `，${text}`,
  marks: '（- 之前，+ 之后）',
  legendNew: '新调用（与这个实验此前的调用相比）',
  leftAt: (lab, step, steps) => `${lab}：在第 ${step} 步退出，共 ${steps} 步`,
  calls: (all, novel, names) =>
    novel === 0 ? `${all} 个调用，没有新的` : `${all} 个调用，其中 ${novel} 个是新的：${names}`,
  course: {
    predicted: (asked, missed) =>
      `你预测了 ${asked} 次，**答对 ${asked - missed.length} 次**${missed.length > 0 ? `；没答对的：${missed.join('、')}` : ''}。`,
    again: (command) => `一步不略：\`${command}\``,
    breakIt: (command) => `动手破坏：\`${command}\``,
    read: (command) => `读这一课：\`${command}\``,
    nextLab: (command) => `下一个：\`${command}\``,
  },
  plain,
  prompt: {
    question: (question) => `问题：${question}`,
    choose: (letters) => `想一想，选一个：${letters}，或按空格`,
    more: (lines) => `空格：还有 ${lines} 行`,
    goOn: '空格：继续',
    trace: 't：调用',
    screen: 'd：全屏',
    keys: '?：按键',
    quit: 'q：结束',
    plainKeys: (keys) => `${keys}；按 q 结束。`,
    help: [
      ['空格、回车', '继续：这一步余下的部分，或下一步'],
      ['a、b、c …', '你预计会怎样；然后由内核回答'],
      ['t', '这一步的全部调用，以及内核的返回值'],
      ['s', '在这一步还活着的容器里打开 shell；用 exit 返回'],
      ['h', '在另一个终端里用哪些命令查看它的进程'],
      ['d', '全屏显示这次运行，一次一页，可以往回翻；按 d 或 q 回到这里'],
      ['q', '到此结束实验；宿主机保持原样'],
    ],
    held: '按键之前，这些进程一直活着。在另一个终端里：',
    heldAgain: '这一步的程序已经结束。用同样的调用重新做出的容器一直活着，直到按键。在另一个终端里：',
    nothingHeld: (step) => `这一步没有活着的进程。请看它的调用和返回值：\`--from ${step}\`，再按 \`t\`。`,
    shell: 's：打开 shell',
    commands: 'h：查看',
    shellIn: (pid) =>
      pid === undefined
        ? '宿主机上的 shell：停住的进程里没有 shell。用 `exit` 返回。'
        : `进程 ${pid} 所在之处的 shell。用 \`exit\` 返回。`,
  },
};

function named(english: string): string {
  return nameIn('zh', english);
}

function machine({ cgroup, root, rootfs }: LabStarted): string {
  const from = rootfs === undefined ? '' : `；根文件系统：${named(rootfs)}`;
  return `控制组：${cgroup}；${root ? '以 root 身份运行' : '没有 root 权限，在用户命名空间中运行'}${from}`;
}

function repeated(calls: number, names: string, housekeeping: number): string {
  return `${calls} 个调用同前：${names}${housekeeping > 0 ? `；另有 ${housekeeping} 个辅助调用` : ''}`;
}

// A lab that has failed without a check that did not hold has been interrupted, or ended by an error.
const STATUS = { held: '成立', failed: '没有做完', impossible: '在这台机器上做不到' };

function verdict({ status, held, broken }: Summary): string {
  const all = held + broken.length;
  if (broken.length > 0) return `不成立：${all} 项检查中有 ${broken.length} 项不成立`;
  if (all === 0) return STATUS[status];
  return status === 'held' ? `成立：全部 ${all} 项检查` : `${STATUS[status]}；在此之前 ${all} 项检查成立`;
}

function consequence(skipped: readonly string[], broken: number): string {
  const result = broken > 0 ? '因此这些检查不成立：' : '全部检查仍然成立。';
  return `有意略去：${skipped.join('、')}；${result}`;
}

function call({ by, text, isNew, failed, result, around }: Parameters<typeof english.plain.call>[0]): string {
  const returned = result === undefined ? '不返回' : `${failed ? '失败，' : ''}结果 ${result}`;
  const [before, after] = around;
  const more = before === undefined ? '' : `；在它之前 ${before}，之后 ${after}`;
  return `${by} 的${isNew ? '新' : ''}调用：${text}，${returned}${more}`;
}
