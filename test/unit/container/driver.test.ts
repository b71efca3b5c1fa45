import { describe, expect, it } from 'vitest';
import { checkDriver, driverMount } from '../../../src/volume/driver.js';

describe('the driver of volumes', () => {
  it('mounts what it is told as mount(8) is, and without options nothing', () => {
    expect(driverMount({})).toBeUndefined();
    expect(driverMount({ type: 'tmpfs', device: 'tmpfs' })).toEqual({
      ...{ filesystem: 'tmpfs', device: 'tmpfs', options: [] },
    });
    expect(driverMount({ type: 'nfs', device: ':/srv', o: 'addr=10.0.0.1,,ro' })).toEqual({
      ...{ filesystem: 'nfs', device: ':/srv', options: ['addr=10.0.0.1', 'ro'] },
    });
    expect(driverMount({ type: 'none', device: '/srv', o: 'ro,rbind' })).toMatchObject({ filesystem: 'bind' });
  });

  const check = (options: Record<string, string>, driver = 'local') => checkDriver('data', driver, options);

  it.each([
    [{}],
    [{ type: 'ext4', device: '/dev/sdx', o: 'noatime,errors=remount-ro' }],
    [{ type: 'none', device: '/srv', o: 'bind,ro,nosuid' }],
  ])('takes %j', (options) => expect(check(options)).toBeUndefined());

  it.each([
    [{ type: 'tmpfs' }, 'missing required option: "device"'],
    [{ type: 'tmpfs,device=tmpfs' }, 'missing required option: "device"'],
    [{ device: '/srv' }, 'missing required option: "type"'],
    [{ o: 'size=1m' }, 'missing required option: "device"'],
    [{ type: '', device: 'x' }, 'missing required option: "type"'],
    [{ size: '1g' }, 'quota size requested but no quota support'],
    [{ colour: 'blue' }, 'invalid option: "colour"'],
    [{ constructor: 'x' }, 'invalid option: "constructor"'],
    [{ type: 'tmpfs', device: 'tmpfs', o: 'size=1m,rshared' }, 'invalid mount option "rshared" in "o=size=1m,rshared"'],
    [{ type: 'none', device: '/srv', o: 'bind,size=1m' }, 'invalid mount option "size=1m"'],
    [{ type: 'none', device: 'srv', o: 'bind' }, 'invalid device "srv"'],
  ])('refuses %j: %s', (options, message) => expect(() => check(options as never)).toThrow(message));

  it('is local and no other', () =>
    expect(() => check({}, 'nfs')).toThrow('create data: error looking up volume plugin nfs: plugin "nfs" not found'));
});
