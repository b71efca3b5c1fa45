# The shell itself stays where it is: only its children are born in the new namespace, and here there is none.
unshare --pid sleep 20 &
sleep 1
