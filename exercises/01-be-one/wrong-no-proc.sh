unshare --pid --fork sleep 20 &
sleep 1
