unshare --mount --propagation slave sleep 20
