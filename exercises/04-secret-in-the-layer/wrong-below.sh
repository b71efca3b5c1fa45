# The whiteout lies below what it is to hide.
cd "$IMAGE"
mkdir -p patch/srv
mknod patch/srv/secret c 0 0
printf 'app\npatch\nbase\n' > layers
