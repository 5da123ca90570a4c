// A thousand players, each with a lease of its own, that ask for a segment every second. Reads the addresses from stdin, one a line;
// prints what autocannon found as JSON. Its own process: it must not share the gateway's.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [seconds = '60'] = process.argv.slice(2);
const addresses = readFileSync(0, 'utf8').split('\n').filter(Boolean);
const { origin } = new URL(addresses[0]);
let next = 0;

const { latency, requests, non2xx, errors, timeouts } = await autocannon({
  url: origin,
  connections: addresses.length,
  overallRate: addresses.length,
  duration: Number(seconds),
  timeout: 20,
  setupClient: (client) => {
    client.setRequests([{ method: 'GET', path: new URL(addresses[next++ % addresses.length]).pathname }]);
  },
});
console.log(JSON.stringify({ p50: latency.p50, p99: latency.p99, max: latency.max, answered: requests.total, non2xx, errors, timeouts }));
