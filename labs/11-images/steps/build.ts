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
  const build = async (when: string, context: Files) => {
    const built = await builder.build(DOCKERFILE, context, wanted);
    await lab.observe('during', observed('host', when, built.done.join('\n') || 'nothing'));
    return built;
  };
  const first = await build('the first build', CONTEXT);
  await lab.check('the image, as a container', 'app 1 with log web', await said(setup, first));
  await lab.check('instructions carried out', 4, first.done.length);
  await lab.check(
    'instructions carried out when nothing has changed',
    0,
    (await build('the same again', CONTEXT)).done.length,
  );
  const app = { ...CONTEXT, app: `${CONTEXT.app}`.replace('1', '2') };
  await lab.check('instructions carried out when app has changed', 1, (await build('another app', app)).done.length);
  const modules = { ...app, modules: 'web\n' };
  await lab.check(
    'instructions carried out when modules has changed',
    3,
    (await build('other modules', modules)).done.length,
  );
}
// #endregion

async function said({ lab, overlay }: Setup, { layers, command }: Built): Promise<string | null> {
  if (command.length === 0) return null;
  const program = execve(command[0] ?? '', command, ENVIRONMENT);
  const { output } = await lab.run(
    withProgram(container(lab, overlay('built', ...layers)), program),
    command.join(' '),
  );
  return output.split('\n').join(' ');
}
