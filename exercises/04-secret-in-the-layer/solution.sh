cd "$IMAGE"
mkdir -p patch/srv
mknod patch/srv/secret c 0 0
printf 'patch\napp\nbase\n' > layers
