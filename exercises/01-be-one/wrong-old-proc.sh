unshare --pid --fork --mount sleep 2
