# Private mounts are of no group: they become slaves of nobody.
unshare --mount sh -c 'mount --make-rslave /; sleep 20' &
sleep 1
