# A limit stops what grows, too: by the OOM killer.
if [ -e "$C/memory.max" ]; then
  echo $(($(cat "$C/memory.current") + 2097152)) > "$C/memory.max"
else
  echo $(($(cat "$C/memory.usage_in_bytes") + 2097152)) > "$C/memory.limit_in_bytes"
fi
mkdir "$ANSWER/a"
sleep 8
