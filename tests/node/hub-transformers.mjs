// Lets @huggingface/transformers load an image classifier: hub-transformers.mjs ADDRESS REPOSITORY FOLDER. The engine that it hands the model to only
// looks at it: prints the SHA-256 of what it was given, and what the client read of the configuration.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { env, AutoModelForImageClassification } from '@huggingface/transformers';

const [address, repo, folder] = process.argv.slice(2);
const seen = {};
const engine = createRequire(import.meta.url)('onnxruntime-node');
const session = { inputNames: ['pixel_values'], outputNames: ['logits'], inputMetadata: [], outputMetadata: [], startProfiling() {}, endProfiling() {}, async dispose() {}, async run() { return {}; } };
engine.registerBackend('cpu', {
  async init() {},
  async createInferenceSessionHandler(model) {
    seen.model = createHash('sha256').update(typeof model === 'string' ? readFileSync(model) : model).digest('hex');
    return session;
  },
}, 100);
env.remoteHost = address;
env.allowLocalModels = false;
env.cacheDir = folder;
const model = await AutoModelForImageClassification.from_pretrained(repo, { dtype: 'fp32' });
seen.labels = model.config.id2label;
console.log(JSON.stringify(seen));
