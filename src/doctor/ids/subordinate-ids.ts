import {
  firstFreeSubordinateId,
  mapProgram,
  ownNames,
  ownSubordinateIds,
} from '../../kernel/credentials/subordinate-ids.js';
import type { Complaint } from '../facts.js';

/** Why an ordinary user gets no ids here, and what gives them. `privileged`: it is for one whom the lab makes up, with a file of its own. */
export function whyNoSubordinateIds(privileged: boolean): Complaint | null {
  if (!mapProgram('newuidmap') || !mapProgram('newgidmap')) {
    return {
      message: 'There is no newuidmap here, which maps ids for ordinary users.',
      remedy: 'sudo apt-get install uidmap',
    };
  }
  if (privileged || ownSubordinateIds()) return null;
  const [name] = ownNames();
  const message = `No ids are given to ${name}: /etc/subuid and /etc/subgid have no line for that user, or not the same.`;
  return { message, remedy: `echo '${name}:${firstFreeSubordinateId()}:65536' | sudo tee -a /etc/subuid /etc/subgid` };
}
