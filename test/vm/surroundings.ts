import type { Commands } from './initramfs.js';

/** What is run in the surroundings in which cgroup v2 refuses: in a container, and for a user to whom a cgroup was delegated. */
export function surroundings(tslab: string): Commands {
  return { ...inContainer(tslab), ...delegated(tslab) };
}

/** Without a network: there is nothing here that would give a user one. */
const LIMITED = 'run --rm --network none --cpus 0.5 -m 64m busybox true';

/** The order is that of a student's: what is refused, the remedy, what works then, and the way back. */
function inContainer(tslab: string): Commands {
  const there = (words: string) => `container '${tslab} ${words}'`;
  return prefixed('container', {
    begin: 'container begin',
    doctor: there('doctor --json'),
    '03-cgroups': there('03 --json'),
    '05-exec': there('05 --json'),
    run: there(LIMITED),
    user: `container 'su -s /bin/sh nobody -c "TSLAB_STATE=/tmp/nobody unshare -Ur ${tslab} doctor --prepare"'`,
    prepare: there('doctor --prepare'),
    again: there('doctor --prepare'),
    'doctor-prepared': there('doctor --json'),
    '03-prepared': there('03 --json --seconds 1'),
    'run-prepared': there(LIMITED),
    detached: there('run -d --name box --cpus 0.5 busybox sleep 100'),
    'cleanup-early': there('cleanup --plain'),
    cleanup: `container '${tslab} rm -f box && ${tslab} cleanup --plain'`,
    left: 'cd /sys/fs/cgroup/docker; find . -type d; cat cgroup.subtree_control; grep -c . cgroup.procs',
    end: 'container end',
  });
}

function delegated(tslab: string): Commands {
  const nobody = (words: string) => `delegated nobody '${tslab} ${words}'`;
  return prefixed('delegated', {
    begin: 'delegated begin',
    doctor: nobody('doctor --json'),
    '03-cgroups': nobody('03 --json --seconds 1'),
    '05-exec': nobody('05 --json'),
    run: `delegated nobody 'script -qec "${tslab} ${LIMITED}" /dev/null'`, // at a terminal: notices are for people
    stranger: 'delegated stranger',
    'doctor-occupied': nobody('doctor --json'),
    '03-occupied': nobody('03 --json'),
    'run-occupied': nobody(LIMITED),
    remedy: `delegated root '${tslab} doctor --prepare && ${tslab} ${LIMITED}'`,
    cleanup: `delegated root '${tslab} cleanup --plain'`,
    end: 'delegated end',
  });
}

function prefixed(prefix: string, commands: Commands): Commands {
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [`${prefix}.${name}`, command]));
}
