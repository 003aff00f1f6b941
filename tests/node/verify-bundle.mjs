// Verifies a bundle with sigstore-js: verify-bundle.mjs BUNDLE PUBLIC-KEY.pem. Prints "verified" or fails.
import { readFileSync } from 'node:fs';
import crypto from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';

const [bundlePath, keyPath] = process.argv.slice(2);
const bundle = bundleFromJSON(JSON.parse(readFileSync(bundlePath, 'utf8')));
const pem = readFileSync(keyPath);
const hint = crypto.createHash('sha256').update(pem).digest('hex');
const key = { publicKey: crypto.createPublicKey(pem), validFor: () => true };
const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
const material = toTrustMaterial(none, (asked) => {
  if (asked !== hint) throw new Error(`the bundle asks for key ${asked}`);
  return key;
});
new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0 }).verify(toSignedEntity(bundle));
console.log('verified');
