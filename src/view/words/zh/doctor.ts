import type { doctor as english } from '../en/doctor.js';

export const doctor: typeof english = {
  machine: '这台机器',
  labs: '实验',
  verdict: { 'can run': '能运行', 'can run partly': '能运行一部分', cannot: '不能运行' },
  see: (numbers) => `，见下面的 ${numbers.join('、')}`,
  count: (labs, verdict) => `${labs} 个${verdict}`,
  summary: (labs, counts) => `共 ${labs} 个实验：${counts.join('，')}。`,
  missing: '，缺少东西',
  why: '原因',
  evidence: '内核说',
  without: '没有它',
};
