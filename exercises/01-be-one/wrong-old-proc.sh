unshare --pid --fork --mount sleep 20 &
sleep 1
