all() { # KIND PID: the processes in its namespace of that kind
  wanted=$(readlink "/proc/$2/ns/$1")
  for one in /proc/[0-9]*; do
    [ "$(readlink "$one/ns/$1" 2>/dev/null)" = "$wanted" ] && echo "${one#/proc/}"
  done
}
nsenter --target "$A" --mount --pid umount -l /mnt
kill -KILL $(all mnt "$B")
for pid in $(all pid "$C"); do echo "$pid" > "$CGROUP/cgroup.procs"; done
sleep 5
