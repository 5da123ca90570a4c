import { accelCases, redirectCases } from './support/delivery-cases.ts';
import { s3Settings } from './support/gateway-rig.ts';
import { hasNginx } from './support/nginx.ts';

const settings = s3Settings(process.env);
if (settings) redirectCases(settings);
else console.log('S3_TEST_ENDPOINT is not set: DELIVERY_MODE=redirect and accel did not run.');
if (settings && hasNginx()) accelCases(settings);
if (!hasNginx()) console.log('nginx is not installed: DELIVERY_MODE=accel did not run.');
