/** Why tslab and podman may differ: what is right, and who says so. The case files name these. */
export const REASONS: Readonly<Record<string, string>> = {
  docker: 'docker itself, asked in the same sandbox, answers as tslab does (client 28.2, daemon 20.10)',
  yet: 'not in tslab yet: it says so by name, and what will bring it',
  own: 'tslab has a menu, help on standard output, and status 2 for a command that it does not know (docs/scripts.md)',
  strict: 'tslab refuses, and says what is allowed, where docker takes the word for something else or for nothing',
  daemon:
    'the daemon 20.10 is older than what tslab follows: all=1 came with API 1.42 (moby, docs/api/version-history.md)',
  network: 'tslab gives a container a bridge; docker and podman have none in this sandbox',
  newer:
    'podman 4.3 has no `stop -s`, writes no new limits down, and tells events as it has them; here docker 28 is followed (docs.docker.com/reference/cli)',
  top: 'docker asks the ps of the host (moby, daemon/top_unix.go); podman reads /proc in the container itself',
  values: 'each has values of its own here: defaults, variables, numbers of processes',
  template: "html, js and urlquery of Go's templates are for pages and not in tslab (docs/runtime.md)",
  prompt:
    'tslab asks on standard error, so that what was removed is alone in a pipe; docker and podman on standard output',
  stderr:
    'tslab tells errors on standard error alone; docker a part of them, such as what runc says to exec, on standard output',
};
