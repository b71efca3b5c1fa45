# unshare(1) makes all mounts private unless told otherwise.
unshare --mount sleep 20 &
sleep 1
