import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../../src/web/server/lab-process.js';
import { parseRunRequest } from '../../../src/web/server/run-request.js';

const CGROUPS = { lab: '03-cgroups', language: 'en' };

describe('a request', () => {
  it('is a lab of the catalogue, steps to leave out, its own options, and where to end', async () => {
    const request = { ...CGROUPS, skip: ['cpu-quota'], options: { quota: '50%', seconds: '0.5' }, runTo: 'fixed-work' };
    expect(await parseRunRequest(request)).toEqual(request);
    expect(await parseRunRequest(CGROUPS)).toEqual({ ...CGROUPS, skip: [], options: {} });
  });

  it('names a step once', async () => {
    expect(await parseRunRequest({ ...CGROUPS, skip: ['join', 'join'] })).toMatchObject({ skip: ['join'] });
  });

  it('may end with the comparison of the host', async () => {
    expect(await parseRunRequest({ ...CGROUPS, runTo: 'host' })).toMatchObject({ runTo: 'host' });
  });

  it.each([
    [null, 'null is no object'],
    [[], '[] is no object'],
    ['03-cgroups', '"03-cgroups" is no object'],
    [{}, 'there is no lab nothing'],
    [{ ...CGROUPS, lab: '03' }, 'there is no lab "03"'],
    [{ ...CGROUPS, lab: '../../../bin/sh' }, 'there is no lab "../../../bin/sh"'],
    [{ ...CGROUPS, lab: ['03-cgroups'] }, 'there is no lab ["03-cgroups"]'],
    [{ ...CGROUPS, lab: 'doctor' }, 'there is no lab "doctor"'],
    [{ ...CGROUPS, language: '../en' }, '"../en" is not a language'],
    [{ lab: '03-cgroups' }, 'nothing is not a language'],
    [{ ...CGROUPS, skip: ['nothing'] }, '03-cgroups has no step "nothing" that can be skipped'],
    [{ ...CGROUPS, skip: 'join' }, '"join" is no list of steps'],
    [{ ...CGROUPS, skip: [['join']] }, '03-cgroups has no step ["join"] that can be skipped'],
    [{ ...CGROUPS, skip: { join: true } }, '{"join":true} is no list of steps'],
    [{ ...CGROUPS, options: ['quota'] }, '["quota"] is no object'],
    [{ ...CGROUPS, options: { rootfs: '/' } }, '03-cgroups has no option "rootfs"'],
    [{ ...CGROUPS, options: { json: 'x' } }, '03-cgroups has no option "json"'],
    [{ ...CGROUPS, options: { __proto__: null, constructor: 'x' } }, '03-cgroups has no option "constructor"'],
    [{ lab: '01-pid-namespace', language: 'en', options: { quota: '20%' } }, '01-pid-namespace has no option "quota"'],
    [{ ...CGROUPS, options: { quota: 20 } }, 'quota: 20 is no value'],
    [{ ...CGROUPS, options: { quota: 'x'.repeat(65) } }, 'is no value'],
    [{ ...CGROUPS, options: { quota: '20%\n' } }, 'quota: "20%\\n" is no value'],
    [
      { ...CGROUPS, options: { quota: '0' } },
      '--quota "0" is not possible: with no CPU time at all nothing could run.',
    ],
    [{ ...CGROUPS, runTo: 'nowhere' }, '03-cgroups has no step "nowhere"'],
    [{ ...CGROUPS, skip: ['join'], compare: 'yes' }, 'compare: "yes" is no value'],
    [{ ...CGROUPS, compare: true }, 'two whole runs are compared'],
    [{ ...CGROUPS, skip: ['join'], runTo: 'join', compare: true }, 'two whole runs are compared'],
    [{ ...CGROUPS, runTo: ['join'] }, '03-cgroups has no step ["join"]'],
  ])('is refused where it is %j', async (body, message) => {
    const refusal = expect.objectContaining({ name: 'UserError', status: 2, remedy: expect.any(String) });
    await expect(parseRunRequest(body)).rejects.toEqual(refusal);
    await expect(parseRunRequest(body)).rejects.toThrow(message);
  });
});

describe('the command line of a run', () => {
  it('is one that a person could type', () => {
    const request = { lab: '03-cgroups', language: 'zh', skip: ['join', 'cpuset'], options: { quota: '50%' } };
    const words = ['03-cgroups', '--json', '--lang=zh', '--skip=join', '--skip=cpuset', '--quota=50%'];
    expect(wordsOf(request)).toEqual(words);
  });

  it('keeps a value with its option, whatever it looks like', () => {
    const request = { lab: '03-cgroups', language: 'en', skip: [], options: { quota: '--rootfs=/' } };
    expect(wordsOf(request)).toContain('--quota=--rootfs=/');
  });
});
