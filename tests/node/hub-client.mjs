// Runs @huggingface/hub against an address: hub-client.mjs ADDRESS REPOSITORY FOLDER. Prints what it saw as one JSON document.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, modelInfo, pathsInfo, fileExists, fileDownloadInfo, downloadFile, downloadFileToCacheDir, snapshotDownload } from '@huggingface/hub';

const [hubUrl, repo, folder] = process.argv.slice(2);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const failure = async (run) => { try { await run(); return null; } catch (error) { return { status: error.statusCode ?? null, message: String(error.message) }; } };
const seen = {};

seen.files = [];
for await (const file of listFiles({ repo, hubUrl, recursive: true })) seen.files.push({ path: file.path, type: file.type, size: file.size, sha256: file.lfs?.oid });
seen.info = await modelInfo({ name: repo, hubUrl, additionalFields: ['sha', 'tags', 'siblings'] });
const first = seen.files.find((file) => file.type === 'file').path;
seen.paths = (await pathsInfo({ repo, hubUrl, paths: [first, 'no such file'] })).map((entry) => entry.path);
seen.exists = [await fileExists({ repo, hubUrl, path: first }), await fileExists({ repo, hubUrl, path: 'no such file' })];
seen.download = await fileDownloadInfo({ repo, hubUrl, path: first });
seen.content = sha256(Buffer.from(await (await downloadFile({ repo, hubUrl, path: first })).arrayBuffer()));
seen.range = Buffer.from(await (await downloadFile({ repo, hubUrl, path: first })).slice(1, 3).arrayBuffer()).toString('hex');
seen.cached = sha256(readFileSync(await downloadFileToCacheDir({ repo, hubUrl, path: first, cacheDir: join(folder, 'file') })));
const snapshot = await snapshotDownload({ repo, hubUrl, cacheDir: join(folder, 'snapshot') });
seen.snapshot = {};
const walk = (directory, prefix) => readdirSync(directory).forEach((name) => {
  const path = join(directory, name);
  if (statSync(path).isDirectory()) walk(path, `${prefix}${name}/`);
  else seen.snapshot[prefix + name] = sha256(readFileSync(path));
});
walk(snapshot, '');
seen.noRevision = await failure(() => modelInfo({ name: repo, hubUrl, revision: 'v0' }));
seen.noRepository = await failure(() => modelInfo({ name: 'registry/nothing', hubUrl }));
seen.missingFile = await downloadFile({ repo, hubUrl, path: 'no such file' });
console.log(JSON.stringify(seen));
