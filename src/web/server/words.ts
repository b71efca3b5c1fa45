import type { Refusal } from './guard.js';

const EN: Record<Refusal, (port: number, names: readonly string[]) => string> & { title: string; missing: string } = {
  title: 'This request is refused',
  host: (port, names) =>
    `This server answers to ${names.map((name) => `${name}:${port}`).join(' and to ')}, and to no other name or port. Behind ssh -L or docker run -p, take port ${port} at both ends; --host gives it another name.`,
  origin: () => 'Only the pages of this server may ask for that.',
  token: () =>
    'This server runs labs as the user who started it, and this address does not have its token. Open the whole address that tslab serve has printed in its terminal.',
  missing: 'There is no such page',
};

const ZH: typeof EN = {
  title: '请求被拒绝',
  host: (port, names) =>
    `这个服务器只接受 ${names.map((name) => `${name}:${port}`).join(' 和 ')}，不接受其他名字或端口。使用 ssh -L 或 docker run -p 时，两端请用同一个端口 ${port}；--host 可以再给它一个名字。`,
  origin: () => '只有这个服务器自己的页面才能这样请求。',
  token: () =>
    '这个服务器以启动者的身份运行实验，而这个地址里没有它的令牌。请打开 tslab serve 在终端里显示的完整地址。',
  missing: '没有这个页面',
};

/** What the server itself says to a reader. */
export function wordsIn(language: string): typeof EN {
  return language === 'zh' ? ZH : EN;
}
