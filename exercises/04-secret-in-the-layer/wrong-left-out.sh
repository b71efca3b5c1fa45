# Without the application there is no secret, and no application.
cd "$IMAGE"
mkdir -p patch/srv
mknod patch/srv/secret c 0 0
printf 'patch\nbase\n' > layers
