# Together they are right, and one has next to nothing.
if [ -e "$A/cpu.max" ]; then
  echo '30000 100000' > "$A/cpu.max"
  echo 1 > "$B/cgroup.freeze"
else
  echo 30000 > "$A/cpu.cfs_quota_us"
  echo 1000 > "$B/cpu.cfs_quota_us"
fi
