import { describe, expect, it } from 'vitest';
import { unreachable } from '../../../src/image/registry/errors.js';

describe('a host that is not found', () => {
  it.each([
    ['MyUser', 'With a capital it is a host; repositories of Docker Hub have none: myuser/…'],
    ['Registry.example.org', expect.stringMatching(/^Is its name right/)],
    ['docker.io', expect.stringMatching(/^Is its name right/)],
  ])('%s', (host, remedy) => {
    expect(unreachable('ENOTFOUND', '', host)).toEqual([`the host ${host} is not found (ENOTFOUND)`, remedy]);
  });
});
