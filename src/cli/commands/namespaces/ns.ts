import { UserError } from '../../../kernel/errors/user-error.js';
import { readCommandLine } from '../../../procfs/command-line.js';
import { NAMESPACE_TYPES, type NamespaceType } from '../../../procfs/namespace-relations.js';
import { readNamespaceTable } from '../../../procfs/namespace-table.js';
import { nearest } from '../../../state/nearest.js';
import { chooseLanguage } from '../../../terminal/language.js';
import { print } from '../../../terminal/output.js';
import { isSame, renderBeside, renderWhose } from '../../../view/namespaces/of-one.js';
import type { WhoseRow } from '../../../view/namespaces/rows.js';
import { renderNamespaces } from '../../../view/namespaces/tree.js';
import { streamSink } from '../../../view/sink.js';
import { type Screen, screenOf } from '../../../view/terminal/screen.js';
import { visibleJson } from '../../../view/text/visible.js';
import { type Define, type GlobalOptions, split } from '../../command.js';
import { rowsOf, whoseRows } from './rows.js';
import { findTarget, type Target } from './target.js';
import { watch } from './watch.js';

interface NsOptions extends GlobalOptions {
  readonly type?: readonly string[];
  readonly watch?: true;
}

/** `tslab ns` */
export const define: Define = (command, choose) =>
  command
    .argument(
      '[container...]',
      'containers or processes: the namespaces of one, or of two beside each other; else all that there are',
    )
    .option('--type <kind>', `only these: ${NAMESPACE_TYPES.join(', ')}`, split)
    .option('--watch', 'show them again whenever something changes, until Ctrl-C')
    .action((words: string[]) => choose(() => ns(words, command.optsWithGlobals<NsOptions>())));

/** The lines to print. Looked at anew for each call: namespaces come and go. */
type Look = (screen: Screen) => string[];

async function ns(
  words: readonly string[],
  { json, plain, color, lang, watch: isWatched, type }: NsOptions,
): Promise<number> {
  if (words.length > 2) throw new UserError('`tslab ns` compares two at most', 2, 'tslab ns web db');
  const look = chooseLook(words.map(findTarget), typesOf(type), json === true);
  const sink = streamSink(process.stdout, color, chooseLanguage(lang, process.env));
  const show = () => look(plain || json ? { ...screenOf(sink), width: Number.POSITIVE_INFINITY } : screenOf(sink));
  if (isWatched) return await watch(show);
  print(
    show()
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
}

function typesOf(given: readonly string[] = NAMESPACE_TYPES): ReadonlySet<string> {
  for (const type of given) if (!NAMESPACE_TYPES.includes(type as NamespaceType)) throw unknownType(type);
  return new Set(given);
}

function unknownType(type: string): UserError {
  const likely = nearest(type, NAMESPACE_TYPES);
  const message = `--type: "${type}" is no type of namespaces`;
  return new UserError(
    message,
    2,
    `${likely ? `Did you mean ${likely}? ` : ''}There are: ${NAMESPACE_TYPES.join(', ')}.`,
  );
}

function chooseLook(targets: readonly Target[], types: ReadonlySet<string>, json: boolean): Look {
  const [first, second] = targets;
  if (!first) return (screen) => lookAtAll(types, json, screen);
  const rows = (target: Target) => whoseRows(target, readNamespaceTable()).filter((row) => types.has(row.type));
  if (!second) return (screen) => lookAtOne(first, rows(first), json ? undefined : screen);
  return (screen) => lookAtTwo([first, second], [rows(first), rows(second)], json ? undefined : screen);
}

function lookAtAll(types: ReadonlySet<string>, json: boolean, screen: Screen): string[] {
  const table = readNamespaceTable();
  const rows = rowsOf(table).filter(({ type }) => types.has(type));
  return json ? rows.map((row) => visibleJson(row)) : renderNamespaces(rows, table.hidden, screen);
}

/** As JSON where there is no screen. */
function lookAtOne(
  { name, pid, isContainer }: Target,
  rows: readonly WhoseRow[],
  screen: Screen | undefined,
): string[] {
  if (!screen) return rows.map((row) => visibleJson(row));
  const { titleOfContainer, titleOfProcess } = screen.words.namespaces;
  const command = readCommandLine(pid) ?? '';
  return renderWhose(isContainer ? titleOfContainer(name, pid, command) : titleOfProcess(pid, command), rows, screen);
}

function lookAtTwo(
  [first, second]: readonly [Target, Target],
  [left, right]: readonly [readonly WhoseRow[], readonly WhoseRow[]],
  screen: Screen | undefined,
): string[] {
  const pairs = left.map((row, i) => [row, right[i] as WhoseRow] as const);
  if (screen) return renderBeside([first.name, second.name], pairs, screen);
  return pairs.map(([one, other]) =>
    visibleJson({ type: one.type, inodes: [one.inode, other.inode], same: isSame(one, other) }),
  );
}
