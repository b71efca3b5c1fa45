import { parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { attachedStreams } from '../../../docker/attach.js';
import { renderWhy } from '../../../docker/output/why.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import { speak } from '../../../terminal/speak.js';
import { Inquiry } from '../../../why/inquiry.js';
import { warn } from '../../leftovers.js';
import { create, type RunOptions, requestOf, startCreated } from './run-container.js';

/** The options of `why`: those of `run`, and its own. */
export interface WhyOptions extends RunOptions {
  readonly json?: true;
}

/** Does what `tslab why` asks for. The exit status is that of the command. */
export async function whyContainer(options: WhyOptions, words: readonly string[]): Promise<number> {
  const request = await requestOf({ ...options, rm: true }, words);
  using inquiry = inquiryIfPossible();
  if (!inquiry) return await (await import('./why-by-ablation.js')).whyByAblation(request, options.json === true);
  const container = await create(request);
  const shown = options.json ? { stdout: false, stderr: false } : attachedStreams(container.config);
  const status = await startCreated(container, { keys: parseDetachKeys(undefined), warn, asked: inquiry, shown });
  await speak([], process.env);
  const inquired = { exitCode: status, ...inquiry.findings };
  print(options.json ? `${JSON.stringify(inquired, null, 2)}\n` : renderWhy(inquired));
  return status;
}

/** Without root, in a pid namespace, or before Linux 6.14 the kernel does not tell all: it is told why, and that another way is taken. */
function inquiryIfPossible(): Inquiry | undefined {
  try {
    const inquiry = new Inquiry();
    if (inquiry.tellsCapabilities) return inquiry;
    inquiry[Symbol.dispose]();
    warn(`which capability was missing is told by Linux 6.14 and newer${INSTEAD}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(`${error.message}${INSTEAD}`);
  }
  return undefined;
}

const INSTEAD = ': the command is run several times instead, each time with a layer less';
