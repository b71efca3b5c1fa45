# Together they are right, and as much for one as for the other.
if [ -e "$A/cpu.max" ]; then
  echo '15000 100000' > "$A/cpu.max"
  echo '15000 100000' > "$B/cpu.max"
else
  echo 15000 > "$A/cpu.cfs_quota_us"
  echo 15000 > "$B/cpu.cfs_quota_us"
fi
