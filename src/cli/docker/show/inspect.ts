import { cloneFlags, containerPieces } from '../../../../labs/12-runtime/calls/container.js';
import { planOf } from '../../../container/start/plan.js';
import type { Container } from '../../../container/store/store.js';
import { type InspectedCall, inspected } from '../../../docker/output/inspect.js';
import { renderTemplate } from '../../../docker/output/template.js';
import { CLONE_FLAGS, flagNames } from '../../../kernel/constants.js';
import { errorCode } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { renderCall } from '../../../kernel/render.js';
import { print } from '../../../terminal/output.js';
import { visibleJson } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

interface InspectOptions {
  readonly format?: string;
}

/** `tslab inspect` */
export const define: Define = (command, choose) =>
  command
    .description('Show all that is known of containers, as JSON. `Calls` are the system calls that make one.')
    .argument('<container...>')
    .option('-f, --format <template>', 'only a field: {{.State.Pid}}, {{json .Mounts}}')
    .action((references: string[], { format }: InspectOptions) =>
      choose(() => (format === undefined ? inspectAll(references) : inspectFields(references, format))),
    );

async function inspectAll(references: readonly string[]): Promise<number> {
  const found: object[] = [];
  const status = await forEach(references, async (reference) => {
    found.push(inspect(await findCurrent(reference)));
  });
  print(`${visibleJson(found, 4)}\n`);
  return status;
}

function inspectFields(references: readonly string[], format: string): Promise<number> {
  return forEach(references, async (reference) => {
    print(`${renderTemplate(format, inspect(await findCurrent(reference)))}\n`);
  });
}

/** The source of a volume may be gone, a user of the image too: such a container cannot be started, but looked at. */
function inspect(container: Container) {
  try {
    return inspected(container, callsOf(container));
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error;
    return inspected(container, (error as Error).message);
  }
}

/** As it would be started now: volumes and users are looked up again. */
function callsOf(container: Container): InspectedCall[] {
  const { spec, at } = planOf(container);
  const clone = {
    Lab: '01-pid-namespace',
    Step: 'clone',
    Call: `clone(${flagNames(CLONE_FLAGS, cloneFlags(spec))}|SIGCHLD)`,
  };
  const pieces = containerPieces(spec, at, container.config.skip);
  const calls = pieces.flatMap(({ step, lab, calls }) =>
    calls.map((call) => ({ Lab: lab, Step: step, Call: renderCall(call) })),
  );
  return [clone, ...calls];
}
