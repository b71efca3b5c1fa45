# A copy of the host's mounts is another mount namespace.
nsenter --target "$PID" --net --uts --ipc --pid unshare --mount sleep 20 &
sleep 1
