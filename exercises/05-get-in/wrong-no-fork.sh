# Only children are born in the namespace, and here there is none.
nsenter --target "$PID" --net --uts --ipc --pid --no-fork sleep 20 &
sleep 1
