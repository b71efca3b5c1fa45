kill -KILL "$PID" "$OTHER"
sleep 1
