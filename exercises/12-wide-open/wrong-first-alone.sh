# Who is moved takes its later children along, and none that it has.
nsenter --target "$A" --mount --pid umount -l /mnt
mounts=$(readlink "/proc/$B/ns/mnt")
for one in /proc/[0-9]*; do
  [ "$(readlink "$one/ns/mnt" 2>/dev/null)" = "$mounts" ] && kill -KILL "${one#/proc/}"
done
echo "$C" > "$CGROUP/cgroup.procs"
sleep 1
