import { freePort } from '../../api/test/support/database.ts';
import type { GatewayRig } from '../../api/test/support/gateway-rig.ts';
import { startProcess, type TestProcess } from '../../api/test/support/worker.ts';

/** The API in a process of its own, as it runs in production, on the database and the objects of a rig. */
export async function startProductionApi(
  { system }: GatewayRig,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly url: string; readonly api: TestProcess }> {
  const url = `http://127.0.0.1:${String(await freePort())}`;
  const store = { STORE: 'disk', STORE_ROOT: system.storeRoot, STORE_SIGNING_SECRET: system.signingSecret };
  const env = { API_PORT: new URL(url).port, API_PUBLIC_URL: url, DATABASE_URL: system.database.appUrl, ...store, ...more };
  const api = startProcess('api/main.ts', { ...env, NODE_ENV: 'production', LOG_LEVEL: 'info' });
  await api.until('api ready');
  return { url, api };
}
