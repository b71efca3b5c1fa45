# The path leads into the container, and the mount is in another namespace than the one who unmounts: EINVAL.
umount "/proc/$A/root/mnt" 2>/dev/null
sleep 1
