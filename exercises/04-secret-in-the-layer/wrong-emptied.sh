# Nothing can be read, but the name is still there.
cd "$IMAGE"
mkdir -p patch/srv
: > patch/srv/secret
printf 'patch\napp\nbase\n' > layers
