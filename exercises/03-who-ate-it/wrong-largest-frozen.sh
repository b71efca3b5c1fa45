# The largest is not the one that grows.
case "$FREEZE_B" in
  *freezer.state) echo FROZEN > "$FREEZE_B" ;;
  *) echo 1 > "$FREEZE_B" ;;
esac
mkdir "$ANSWER/a"
sleep 1
