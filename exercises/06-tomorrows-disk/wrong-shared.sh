# A copy of shared mounts is a peer of them: in both directions.
unshare --mount --propagation unchanged sleep 20 &
sleep 1
