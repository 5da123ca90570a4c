import { createServer } from 'node:net';
import { Complaint } from './complaint.ts';

/** Whether a server could listen there now. */
export const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** @throws Complaint naming the variable that moves the part elsewhere. */
export async function mustBeFree(part: string, port: number, host: string, variable: string): Promise<void> {
  if (await isFree(port, host)) return;
  throw new Complaint(
    `Port ${String(port)} is taken, and ${part} needs it.`,
    `End the program that listens there (ss -ltnp 'sport = :${String(port)}' names it), or choose another port: ${variable}=${String(port + 10)} bin/start`,
  );
}

/** A port of this machine that nobody uses. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('the system gave no port'));
      });
    });
  });
