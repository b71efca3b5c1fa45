# What is ended has no hole; two of them could have gone on.
kill -KILL "$A" "$B" "$C"
sleep 1
