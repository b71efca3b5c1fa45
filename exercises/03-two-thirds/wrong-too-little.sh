# Two to one, and less than the 30 % together.
if [ -e "$A/cpu.max" ]; then
  echo '14000 100000' > "$A/cpu.max"
  echo '7000 100000' > "$B/cpu.max"
else
  echo 14000 > "$A/cpu.cfs_quota_us"
  echo 7000 > "$B/cpu.cfs_quota_us"
fi
