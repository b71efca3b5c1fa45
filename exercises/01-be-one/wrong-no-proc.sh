unshare --pid --fork sleep 2
