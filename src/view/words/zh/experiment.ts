import type { Summary } from '../../run/items.js';
import type { experiment as english } from '../en/experiment.js';

export const experiment: typeof english = {
  title: '对照实验',
  intro: (steps) => `这个实验运行两次：一次有 ${steps} 的调用，一次没有。下面是两次的不同之处。`,
  heldIntro: (steps) => `这个实验只运行一次，没有 ${steps} 的调用，并让进程停住。不加 --hold 则运行两次并对照。`,
  withIt: '有',
  withoutIt: '没有',
  inBoth: (check) => `两次都是：${check}`,
  notReached: '（没有做到这里）',
  outcome: (steps, { with: one, without: other }) =>
    `没有 ${steps}：${countBroken(other)}；有它：${countBroken(one)}。`,
  same: (steps) => `另外 ${steps} 步两次结果相同。`,
};

function countBroken({ held, broken: { length: broken } }: Summary): string {
  return broken === 0 ? `全部 ${held} 项检查成立` : `${held + broken} 项检查中有 ${broken} 项不成立`;
}
