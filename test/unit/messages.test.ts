import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { matchName, messageIn, namesOf } from '../../src/lesson/names.js';
import { textsIn } from '../support/texts.js';

const MESSAGES = namesOf('zh', 'messages');
/** A name that a message holds is Chinese as well. */
const KEYS = [...Object.keys(MESSAGES), ...Object.keys(namesOf('zh'))];

/** What tslab's own commands run, but for what speaks as Docker does, and for what shells and assemblers read. */
const FILES = [
  ...[
    'src/cgroup',
    'src/doctor',
    'src/exercise',
    'src/lab',
    'src/lesson',
    'src/overlay',
    'src/rootfs',
    'src/state',
    'src/terminal',
    'src/why',
  ],
  ...['src/cli', 'src/web/server', 'src/web/site', 'src/view/document'],
]
  .flatMap((folder) => filesIn(folder))
  .filter(
    (file) =>
      !/src\/cli\/(docker|completion|requirements)|rootfs\/(guest-file|manifest|skeleton|substitutes)|web\/server\/plain-page/.test(
        file,
      ),
  )
  .concat('src/kernel/errors/errno-hints.ts', 'src/kernel/koffi.ts', 'src/kernel/process.ts', 'src/kernel/numbers.ts')
  .concat(
    'src/container/store/find.ts',
    'src/docker/output/why.ts',
    'src/container/network/network-findings.ts',
    'src/network/foreign-firewall.ts',
    'src/network/rootless/choose.ts',
    'labs/03-cgroups/steps/options.ts',
    'labs/10-security/steps/possible.ts',
    ...filesIn('labs').filter((file) => file.endsWith('/lab.ts')),
    ...filesIn('exercises').filter((file) => file.endsWith('/exercise.ts')),
  );

/** They also say why a machine cannot do a step: in whole sentences. */
const STEPS = filesIn('labs').filter((file) => file.includes('/steps/'));

/** Words for the program: names of needs, reasons and verdicts. */
const FOR_THE_PROGRAM = [
  ...[
    'not mounted',
    'not delegated',
    'root only',
    'domain threaded',
    'can run',
    'can run partly',
    'trusted attributes',
    'subordinate ids',
  ],
  ...[
    'character device 0:0',
    'symbolic link',
    'special file',
    'process * (*) is still there',
    'nobody listens any more',
    'an object',
    'not there',
    'unknown error',
    'read-only path',
    'read-only mount',
    'locked mount',
    'pids limit',
    'security module',
    'user namespace',
    'mount flags',
    'not found',
  ],
];

/** Commander adds an s; test/kernel/cli-chinese.test.ts sees what comes of it. */
const PLURALS = /^too many arguments/;

/** What is typed, and not read. */
const COMMAND =
  /^(sudo|docker|podman|tslab|mount|sysctl|ufw|nft|awk|exec|echo|trap|\*; exec|--[a-z-]+) |^\[lab or command\]|\* controller$|^\w+ controller$|^state [\w ]+$|; exec sleep \d+$/;

describe('the Chinese of what tslab says of trouble', () => {
  it('is there for all that its own commands can say', () => {
    const texts = FILES.flatMap(textsIn).filter((text) => isProse(text) && !FOR_THE_PROGRAM.includes(text));
    expect(texts.length).toBeGreaterThan(400);
    expect([...new Set(texts)].filter((text) => !isKnown(text))).toEqual([]);
  });

  it('is there for why a machine cannot do a step', () => {
    const reasons = STEPS.flatMap(textsIn).filter((text) => isProse(text) && text.endsWith('.'));
    expect(reasons.length).toBeGreaterThan(15);
    expect(reasons.filter((text) => !isKnown(text))).toEqual([]);
  });

  it('is there for nothing else', () => {
    const said = [...FILES, ...STEPS, ...filesIn('src/kernel'), ...commander(), 'labs/catalogue.ts'];
    const source = said.map(sourceOf).join('\n');
    const isSaid = (key: string) => piecesOf(key).every((piece) => source.includes(piece));
    expect(Object.keys(MESSAGES).filter((key) => !isSaid(key) && !PLURALS.test(key))).toEqual([]);
  });
});

describe('a message in Chinese', () => {
  it('keeps what was given, and has the messages within it in Chinese too', () => {
    const chinese = (english: string) => messageIn('zh', english);
    expect(chinese('--skip: 01-pid-namespace cannot leave out signals: it adds no call: a PID 1 is like that')).toBe(
      '--skip：01-pid-namespace 不能略去 signals：它没有增加调用：PID 1 就是这样',
    );
    expect(chinese('chroot("/x") failed: ENOENT (no such file or directory): the directory does not exist')).toBe(
      'chroot("/x") 失败：ENOENT (no such file or directory)：目录不存在',
    );
    expect(chinese('This container forbids it: it has no CAP_SYS_ADMIN, a seccomp filter is on it.')).toBe(
      '这个容器不允许：它没有 CAP_SYS_ADMIN、它带有 seccomp 过滤器。',
    );
    expect(chinese('sudo tslab 01-pid-namespace   (likewise 02-rootfs, 05-exec)')).toBe(
      'sudo tslab 01-pid-namespace   （02-rootfs, 05-exec 也一样）',
    );
  });

  it('stays English where it is no message of tslab’s, and in English', () => {
    expect(messageIn('zh', 'cat: /x: No such file or directory')).toBe('cat: /x: No such file or directory');
    expect(messageIn('en', 'There is no lesson "9".')).toBe('There is no lesson "9".');
  });

  it('stands in one chapter: of two, the last would count', () => {
    const chapters: object[] = Object.values(JSON.parse(readFileSync('lessons/zh/messages.json', 'utf8')));
    const keys = chapters.flatMap(Object.keys);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  it('has Chinese in it, and as many stars', () => {
    const stars = (text: string) => text.split('*').length;
    const isOdd = ([key, text]: [string, string]) =>
      stars(key) !== stars(text) || (/[a-z]{3}/.test(key) && !/\p{sc=Han}|[，：（]/u.test(text));
    expect(Object.entries(MESSAGES).filter(isOdd)).toEqual([]);
  });
});

function isKnown(text: string): boolean {
  return KEYS.some((key) => matchName(key, text) || piecesOf(text).every((piece) => key.includes(piece)));
}

function isProse(text: string): boolean {
  return /[a-z]{2,},? [a-z]{2,}/.test(text) && !COMMAND.test(text);
}

/** The words between stars and marks: a message may be put together of several. */
function piecesOf(text: string): string[] {
  return text.split(/[*:;,.()"'\s]*[*:;,.()"'][*:;,.()"'\s]*/).filter((piece) => piece !== '');
}

function commander(): string[] {
  return filesIn('node_modules/commander/lib', '.js');
}

/** Also what bugs say; a text may stand in two lines of the source, or within another. */
function sourceOf(file: string): string {
  const source = readFileSync(file, 'utf8')
    .replace(/\$\{[^}]*\}/g, '*')
    .replace(/' \+\s+'|\\(?=`)/g, '');
  return [source, ...(file.endsWith('.ts') ? textsIn(file) : [])].join('\n');
}

function filesIn(folder: string, ending = '.ts'): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}
