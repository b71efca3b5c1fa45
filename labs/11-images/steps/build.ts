import { execve } from '../../../src/kernel/calls/index.js';
import { observed } from '../../../src/lab/observation.js';
import { ENVIRONMENT, withProgram } from '../../../src/lab/script.js';
import type { Files } from './archive.js';
import { Builder, type Built, DIRECTORY } from './builder.js';
import { container, type Setup } from './setup.js';

// #region dockerfile
const DOCKERFILE = `FROM base
WORKDIR ${DIRECTORY}
COPY modules .
RUN sort modules >installed
COPY app .
CMD ["/bin/sh", "${DIRECTORY}/app"]
`;

const CONTEXT: Files = { modules: 'web\nlog\n', app: `echo app 1 with $(cat ${DIRECTORY}/installed)\n` };
// #endregion

// #region build
export async function buildStep(setup: Setup): Promise<void> {
  const { lab } = setup;
  const wanted = await lab.step('build');
  const builder = new Builder(setup);
  const builds: (readonly string[])[] = [];
  const build = async (context: Files) => {
    const built = await builder.build(DOCKERFILE, context, wanted);
    builds.push(built.done);
    return built;
  };
  const first = await build(CONTEXT);
  await lab.check('the image, as a container', 'app 1 with log web', await said(setup, first));
  await lab.check('instructions carried out', 4, first.done.length);
  const again = await build(CONTEXT);
  await lab.check('instructions carried out when nothing has changed', 0, again.done.length);
  const app = { ...CONTEXT, app: `${CONTEXT.app}`.replace('1', '2') };
  await lab.check('instructions carried out when app has changed', 1, (await build(app)).done.length);
  const modules = await build({ ...app, modules: 'web\n' });
  await lab.check('instructions carried out when modules has changed', 3, modules.done.length);
  await lab.observe(
    'after',
    observed('host', 'instructions, and the builds that carried them out', byInstruction(builds)),
  );
}
// #endregion

/** A line for each instruction, with the numbers of those builds: `1   4  COPY modules .` */
function byInstruction(builds: readonly (readonly string[])[]): string {
  const numbersOf = (one: string) => builds.map((done, i) => (done.includes(one) ? `${i + 1}` : ' ')).join(' ');
  return (builds[0] ?? []).map((one) => `${numbersOf(one)}  ${one}`).join('\n');
}

async function said({ lab, overlay }: Setup, { layers, command }: Built): Promise<string | null> {
  if (command.length === 0) return null;
  const program = execve(command[0] ?? '', command, ENVIRONMENT);
  const { output } = await lab.run(
    withProgram(container(lab, overlay('built', ...layers)), program),
    command.join(' '),
  );
  return output.split('\n').join(' ');
}
