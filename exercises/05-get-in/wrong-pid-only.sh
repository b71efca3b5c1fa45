nsenter --target "$PID" --pid sleep 20 &
sleep 1
