import { EventReader } from '../../../container/logs/event-reader.js';
import { parseMoment } from '../../../container/logs/since.js';
import { DirectoryWatch } from '../../../container/logs/watch.js';
import { parseEventFilters } from '../../../docker/filters/events.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { eventRow, renderEvent } from '../../../docker/output/events.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { stateDirectory } from '../../../state/directories.js';
import type { EventLine } from '../../../state/event-log.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { streamSink } from '../../../view/sink.js';
import { visibleJson } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';

interface EventsOptions {
  readonly since?: string;
  readonly until?: string;
  readonly filter: readonly string[];
  readonly format?: string;
}

/** `tslab events`, `tslab system events` */
export const define: Define = (command, choose) =>
  command
    .description(
      [
        'Show what happens to containers, images, volumes and networks, until Ctrl-C.',
        'There is no daemon that sees it: each command, and the supervisor of detached containers, writes down what it does.',
      ].join(' '),
    )
    .option('--since <time>', 'what came later first: 10m ago, or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'only to that time, then end; without --since all that is known from before, too')
    .option(
      '-f, --filter <what=value>',
      'only some: container=NAME, event=start, type=volume, image=busybox, label=KEY, label=KEY=VALUE, volume=NAME, network=NAME; of several with one name any (of labels all), of different names all must hold',
      collectFilter,
      [],
    )
    .option('--format <format>', 'json: one object a line; or a template of Go: {{.Action}} {{.Actor.Attributes.name}}')
    .action((options: EventsOptions) => choose(() => tellingErrors(() => events(options))));

/** How often the files are read where no change is seen, in milliseconds: inotify(7) may have no watch left for us. */
const LOOK = 1000;

async function events(options: EventsOptions): Promise<number> {
  const { since, until } = periodOf(options);
  const isWanted = parseEventFilters(options.filter);
  const render = await rendererOf(options.format);
  const sink = streamSink(process.stdout);
  using reader = new EventReader();
  using watched = new DirectoryWatch(stateDirectory());
  if (since === undefined) reader.read();
  for (;;) {
    const now = Date.now();
    const lines = reader.read().filter(({ time }) => time >= (since ?? 0) && time <= until);
    const text = lines.filter(isWanted).map((line) => `${render(line)}\n`);
    if (!(await sink.write(text.join('')))) return NOBODY_READS;
    if (now >= until) return 0;
    await watched.changed(Math.min(LOOK, until - now));
  }
}

/** Without both, what happens from now on. In milliseconds since 1970. Throws UserError (2). */
function periodOf({ since, until }: EventsOptions): { since: number | undefined; until: number } {
  const now = Date.now();
  const [from, to] = [momentOf('--since', since, now), momentOf('--until', until, now)];
  if (from !== undefined && to !== undefined && to < from) {
    const message = `--since ${JSON.stringify(since)} cannot be after --until ${JSON.stringify(until)}`;
    throw new UserError(message, 2, 'Swap them.');
  }
  const first = to === undefined ? undefined : 0;
  return { since: from ?? first, until: to ?? Number.POSITIVE_INFINITY };
}

function momentOf(option: string, text: string | undefined, now: number): number | undefined {
  return text === undefined || text === '' ? undefined : Math.round(parseMoment(option, text, now));
}

/** An event whose fields are empty. */
const NOTHING: EventLine = { time: 0, type: 'container', action: '', id: '', attributes: {} };

/** A template is tried at once, as Docker does: a mistake in it is told before anything happens. Throws TemplateError. */
async function rendererOf(format: string | undefined): Promise<(line: EventLine) => string> {
  if (!format) return renderEvent;
  if (format === 'json') return (line) => visibleJson(eventRow(line));
  const { compileTemplate } = await import('../../../docker/template/template.js');
  const { render } = compileTemplate(format);
  render(eventRow(NOTHING));
  return (line) => render(eventRow(line));
}
