import { containerPieces } from '../../../../labs/12-runtime/calls/container.js';
import { cloneFlags } from '../../../../labs/12-runtime/calls/namespaces.js';
import type { OwnLinks } from '../../../../labs/12-runtime/calls/pieces.js';
import { innerLinks } from '../../../container/network/inner-links.js';
import { layersOf, planOf } from '../../../container/start/plan.js';
import { SharedNamespaces } from '../../../container/start/shared-namespaces.js';
import { isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { madeMapsFor } from '../../../container/users/maps.js';
import { previewNamespace } from '../../../container/users/user-namespace.js';
import type { InspectedCall } from '../../../docker/inspect/container.js';
import { CLONE_FLAGS, flagNames } from '../../../kernel/constants.js';
import { errorCode } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { renderCall } from '../../../kernel/render.js';

/** `Calls` of a container: what would make it now. Where nothing can (a volume's source or a user is gone), the reason. */
export function inspectedCalls(container: Container): readonly InspectedCall[] | string {
  try {
    return callsOf(container);
  } catch (error) {
    if (!(error instanceof UserError) && errorCode(error) === undefined) throw error;
    return (error as Error).message;
  }
}

/** Only one that runs has addresses. */
function linksOf({ state: { links = [], ...state } }: Container): OwnLinks | undefined {
  if (!isRunning(state) || links.length === 0) return undefined;
  return { links: innerLinks(links), gate: { lines: [], open: () => {} } };
}

/** Volumes and users are looked up again. */
function callsOf(container: Container): InspectedCall[] {
  using shared = new SharedNamespaces(container);
  const { paths, shm } = shared;
  const maps = madeMapsFor(container.config.userns);
  const userNamespace = maps && previewNamespace(maps, layersOf(container).target);
  const { spec, at } = planOf(container, { shared: { paths, shm }, network: linksOf(container), userNamespace });
  const clone = {
    Lab: '01-pid-namespace',
    Step: 'clone',
    Call: `clone(${flagNames(CLONE_FLAGS, cloneFlags(spec, maps !== undefined))}|SIGCHLD)`,
  };
  const pieces = containerPieces(spec, at, container.config.skip);
  const calls = pieces.flatMap(({ step, lab, calls }) =>
    calls.map((call) => ({ Lab: lab, Step: step, Call: renderCall(call) })),
  );
  return [clone, ...calls];
}
