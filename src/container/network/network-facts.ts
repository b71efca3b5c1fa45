import { accessSync, constants, readFileSync } from 'node:fs';
import { forwardingOf } from '../../../labs/08-network/calls/forward.js';
import type { Complaint } from '../../doctor/facts.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { DEFAULT_LINK, DEFAULT_NETWORK } from '../../network/config.js';
import { type ForeignDrop, hostDrop } from '../../network/foreign-firewall.js';
import { hostLinks, hostRoutes, uplinks } from '../../network/host.js';
import { type NeighbourTable, readNeighbourTable } from '../../network/neighbours.js';
import { chooseHelper, type Helper } from '../../network/rootless/choose.js';
import { namesFor } from '../files/own-files.js';
import { parseResolvConf, reachable } from '../files/resolv-conf.js';

/** What containers find of this host's network, as plain data: read, never changed. */
export interface NetworkFacts {
  /** The link of the default route; null: there is none, or it may not be asked for. */
  readonly uplink: Uplink | null;
  /** Who drops what containers send out; null: nobody, or this user may not know. */
  readonly drop: ForeignDrop | null;
  /** Name servers of the host that a container in a bridge reaches, too. */
  readonly nameServers: readonly string[];
  /** null: it cannot be seen from here. */
  readonly neighbours: NeighbourTable | null;
  /** What connects containers of an ordinary user; else why there is none. */
  readonly helper: Helper | Complaint;
}

export interface Uplink {
  readonly name: string;
  /** Bytes of the largest packet. */
  readonly mtu: number;
  readonly forwards: boolean;
  /** The errno with which it may not be made to forward; null: it may. */
  readonly refused: string | null;
}

/** Of the network namespace that tslab is in. */
export function examineNetwork(): NetworkFacts {
  const { resolvConf } = namesFor({ network: DEFAULT_NETWORK });
  return {
    uplink: unlessRefused(readUplink),
    drop: unlessRefused(() => hostDrop(DEFAULT_LINK)),
    nameServers: reachable(parseResolvConf(resolvConf)).servers,
    neighbours: readNeighbourTable(),
    helper: examineHelper(),
  };
}

/** A doctor goes on where the kernel answers nothing. */
function unlessRefused<T>(look: () => T | undefined): T | null {
  try {
    return look() ?? null;
  } catch (error) {
    if (error instanceof SyscallError) return null;
    throw error;
  }
}

function readUplink(): Uplink | undefined {
  const defaults = hostRoutes().filter(({ to }) => to === '0.0.0.0/0');
  const [best] = uplinks(defaults, () => false);
  const link = hostLinks().find(({ name }) => name === best);
  return link && { name: link.name, mtu: link.mtu, ...readForwarding(link.name) };
}

/** access(2) sees what /proc/sys says to this user, and that a container has it read-only (EROFS). */
function readForwarding(link: string): Pick<Uplink, 'forwards' | 'refused'> {
  const file = forwardingOf(link);
  try {
    const forwards = readFileSync(file, 'utf8').trim() === '1';
    if (!forwards) accessSync(file, constants.W_OK);
    return { forwards, refused: null };
  } catch (error) {
    return { forwards: false, refused: errorCode(error) ?? String(error) };
  }
}

function examineHelper(): NetworkFacts['helper'] {
  try {
    return chooseHelper();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { message: error.message, remedy: error.remedy ?? null };
  }
}
