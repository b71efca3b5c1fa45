import type { Command } from 'commander';
import { collect, type Define, split } from '../../command.js';
import { addDetachKeys, addProcessOptions, addSigProxy } from '../shared/process-options.js';
import type { RunOptions } from './run-container.js';

const SHOW_REFUSED =
  'tell on standard error of each call that its seccomp filter refuses, at that moment; not with -d. Should tslab be killed, these calls are ENOSYS from then on';

/** `tslab run` */
export const define: Define = (command, choose) => {
  addImage(command)
    .description(
      'Create a container and run a command in it. The image is busybox, made from what this host has, or one of a registry, which is pulled where it is missing.',
    )
    .option('-d, --detach', 'in the background');
  addSigProxy(addDetachKeys(command));
  addCreateOptions(command);
  addLessonOptions(command);
  command.option('--show-refused', SHOW_REFUSED);
  command.action((image: string, words: string[], options: RunOptions) =>
    choose(async () => (await import('./run-container.js')).runContainer(options, [image, ...words])),
  );
};

/** The arguments, and all options that `run`, `create` and `why` have in common. */
export function addRunOptions(command: Command): Command {
  addImage(command);
  addCreateOptions(command);
  return command;
}

/** `tslab create` */
export const defineCreate: Define = (command, choose) => {
  addRunOptions(command).description('Create a container, and print its id. `tslab start` runs it.');
  command.action((image: string, words: string[], options: RunOptions) =>
    choose(async () => (await import('./run-container.js')).createOnly(options, [image, ...words])),
  );
};

function addImage(command: Command): Command {
  return command
    .usage('[options] IMAGE [COMMAND] [ARG...]')
    .argument('<image>')
    .argument('[command...]')
    .passThroughOptions()
    .helpOption('--help', 'show this help');
}

function addCreateOptions(command: Command): void {
  addProcessOptions(command);
  const all = [
    addContainerOptions,
    addNamespaceOptions,
    addNetworkOptions,
    addHealthOptions,
    addMountOptions,
    addSecurityOptions,
  ];
  for (const add of [...all, addLimitOptions]) add(command);
  command.option('--volumes-from <container>', 'NAME or NAME:ro: what that container has mounted', collect);
  command.option('--skip <step>', 'leave a piece of the list out, to see what leaks; several by commas', split);
}

function addContainerOptions(command: Command): void {
  command
    .option(
      '--pull <when>',
      'always, missing or never: when the image is pulled; busybox, made here, only by always (default: missing)',
    )
    .option('--platform <platform>', 'that of this machine: linux/amd64 or linux/arm64')
    .option('-q, --quiet', 'nothing of a pull is shown')
    .option('--name <name>', 'its name; else one is made up')
    .option('-a, --attach <stream>', 'stdin, stdout or stderr: what is not named is not shown, only kept', collect)
    .option('--cidfile <file>', 'write its id into this new file')
    .option('-l, --label <label>', 'KEY=VALUE, or KEY: noted on it, for `ps -f label=…`', collect)
    .option('--label-file <file>', 'a file with such lines', collect)
    .option('-h, --hostname <name>', 'its host name; else the start of its id')
    .option('--rm', 'remove it when it ends')
    .option('--group-add <group>', 'one more group of the image, or its number', collect)
    .option('--init', 'a minimal init as PID 1, which reaps zombies and forwards signals')
    .option('--entrypoint <program>', 'run this, with COMMAND as its arguments')
    .option(
      '--restart <policy>',
      'when it has ended: no, always, unless-stopped, on-failure or on-failure:N; for detached containers',
    )
    .option('--log-driver <driver>', 'json-file or local, which keep the same, or none (default: json-file)')
    .option('--log-opt <option>', 'max-size=10m, max-file=3, labels=KEYS, env=NAMES, mode=…', collect)
    .option('--stop-signal <signal>', 'what `tslab stop` sends first (default: SIGTERM)')
    .option(
      '--stop-timeout <seconds>',
      'how long `tslab stop` waits then, before the SIGKILL (default: 10); -1: for ever',
    );
}

function addNetworkOptions(command: Command): void {
  command
    .option(
      '--network <network>',
      'bridge, as root the default; NAME; none, else the default: nothing but lo; host; container:NAME',
      collect,
    )
    .option('--network-alias <name>', 'a name by which others in its network find it, beside its own', collect)
    .option('--ip <address>', 'its address in a network of `tslab network create`')
    .option('--ip6 <address>', 'the same for IPv6')
    .option('--mac-address <address>', 'of its link; else it follows from the address: 02:42 and its bytes')
    .option('--dns <address>', 'a name server, in the place of the host’s in /etc/resolv.conf', collect)
    .option('--dns-search <domain>', 'a domain in which names without a dot are looked up; . is none', collect)
    .option('--dns-option <option>', 'an option of resolv.conf(5): ndots:2', collect)
    .option('--add-host <host>', 'NAME:ADDRESS, a line of /etc/hosts; NAME:host-gateway is the host', collect)
    .option(
      '-p, --publish <port>',
      '[IP:][HOST:]CONTAINER[/udp]: this port of the host leads there; ranges too',
      collect,
    )
    .option('-P, --publish-all', 'a free port of the host for each that is exposed')
    .option('--expose <port>', 'PORT[/udp] or a range: it is said to listen there', collect);
}

export function addNamespaceOptions(command: Command): void {
  command
    .option('--domainname <name>', 'its NIS domain name, and that of its host name in /etc/hosts')
    .option('--uts <mode>', 'host: the host’s names (default: its own)')
    .option('--ipc <mode>', 'private, shareable, none: without /dev/shm, host or container:NAME (default: private)')
    .option('--pid <mode>', 'whose processes it sees: host or container:NAME (default: its own alone)')
    .option('--cgroupns <mode>', 'private: its own cgroup is the root that it sees; host (default: private on v2)')
    .option('--userns <mode>', 'auto[:size=N] or UID:GID:SIZE: ids of the host for its own, as root (default: host)');
}

function addHealthOptions(command: Command): void {
  command
    .option(
      '--health-cmd <command>',
      'what a shell in it runs now and then, to tell by its exit status whether it is healthy',
    )
    .option('--health-interval <time>', 'how long to wait before each check: 10s, 1m30s (default: 30s)')
    .option('--health-timeout <time>', 'a check that takes longer is killed, and has failed (default: 30s)')
    .option('--health-retries <number>', 'so many failures in a row make it unhealthy (default: 3)')
    .option('--health-start-period <time>', 'while it starts, failures do not count (default: 0s)')
    .option('--health-start-interval <time>', 'how long to wait before each check while it starts (default: 5s)')
    .option('--no-healthcheck', 'no check, whatever the image says');
}

export function addMountOptions(command: Command): void {
  command
    .option('-v, --volume <spec>', 'SRC:DST, NAME:DST or DST, then :ro, :rslave, …; z and Z change nothing', collect)
    .option('--mount <spec>', 'type=bind|volume|tmpfs,source=…,target=…,readonly,volume-opt=…,…', collect)
    .option('--tmpfs <spec>', 'DST or DST:size=64m,mode=1777,exec,ro,…', collect)
    .option('--shm-size <size>', 'of the tmpfs on /dev/shm (default: 64m)')
    .option('--read-only', 'a root that cannot be written; volumes and tmpfs can')
    .option('--rootfs <dir>', 'this directory in the place of the image');
}

export function addLimitOptions(command: Command): void {
  command
    .option('-m, --memory <size>', 'limit of memory: 64m, 1g; at least 6m')
    .option('--memory-swap <size>', 'limit of memory and swap together; -1: of memory alone (default: no swap)')
    .option('--memory-reservation <size>', 'memory that is taken away last')
    .option('--memory-swappiness <percent>', 'how readily it is swapped out, 0 to 100; cgroup v1 only')
    .option('--oom-score-adj <score>', 'how readily it is killed when the machine’s memory runs out: -1000 to 1000')
    .option('--oom-kill-disable', 'what needs more than the limit waits; cgroup v1 only')
    .option('--cpus <number>', 'limit of CPU time, in CPUs: 0.5')
    .option('--cpu-period <us>', 'the same in microseconds: in each period …')
    .option('--cpu-quota <us>', '… so much CPU time')
    .option('--cpu-shares <number>', 'weight against other containers; 1024 is the default')
    .option('--cpuset-cpus <list>', 'only these CPUs: 0-1,3')
    .option('--cpuset-mems <list>', 'only these nodes of memory: 0-1')
    .option('--blkio-weight <number>', 'weight against other containers at a busy disk: 10 to 1000; 0 is none')
    .option('--device <device>', 'HOST[:CONTAINER][:rwm]: a device node of the host, or a directory of them', collect)
    .option(
      '--device-cgroup-rule <rule>',
      'TYPE MAJOR:MINOR rwm: may be used, if there is a node: "c 10:* rw"',
      collect,
    )
    .option('--device-read-bps <rate>', 'DEVICE:RATE, bytes read in a second: /dev/sda:1mb', collect)
    .option('--device-write-bps <rate>', 'the same for what is written', collect)
    .option('--device-read-iops <rate>', 'DEVICE:NUMBER, operations in a second: /dev/sda:100', collect)
    .option('--device-write-iops <rate>', 'the same for writing', collect)
    .option('--sysctl <setting>', 'NAME=VALUE: net.*, fs.mqueue.*, kernel.shm* and others that are its own', collect)
    .option('--ulimit <limit>', 'NAME=SOFT[:HARD], for each process: nofile=1024:2048; -1 is none', collect)
    .option('--pids-limit <number>', 'limit of processes and threads; -1 is none');
}

export function addSecurityOptions(command: Command): void {
  command
    .option(
      '--cap-add <capability>',
      'one capability more than Docker’s 14: NET_ADMIN; ALL: all that tslab has',
      collect,
    )
    .option('--cap-drop <capability>', 'one less: CHOWN; ALL: none but those of --cap-add', collect)
    .option(
      '--security-opt <option>',
      'seccomp=FILE|unconfined|builtin, no-new-privileges, apparmor=unconfined, label=disable, systempaths=unconfined, landlock=rw:DIRECTORY[:DIRECTORY…]',
      collect,
    )
    .option(
      '--privileged',
      'all that tslab has: every capability, no filter, nothing hidden, /sys and its cgroup writable',
    );
}

function addLessonOptions(command: Command): void {
  command
    .option('--trace', 'show the system calls and what the kernel said, on standard error')
    .option('--dry-run', 'show what would be made: its specification (OCI) and the system calls; and make nothing')
    .option('--dry-run=json', 'the specification alone, as config.json');
}
