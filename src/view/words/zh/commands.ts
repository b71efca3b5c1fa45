import type { commands as english } from '../en/commands.js';

const KINDS: Readonly<Record<string, string>> = {
  cgroup: 'cgroup',
  container: '容器',
  directory: '目录',
  link: '网络接口',
  name: '名字',
  network: '网络',
  preparation: '准备',
  table: '防火墙表',
  volume: '卷',
  mount: '挂载',
  namespace: '命名空间',
  hostname: '主机名',
};

const cleanup: typeof english.cleanup = {
  nothingLeft: '已结束的运行什么也没有留下。',
  left: '已结束的运行留下的：',
  prepared: 'tslab doctor --prepare 做成的：',
  removed: '已删除',
  stillThere: '还在',
  kind: (kind) => KINDS[kind] ?? kind,
  before: '之前',
  now: '现在',
  counted: {
    mount: '这台机器的挂载',
    cgroup: 'tslab 的控制组',
    link: '网络接口',
    process: '进程',
  },
  changes: '发生的变化：',
  change: (what, name, kind) =>
    `${{ appeared: '出现', vanished: '消失', changed: '改变' }[kind]}：${KINDS[what] ?? what} ${name}`,
  preparedInUse: '准备好的东西正在使用：请先结束使用，再运行 tslab cleanup。',
  stuck: (stuck, all) => `${all} 项中有 ${stuck} 项不能删除；下次启动时再试。`,
  inUse: '现在还有的，正由运行中的 tslab 或容器使用。',
  clean: 'tslab 什么也没有留下。',
};

const prepare: typeof english.prepare = {
  lacking: (what) => `这里做不到：${what}`,
  done: 'tslab cleanup 会把它撤销。tslab doctor 说明现在能运行什么。',
  nothing: '这里没有什么要准备的。tslab doctor 说明能运行什么。',
};

export const commands: typeof english = {
  cleanup,
  prepare,
  steps: '步骤：',
  skippable: '可以用 --skip 略去的步骤：',
  unskippable: '其他的，以及为什么不能：',
  none: '无',
  lab: (title, summary) => `${title}：${summary}。`,
  site: (files, kibibytes, directory) =>
    `${directory} 里有 ${files} 个文件，共 ${kibibytes} KiB：任何 Web 服务器都能原样提供它们。`,
  serving: (url, published) =>
    `课程的地址是\n\n  ${url}\n\n请在${published ? '' : '这台机器的'}浏览器里打开它。${published ? '传输没有加密：谁能访问它并看到传输的内容，谁就能在这里运行实验。' : ''}按 Ctrl-C 结束服务器和它运行的实验。`,
};
