import { expect, it } from 'vitest';
import { librariesOf, parseList } from '../../../src/rootfs/libraries.js';

it('reads what the loader of glibc lists', () => {
  const text = `\tlinux-vdso.so.1 (0x00007f25dcfe2000)
\tlibselinux.so.1 => /lib/x86_64-linux-gnu/libselinux.so.1 (0x00007f25dcf79000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f25dcd97000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f25dcfe4000)
`;
  expect(parseList(text)).toEqual([
    '/lib/x86_64-linux-gnu/libselinux.so.1',
    '/lib/x86_64-linux-gnu/libc.so.6',
    '/lib64/ld-linux-x86-64.so.2',
  ]);
});

it('reads what the loader of musl lists, which is the library itself', () => {
  const text = `\t/lib/ld-musl-x86_64.so.1 (0x7f1d8b2d2000)
\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f1d8b2d2000)
`;
  expect(parseList(text)).toEqual(['/lib/ld-musl-x86_64.so.1']);
});

it('gives up where a library is missing', () => {
  expect(parseList('\tlibgone.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x7f00)\n')).toBeUndefined();
});

it('finds the libraries of the node that runs this, the loader first', () => {
  const libraries = librariesOf(process.execPath);
  expect(libraries?.[0]).toMatch(/\/ld-/);
  expect(libraries).toContainEqual(expect.stringMatching(/\/(libc\.so\.6|ld-musl-.*)$/));
});

it('knows none for a script', () => {
  expect(librariesOf(new URL(import.meta.url).pathname)).toBeUndefined();
});
