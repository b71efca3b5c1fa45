// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
import type { Kind } from './kinds.js';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

/** What is seldom, but found: newer flags, other forms of the file itself. */
export const UNUSUAL: readonly Kind[] = [
  {
    name: 'from Windows: a byte order mark, CRLF, ` as escape, a comment and an empty line within RUN',
    dockerfile:
      '\ufeff# escape=`\r\nFROM busybox\r\nRUN echo a >/x `\r\n   # a comment\r\n\r\n && echo b >>/x\r\nCMD cat /x\r\n',
    prints: 'a\nb\n',
  },
  {
    name: 'a context of which .dockerignore lets a little in',
    dockerfile: lines('FROM busybox', 'COPY . /src', 'WORKDIR /src', 'CMD find . -type f | sort'),
    files: {
      '.dockerignore': '*\n!packages\n**/*.test.js\n**/README.md\n!packages/a/README.md\n',
      'README.md': '',
      'packages/a/README.md': '',
      'packages/a/i.js': '',
      'packages/b/README.md': '',
      'packages/b/i.test.js': '',
      'node_modules/x': '',
    },
    prints: './packages/a/README.md\n./packages/a/i.js\n',
  },
  {
    name: 'COPY --parents and --exclude',
    dockerfile: lines(
      'FROM busybox',
      'COPY --parents ./x/a.txt y/*.txt /all/',
      'COPY --parents x/./sub/*.txt /some/',
      'COPY --exclude=*.md --exclude=**/sub --exclude=Dockerfile . /rest/',
      'CMD find /all /some /rest -type f | sort',
    ),
    files: { 'x/a.txt': '', 'x/sub/s.txt': '', 'y/b.txt': '', 'y/c.md': '', 'd.md': '' },
    prints: lines(
      ...['/all/x/a.txt', '/all/y/b.txt', '/rest/x/a.txt', '/rest/y/b.txt', '/rest/y/c.md', '/some/sub/s.txt'],
    ),
  },
  {
    name: 'COPY --chmod as chmod has it',
    dockerfile: lines(
      'FROM busybox',
      'COPY --chmod=u=rwX,go=rX d /d',
      'COPY --chmod=+x <<EOF /run.sh',
      'echo ran',
      'EOF',
      'CMD /run.sh; stat -c "%a %n" /d/e /d/e/f',
    ),
    files: { 'd/e/f': '' },
    prints: 'ran\n755 /d/e\n644 /d/e/f\n',
  },
  {
    name: 'links of the image where files are copied to',
    dockerfile: lines(
      'FROM busybox',
      'RUN mkdir -p /real/d /own && ln -s /real/file /link && ln -s /real/d /own/k && ln -s /real /todir',
      'COPY f /link',
      'COPY f /todir',
      'COPY all /own',
      'CMD ls -R /real; stat -c %F /link /own/k',
    ),
    files: { f: 'f', 'all/k': 'k' },
    prints: '/real:\nd\nf\nfile\n\n/real/d:\nsymbolic link\nregular file\n',
  },
  {
    name: 'mounts that can be written, and whose writes go nowhere',
    dockerfile: lines(
      'FROM busybox',
      'WORKDIR /src',
      'RUN --mount=target=.,rw --mount=type=tmpfs,target=/t,size=1m touch made && ls > /listed && df -k /t | tail -1 >> /listed',
      'CMD ls; cut -c1-6 /listed | sort; ls /src',
    ),
    files: { given: '' },
    prints: 'Docker\ngiven\nmade\ntmpfs \n',
  },
  {
    name: 'USER by number, whose WORKDIR is of the group of that number',
    dockerfile: lines(
      'FROM busybox',
      'USER 12',
      'ARG DIR=rel',
      'WORKDIR /abs',
      'WORKDIR $DIR',
      'WORKDIR ${DIR}2/../x',
      'CMD pwd; stat -c "%u %g" . ..; id -u',
    ),
    prints: '/abs/rel/x\n12 12\n12 12\n12\n',
  },
  {
    name: 'here-documents: several files, one for a program, indented',
    dockerfile: lines(
      'FROM busybox',
      'SHELL ["/bin/sh", "-euc"]',
      'ARG LIMIT=1',
      'COPY <<-INI <<"RAW" /etc/app/',
      '\tlimit=$LIMIT',
      '\tINI',
      'raw=$LIMIT',
      'RAW',
      'RUN <<EOF sh -x 2>/dev/null',
      'echo "via $LIMIT" > /via',
      'EOF',
      'CMD cat /etc/app/* /via',
    ),
    prints: 'limit=1\nraw=$LIMIT\nvia 1\n',
  },
  {
    name: 'names with blanks in JSON, a pattern that matches nothing beside ones that do',
    dockerfile: lines(
      'FROM busybox',
      'COPY ["a b", "none*", "[c]*", "/my dir/"]',
      'COPY d[[]1] /plain/',
      'VOLUME ["/v 1", "/w"]',
      'CMD ls "/my dir" /plain; test -d "/v 1" && echo volume',
    ),
    files: { 'a b': '', cat: '', 'd[1]': '' },
    prints: '/my dir:\na b\ncat\n\n/plain:\nd[1]\nvolume\n',
  },
  {
    name: 'ARG of ARG above FROM; on nothing PATH is added to',
    dockerfile: lines(
      'ARG VERSION="17"',
      'ARG TAG=${VERSION:+latest} IMAGE=busybox',
      'FROM ${IMAGE}:${TAG} AS tools',
      'FROM scratch',
      'ARG VERSION',
      'COPY --from=tools / /',
      'ENV PATH=/opt/${VERSION-none}:$PATH EMPTY=${UNSET:+x}',
      'CMD ["sh", "-c", "echo $PATH [$EMPTY]"]',
    ),
    prints: '/opt/17:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin []\n',
  },
];
