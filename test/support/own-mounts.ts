import { beforeAll } from 'vitest';
import { call } from '../../src/kernel/call.js';
import { mount, unshare } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS, CLONE_NEWUTS, MS_PRIVATE, MS_REC } from '../../src/kernel/constants.js';

/** The process of a file, and all that it starts, has mounts and a host name to itself: files beside it do not see what it does to them. */
export function useOwnMounts(): void {
  beforeAll(() => {
    if (process.geteuid?.() !== 0) return;
    // Of the main thread, whose are the calls of fs that end in Sync; and of children.
    call(unshare(CLONE_NEWNS | CLONE_NEWUTS));
    call(mount(null, '/', null, MS_REC | MS_PRIVATE, null));
  });
}
