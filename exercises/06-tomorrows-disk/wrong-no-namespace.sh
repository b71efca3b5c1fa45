# What the host mounts is there: so are the mounts of the host itself.
sleep 20 &
sleep 1
