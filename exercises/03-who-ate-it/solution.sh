case "$FREEZE_C" in
  *freezer.state) echo FROZEN > "$FREEZE_C" ;;
  *) echo 1 > "$FREEZE_C" ;;
esac
mkdir "$ANSWER/a"
sleep 10
