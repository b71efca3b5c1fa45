# Two to one, and less than half of what there is.
if [ -e "$A/cpu.max" ]; then
  echo '8000 100000' > "$A/cpu.max"
  echo '4000 100000' > "$B/cpu.max"
else
  echo 8000 > "$A/cpu.cfs_quota_us"
  echo 4000 > "$B/cpu.cfs_quota_us"
fi
