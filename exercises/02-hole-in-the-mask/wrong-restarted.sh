# A container that is gone has no hole.
kill -KILL "$PID"
sleep 1
