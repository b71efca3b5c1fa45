# With a PID namespace of its own the kernel would have ended the other one, too.
nsenter --target "$A" --mount --pid umount -l /mnt
kill -KILL "$B"
echo "$C" > "$CGROUP/cgroup.procs"
sleep 1
