import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { writeSite } from '../../../src/web/site/write.js';

const FILES = [
  { path: 'index.html', text: 'one' },
  { path: 'en/index.html', text: 'two' },
];
let parent: string;
let site: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tslab-site-test-'));
  site = join(parent, 'site');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe('writing a site', () => {
  it('makes the directory, and those above it', () => {
    expect(writeSite(FILES, join(site, 'deep'))).toBe(join(site, 'deep'));
    expect(readFileSync(join(site, 'deep/en/index.html'), 'utf8')).toBe('two');
  });

  it('takes an empty directory', () => {
    mkdirSync(site);
    writeSite(FILES, site);
    expect(readdirSync(site).sort()).toEqual(['en', 'index.html', 'tslab-site.json']);
  });

  it('replaces a site of its own whole, so that no old page stays', () => {
    writeSite([...FILES, { path: 'en/old.html', text: 'old' }], site);
    writeSite(FILES, site);
    expect(readdirSync(join(site, 'en'))).toEqual(['index.html']);
    expect(readdirSync(parent)).toEqual(['site']);
  });

  it('refuses a directory with other files, and leaves them as they are', () => {
    mkdirSync(site);
    writeFileSync(join(site, 'thesis.tex'), 'mine');
    expect(() => writeSite(FILES, site)).toThrow(/has files that are not of a site of tslab: thesis\.tex/);
    expect(readdirSync(site)).toEqual(['thesis.tex']);
    expect(readdirSync(parent)).toEqual(['site']);
  });

  it('refuses a site to which somebody has added a file', () => {
    writeSite(FILES, site);
    writeFileSync(join(site, 'en/CNAME'), 'mine');
    expect(() => writeSite(FILES, site)).toThrow(/en\/CNAME/);
  });

  it('is not fooled by a list of files that is broken', () => {
    writeSite(FILES, site);
    writeFileSync(join(site, 'tslab-site.json'), '{');
    expect(() => writeSite(FILES, site)).toThrow(UserError);
  });

  it('follows a symbolic link to the directory, which stays a link', () => {
    mkdirSync(join(parent, 'real'));
    symlinkSync('real', site);
    expect(writeSite(FILES, site)).toBe(join(parent, 'real'));
    expect(readFileSync(join(site, 'index.html'), 'utf8')).toBe('one');
  });

  it.each(['.', '..', '/'])('refuses %s, since the shell stands in it', (target) => {
    expect(() => writeSite(FILES, target)).toThrow(/directory that you are in, or above it/);
  });

  it('says in words that a file is in the way', () => {
    writeFileSync(site, 'mine');
    expect(() => writeSite(FILES, site)).toThrow(UserError);
    expect(() => writeSite(FILES, join(site, 'below'))).toThrow(/cannot be written to/);
    expect(readFileSync(site, 'utf8')).toBe('mine');
  });

  it('says so at once where no directory can be made', () => {
    expect(() => writeSite(FILES, '/proc/site')).toThrow(/cannot be written to \/proc\/site: ENOENT/);
  });

  it('leaves nothing where it fails half-way', () => {
    const files = [...FILES, { path: 'index.html/below', text: 'index.html is no directory' }];
    expect(() => writeSite(files, site)).toThrow(UserError);
    expect(readdirSync(parent)).toEqual([]);
  });
});
