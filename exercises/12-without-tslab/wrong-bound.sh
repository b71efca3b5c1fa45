# A bind mount of the image: what is written there is in the image, and in each later container.
unshare --pid --fork --mount --uts --ipc --net --cgroup sh -c '
  hostname box
  mount --bind "$IMAGE" "$DIR/merged"
  mount -t proc proc "$DIR/merged/proc"
  cd "$DIR/merged" && pivot_root . mnt && cd / && umount -l /mnt && exec sleep 20
' &
sleep 2
