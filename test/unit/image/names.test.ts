import { describe, expect, it } from 'vitest';
import { chainIds } from '../../../src/image/ids.js';
import { familiarName, fullName, parseNewName, parseReference, storedName } from '../../../src/image/reference.js';

describe('a chain ID', () => {
  it('is that of the example of Docker’s documentation', () => {
    const [base, top] = [
      'sha256:7948c3e5790c6df89fe48041fabd8f1c576d4bb7c869183e03b9e3873a5f33d9',
      'sha256:4d1ab3827f6b69f4e55bd69cc8abe1dde7d7a7f61bd6e32c665f12e0a8efd1c9',
    ] as const;
    expect(chainIds([base, top])).toEqual([
      base,
      'sha256:72df91e735ae2b70a23f1770aa365b67f4772a545ed0a23d3decc7643b21a4e4',
    ]);
    expect(chainIds([])).toEqual([]);
  });
});

describe('a name of an image', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    ['busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['busybox:1.36', 'docker.io/library/busybox:1.36', 'busybox:1.36'],
    ['team/app', 'docker.io/team/app:latest', 'team/app:latest'],
    ['docker.io/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app:latest'],
    ['ghcr.io/a/b/c:v1.0_x', 'ghcr.io/a/b/c:v1.0_x', 'ghcr.io/a/b/c:v1.0_x'],
    [`busybox@${digest}`, `docker.io/library/busybox@${digest}`, `busybox@${digest}`],
    ['index.docker.io/library/busybox', 'docker.io/library/busybox:latest', 'busybox:latest'],
    ['docker.io/library/x', 'docker.io/library/x:latest', 'x:latest'],
    ['docker.io', 'docker.io/library/docker.io:latest', 'docker.io:latest'],
    ['[::1]:5000/x', '[::1]:5000/x:latest', '[::1]:5000/x:latest'],
    ['[fd00::1]/x:1', '[fd00::1]/x:1', '[fd00::1]/x:1'],
    ['Registry/x', 'Registry/x:latest', 'Registry/x:latest'],
    ['a__b/c--d:1', 'docker.io/a__b/c--d:1', 'a__b/c--d:1'],
    ['x:65536', 'docker.io/library/x:65536', 'x:65536'],
    [`a:${'t'.repeat(128)}`, `docker.io/library/a:${'t'.repeat(128)}`, `a:${'t'.repeat(128)}`],
    [`busybox:1@${digest}`, `docker.io/library/busybox:1@${digest}`, `busybox:1@${digest}`],
  ])('%s means %s', (given, full, familiar) => {
    expect(fullName(parseReference(given))).toBe(full);
    expect(familiarName(full)).toBe(familiar);
  });

  it('has no tag beside a digest in the store', () => {
    expect(storedName(parseReference(`x:1@${digest}`))).toBe(`docker.io/library/x@${digest}`);
    expect(storedName(parseReference('x:1'))).toBe('docker.io/library/x:1');
  });

  it.each(['Busybox', 'team/App:1'])('has no capitals: %s', (given) => {
    expect(() => parseReference(given)).toThrow('repository name must be lowercase');
  });

  const withRemedy = (remedy: string | RegExp) => expect.objectContaining({ remedy: expect.stringMatching(remedy) });

  it.each([
    ['https://ghcr.io/a/b:1', 'invalid reference format', 'Names have no https:// in front: ghcr.io/a/b:1'],
    ['http://localhost:5000/x/', 'invalid reference format', 'Names have no http:// in front: localhost:5000/x'],
    ['docker://busybox', 'invalid reference format', 'Names have no docker:// in front: busybox'],
    ['Team/App:V1', 'repository name must be lowercase', 'Did you mean team/app:V1?'],
    ['app/Web:V1', 'repository name must be lowercase', 'Did you mean app/web:V1?'],
    ['localhost:65536/x', 'localhost:65536 has no port that there is', 'from 1 to 65535'],
    ['[::1]:99999/x', 'has no port that there is', 'from 1 to 65535'],
    ['a'.repeat(64), '64 hexadecimal digits are an ID', 'sha256:a'],
    ['n'.repeat(256), 'a name has at most 255 characters', 'Such as'],
    [`a:${'t'.repeat(129)}`, 'invalid reference format', 'at most 128 characters'],
    ['a:-1', 'invalid reference format', 'A tag has'],
    ['a:', 'invalid reference format', 'A tag has'],
    ['a@sha256:12', 'invalid reference format', 'A digest is sha256:'],
    ['a@', 'invalid reference format', 'A digest is'],
    ['busybox/', 'invalid reference format', 'Such as'],
    ['[::1:5000/x', 'invalid reference format', 'Such as'],
  ])('%j is none, and it is said why', (given, what, remedy) => {
    expect(() => parseReference(given)).toThrow(what);
    expect(() => parseReference(given)).toThrow(withRemedy(remedy));
  });

  it('is not one that a digest looks like', () => {
    expect(() => parseNewName('sha256:abc')).toThrow('refusing to create an ambiguous tag');
    expect(parseNewName('localhost:5000/sha256:abc')).toBe('localhost:5000/sha256:abc');
  });

  it.each(['', ':1', 'a:', 'a b', '-a', 'a/', 'a//b', '../a', 'a:.x', 'a@sha256:12', `a:${'t'.repeat(129)}`, 'a\n'])(
    '%j is none',
    (given) => {
      expect(() => parseReference(given)).toThrow('invalid reference format');
    },
  );
});
