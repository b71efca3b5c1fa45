import type { SubordinateIds } from '../../kernel/credentials/subordinate-ids.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../report.js';
import type { IdFacts, MapProgram } from './examine-ids.js';

/** What there is for user namespaces with more than one id. */
export function describeIds(facts: Facts): Finding[] {
  return [subordinateIds(facts), mapPrograms(facts), idMapping(facts)];
}

function subordinateIds({ privileged, ids }: Facts): Finding {
  const { user, uids, gids, free } = ids;
  const name = 'more ids';
  const [usable] = uids.filter((range) => gids.some((other) => isSame(range, other)));
  if (usable) return { name, value: `${user} has ${usable.count} from ${usable.start} on`, state: 'yes' };
  if (privileged) return { name, value: ANY_RANGE, state: 'yes' };
  const remedies = [`echo '${user}:${free}:65536' | sudo tee -a ${missingFrom(ids).join(' ')}`];
  return { name, value: `${whatIsMissing(ids)}: containers have user 0 alone`, state: 'no', remedies };
}

/** withRange() takes these where user `containers` has none. */
const ANY_RANGE = 'any that are free: root may map them all';

function isSame(one: SubordinateIds, other: SubordinateIds): boolean {
  return one.start === other.start && one.count === other.count;
}

function missingFrom({ uids, gids }: IdFacts): string[] {
  const missing = [...(uids.length === 0 ? ['/etc/subuid'] : []), ...(gids.length === 0 ? ['/etc/subgid'] : [])];
  return missing.length > 0 ? missing : ['/etc/subuid', '/etc/subgid'];
}

function whatIsMissing(ids: IdFacts): string {
  const { user, uids, gids } = ids;
  if (uids.length > 0 && gids.length > 0) return `/etc/subuid and /etc/subgid give ${user} different ranges`;
  return `no line for ${user} in ${missingFrom(ids).join(' and ')}`;
}

/** They are for ordinary users; root writes the maps itself. */
function mapPrograms({ privileged, ids: { newuidmap, newgidmap, refused } }: Facts): Finding {
  const name = 'newuidmap';
  const all = Object.entries({ newuidmap, newgidmap });
  const missing = all.flatMap(([program, { path }]) => (path === null ? [program] : []));
  if (missing.length > 0) {
    const value = `not found: ${missing.join(' ')}, for ordinary users`;
    return { name, value, state: privileged ? 'note' : 'no', remedies: ['sudo apt-get install uidmap'] };
  }
  const powerless = all.flatMap(([, { path, right }]) => (path !== null && right === null ? [path] : []));
  if (powerless.length > 0) {
    const value = `neither set-uid root nor with file capabilities: ${powerless.join(' ')}`;
    const remedies = [`sudo chown root ${powerless.join(' ')} && sudo chmod u+s ${powerless.join(' ')}`];
    return { name, value, state: privileged ? 'note' : 'no', remedies };
  }
  if (refused !== null) return { name, value: refused, state: 'no' };
  return { name, value: describe([newuidmap, newgidmap]), state: 'yes' };
}

function describe([first, second]: readonly [MapProgram, MapProgram]): string {
  const [one, other] = [first.right, second.right];
  return one === other ? `${first.path} ${second.path} (${one})` : `${first.path} (${one}) ${second.path} (${other})`;
}

function idMapping({ privileged, state: { path, trials } }: Facts): Finding {
  const name = 'id-mapping';
  if (!privileged) return { name, value: 'of mounts: only root of the host may do it', state: 'note' };
  if (trials === null) return { name, value: 'not tried: the state directory cannot be written', state: 'note' };
  const { idmapping } = trials;
  if (idmapping === null)
    return { name, value: `mounts of ${path} can be id-mapped, and layers of an overlay`, state: 'yes' };
  return { name, value: `${path} cannot be id-mapped: ${idmapping.said}`, state: 'no' };
}
