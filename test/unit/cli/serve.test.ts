import { describe, expect, it } from 'vitest';
import { desktopUser, parsePort } from '../../../src/cli/commands/serve.js';

describe('--port', () => {
  it.each([
    ['0', 0],
    ['8765', 8765],
    ['65535', 65_535],
  ])('takes %s', (text, port) => {
    expect(parsePort(text)).toBe(port);
  });

  it.each(['', '-1', '65536', '80a', '8 0', '0x50', '1e3', '8765.0', '123456'])(
    'refuses "%s", and says what it takes',
    (text) => {
      const refusal = { status: 2, message: `--port "${text}" is no port`, remedy: expect.stringContaining('65535') };
      expect(() => parsePort(text)).toThrow(expect.objectContaining(refusal));
    },
  );
});

describe('the browser', () => {
  it.runIf(process.geteuid?.() === 0)('belongs to the user who typed sudo, not to root', () => {
    expect(desktopUser({ SUDO_UID: '1000', SUDO_GID: '1001' })).toEqual({ uid: 1000, gid: 1001 });
  });

  it('belongs to whoever started tslab otherwise', () => {
    expect(desktopUser({})).toEqual({});
  });
});
