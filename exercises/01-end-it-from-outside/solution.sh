kill -KILL "$PID"
sleep 2
