/**
 * What runs in the cgroups: shell scripts of shell builtins and `sleep`, so that every machine has them.
 *
 * Several processes at once are a pipeline that carries nothing, since `&` wants a /dev/null, which a bare root lacks.
 * All are bounded, so that nothing bad happens where a limit is left out on purpose.
 */

/** So many loops that never rest. */
export function busy(loops: number): string {
  return Array(loops).fill('while :; do :; done').join(' | ');
}

/** Work that has an end. */
export function countTo(number: number): string {
  return `i=0; while [ $i -lt ${number} ]; do i=$((i + 1)); done`;
}

// #region hog
/** Takes memory, 1 MiB at a time, and says how far it has come after each `step` of them. */
export function hog(mebibytes: number, step: number): string {
  return `x=0123456789abcdef
while [ \${#x} -lt 1048576 ]; do x=$x$x; done
i=0
while [ $i -lt ${mebibytes} ]; do
  i=$((i + 1)); eval "m$i=\\$x"
  [ $((i % ${step})) -ne 0 ] || echo "$i MiB"
done`;
}
// #endregion

// #region bomb
/** The fork bomb \`:(){ :|:& };:\` with an end: each process starts two more, down to a depth, and the last ones sleep. */
export function bomb(depth: number): string {
  return `f() { [ $1 -gt 0 ] || exec sleep 600; f $(($1 - 1)) | f $(($1 - 1)); }; f ${depth}`;
}

/** How many processes that makes: 1, 3, 7, 15, … */
export function sizeOfBomb(depth: number): number {
  return 2 ** (depth + 1) - 1;
}
// #endregion
