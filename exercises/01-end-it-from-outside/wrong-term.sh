# A signal that is ignored is no order; nor is one that the kernel does not even hand to a PID 1 without a handler.
kill -TERM "$PID"
sleep 1
