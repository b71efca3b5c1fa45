# All files of the host lie on /mnt.
unshare --pid --fork --mount --uts --ipc --net --cgroup sh -c '
  hostname box
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$DIR/upper,workdir=$DIR/work" "$DIR/merged"
  mount -t proc proc "$DIR/merged/proc"
  cd "$DIR/merged" && pivot_root . mnt && cd / && exec sleep 20
' &
sleep 2
