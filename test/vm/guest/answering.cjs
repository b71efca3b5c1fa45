// A server on port 80 which tells everybody who they are.
const server = require('node:net').createServer((socket) => {
  socket.on('error', () => {});
  socket.end(`you are ${socket.remoteAddress.replace('::ffff:', '')}\n`);
});
server.listen(80);
