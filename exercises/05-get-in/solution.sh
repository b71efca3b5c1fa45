nsenter --target "$PID" --net --uts --ipc --pid sleep 10
