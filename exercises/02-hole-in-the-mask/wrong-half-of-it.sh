nsenter --target "$PID" --mount --pid sh -c '
  mount --bind /proc/sys /proc/sys
  mount -o remount,bind,ro /proc/sys'
