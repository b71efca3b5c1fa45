# Its ps says nothing at all.
unshare --pid --fork --mount --uts --ipc --net --cgroup sh -c '
  hostname box
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$DIR/upper,workdir=$DIR/work" "$DIR/merged"
  cd "$DIR/merged" && pivot_root . mnt && cd / && umount -l /mnt && exec sleep 20
' &
sleep 2
