nsenter --target "$PID" --pid sleep 2
