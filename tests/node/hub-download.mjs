// Downloads one file with @huggingface/hub: hub-download.mjs ADDRESS REPOSITORY REVISION PATH. Prints what came as one JSON document.
import { createHash } from 'node:crypto';
import { downloadFile, fileDownloadInfo } from '@huggingface/hub';

const [hubUrl, repo, revision, path] = process.argv.slice(2);
const info = await fileDownloadInfo({ repo, hubUrl, revision, path });
const blob = await downloadFile({ repo, hubUrl, revision, path });
const content = Buffer.from(await blob.arrayBuffer());
// A static server does not say what is missing; the client tells its number.
const missing = await downloadFile({ repo, hubUrl, revision, path: 'no such file' }).then(() => null, (error) => error.statusCode);
console.log(JSON.stringify({
  size: info.size,
  sha256: createHash('sha256').update(content).digest('hex'),
  part: Buffer.from(await blob.slice(1, 3).arrayBuffer()).toString('hex'),
  missing,
}));
