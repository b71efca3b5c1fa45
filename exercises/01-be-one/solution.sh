unshare --pid --fork --mount-proc sleep 20 &
