# The root of a process, and not that of its mount namespace.
unshare --pid --fork --mount --uts --ipc --net --cgroup sh -c '
  hostname box
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$DIR/upper,workdir=$DIR/work" "$DIR/merged"
  mount -t proc proc "$DIR/merged/proc"
  exec chroot "$DIR/merged" sleep 20
' &
sleep 2
