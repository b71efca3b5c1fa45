import { Socket } from 'node:net';
import { setTimeout } from 'node:timers';

/*
 * Loaded into the process of a run before tslab itself (`node --require`). Descriptor 3 is a pipe whose other end only the server
 * holds. The server closes it to end the run, and the kernel does where the server has died, of whatever: the run then does
 * what it does at Ctrl-C, so it leaves nothing. PR_SET_PDEATHSIG(2const) would kill it in the middle of its work.
 */
const PARENT_PIPE = 3;

/** Milliseconds for the lab to tidy up; the second SIGINT ends it at once (interrupt.ts). */
const GRACE = 5000;

const pipe = new Socket({ fd: PARENT_PIPE, readable: true, writable: false });
pipe.on('end', () => {
  interrupt();
  setTimeout(interrupt, GRACE).unref();
});
pipe.on('error', interrupt);
pipe.resume();
pipe.unref();

function interrupt(): void {
  process.kill(process.pid, 'SIGINT');
}
