import { gatewayCases } from './support/gateway-cases.ts';
import { s3Settings } from './support/gateway-rig.ts';

gatewayCases('disk');
if (s3Settings(process.env)) gatewayCases('S3');
else console.log('S3_TEST_ENDPOINT is not set: the gateway cases did not run on S3.');
