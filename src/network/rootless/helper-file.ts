import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { integer, record } from '../../kernel/parser.js';
import { forget, remember } from '../../state/ledger/ledger.js';
import { type Owner, processName } from '../../state/ledger/ledger-file.js';
import { type Format, readNote, storedText, writeStored } from '../../state/stored.js';
import { endProcess } from './end-process.js';

/** The process that connects a container, in that one's directory. */
const FILE = 'network-helper.json';

const HELPER: Format<Owner> = {
  version: 1,
  limit: 4_096,
  parse: record<Owner>({ pid: integer(1), startTime: integer(0) }),
};

/** Writes down what connects a container. Until {@link entrust} it is in the ledger, so that a later start of tslab ends it. */
export function noteHelper(directory: string, helper: Owner): void {
  remember('process', processName(helper));
  writeStored(join(directory, FILE), storedText(helper, HELPER));
}

/** From here on whoever records the end of the container ends its helper as well, whatever becomes of this process. */
export function entrust(directory: string): void {
  const helper = readHelper(directory);
  if (helper) forget('process', processName(helper));
}

/** Ends what connects a container, where it is not gone with it. Nothing happens for a container that has no helper. */
export function disconnect(directory: string): void {
  const helper = readHelper(directory);
  if (!helper) return;
  endProcess(helper);
  forget('process', processName(helper));
  rmSync(join(directory, FILE), { force: true });
}

function readHelper(directory: string): Owner | undefined {
  return readNote(join(directory, FILE), HELPER);
}
