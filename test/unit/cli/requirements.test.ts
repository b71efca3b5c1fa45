import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingRequirement } from '../../../src/cli/requirements.js';

describe('missingRequirement', () => {
  it('finds nothing missing on Linux with the oldest Node that is supported, and with newer ones', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.3.1']) {
      expect(missingRequirement('linux', { node: version })).toBeUndefined();
    }
  });

  it('names both versions where Node is too old', () => {
    for (const version of ['12.22.12', '18.20.4', '20.18.3']) {
      const message = missingRequirement('linux', { node: version });
      expect(message).toContain(`Node.js ${version}`);
      expect(message).toContain('20.19');
      expect(message).toContain('https://nodejs.org');
    }
  });

  it('gives the shortest way to a Linux kernel on macOS', () => {
    const message = missingRequirement('darwin', { node: '22.1.0' });
    expect(message).toContain('this is macOS');
    expect(message).toContain('Linux kernel');
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const [line = 'none'] = /^docker run [^\n]*\n.*$/m.exec(readme) ?? [];
    expect(line).toContain('--privileged');
    expect(message).toContain(line);
    expect(message).toContain('limactl start');
  });

  it('gives the shortest way to a Linux kernel on Windows', () => {
    expect(missingRequirement('win32', { node: '22.1.0' })).toMatch(/this is Windows.*wsl --install/s);
  });

  it.each([
    ['Bun', { node: '22.6.0', bun: '1.2.3' }],
    ['Deno', { node: '22.6.0', deno: '2.1.0' }],
  ])('refuses %s in one line, wherever that runs', (name, versions) => {
    for (const platform of ['linux', 'darwin'])
      expect(missingRequirement(platform, versions)).toMatch(
        new RegExp(`^tslab: this is ${name} .*Node.js 20.19.*\\n$`),
      );
  });

  it('names a platform that it has no name for', () => {
    expect(missingRequirement('sunos', { node: '22.1.0' })).toContain('this is sunos');
  });
});
