// Asks OpenClaw's own code: one question per line of standard input, one answer per line of standard output, both JSON.
// Its bundles have names with hashes, so functions are found by the source file that a bundle says it comes from, and by their names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';

const folder = process.argv[2];
const dist = join(folder, 'dist');
const JSON5 = createRequire(join(dist, 'index.js'))('json5');
const load = (file) => import(pathToFileURL(join(dist, file)));

async function functionsOf(source, ...names) {
  const found = {};
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.mjs'))) {
    if (readFileSync(join(dist, file), 'utf8').includes(`//#region ${source}\n`)) {
      for (const exported of Object.values(await load(file))) {
        if (typeof exported === 'function' && names.includes(exported.name)) {
          found[exported.name] = exported;
        }
      }
    }
  }
  for (const name of names) {
    if (!found[name]) {
      throw new Error(`OpenClaw has no ${name} in ${source}`);
    }
  }
  return found;
}

const { redactConfigObject, restoreRedactedValues } = await functionsOf(
  'src/config/redact-snapshot.ts',
  'redactConfigObject',
  'restoreRedactedValues',
);
const { resolveConfigEnvVars } = await functionsOf('src/config/env-substitution.ts', 'resolveConfigEnvVars');
const { buildRuntimeConfigSchemaFromRegistry } = await functionsOf(
  'src/config/runtime-schema.ts',
  'buildRuntimeConfigSchemaFromRegistry',
);
const { readConfigFileSnapshotWithPluginMetadata } = await load('config/config.js');
const { snapshot, pluginMetadataSnapshot } = await readConfigFileSnapshotWithPluginMetadata({ observe: false });
const { uiHints } = buildRuntimeConfigSchemaFromRegistry(pluginMetadataSnapshot.manifestRegistry, snapshot.sourceConfig);

const answers = {
  parse: ({ text }) => JSON5.parse(text),
  redact: ({ text }) => redactConfigObject(JSON5.parse(text), uiHints),
  restore: ({ incoming, original }) => restoreRedactedValues(JSON5.parse(incoming), JSON5.parse(original), uiHints),
  resolve: ({ text, variables }) => resolveConfigEnvVars(JSON5.parse(text), variables, { onMissing: () => {} }),
  // Where OpenClaw's own schema, with those of its plugins, has a credential.
  sensitive: () => Object.keys(uiHints).filter((path) => uiHints[path].sensitive),
};
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ answer: answers[question.ask](question) ?? null })}\n`);
}
process.exit(0);
