// The least that answering with a file can cost in Node: no lease, no log, no headers to speak of. Prints its address.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const [file] = process.argv.slice(2);
const server = createServer(async (_request, response) => {
  response.end(await readFile(file));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
