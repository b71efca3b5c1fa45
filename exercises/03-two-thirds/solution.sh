if [ -e "$A/cpu.max" ]; then
  echo '20000 100000' > "$A/cpu.max"
  echo '10000 100000' > "$B/cpu.max"
else
  echo 20000 > "$A/cpu.cfs_quota_us"
  echo 10000 > "$B/cpu.cfs_quota_us"
fi
sleep 15
