# A /proc for all: what is mounted without a mount namespace of its own, the host has.
unshare --pid --fork sh -c 'mount -t proc proc /proc; sleep 20' &
sleep 1
