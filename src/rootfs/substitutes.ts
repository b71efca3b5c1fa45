/**
 * Shell scripts for programs that a small host lacks (Debian's and Ubuntu's container images have no `ps`).
 *
 * They use nothing but the shell and coreutils, and show where the real ones get what they print.
 */
export const SUBSTITUTES: Readonly<Record<string, string>> = {
  // /proc/PID/stat is `pid (comm) state ppid ...`, and comm may hold spaces and parentheses: it ends at the last one.
  ps: `#!/bin/sh
# ps: the processes that /proc shows
[ -r /proc/self/stat ] || { echo 'ps: /proc is not mounted: mount -t proc proc /proc' >&2; exit 1; }
echo '    PID    PPID S COMMAND'
for directory in /proc/[0-9]*; do
  { read -r stat < "$directory/stat"; } 2> /dev/null || continue
  comm=\${stat#*(}
  comm=\${comm%)*}
  set -- \${stat##*) }
  printf '%7d %7d %s %s\\n' "\${directory#/proc/}" "$2" "$1" "$comm"
done
`,
  hostname: `#!/bin/sh
# hostname: the name of this UTS namespace; with an argument, a new one
[ $# -eq 0 ] && exec cat /proc/sys/kernel/hostname
echo "$1" > /proc/sys/kernel/hostname
`,
  mount: `#!/bin/sh
# mount: the mounts of this namespace
[ $# -eq 0 ] && exec cat /proc/self/mounts
echo 'mount: this root filesystem has no mount program, and a shell cannot call mount(2)' >&2
exit 1
`,
  kill: `#!/bin/sh
# kill: the shell has its own
kill "$@"
`,
};
