rm "$IMAGE/app/srv/secret"
