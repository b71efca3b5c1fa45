cd "$IMAGE"
rm app/srv/secret
mknod app/srv/secret c 0 0
