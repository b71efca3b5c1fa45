# Who has most now has not had most.
case "$FREEZE_C" in
  *freezer.state) echo FROZEN > "$FREEZE_C" ;;
  *) echo 1 > "$FREEZE_C" ;;
esac
mkdir "$ANSWER/b"
sleep 1
