import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Draft04 from 'ajv-draft-04';
import { parseJson } from '../../../src/oci/json.js';

/** Where Debian's golang-github-opencontainers-specs-dev puts the official JSON schema. */
const SCHEMA = '/usr/share/gocode/src/github.com/opencontainers/runtime-spec/schema';

/** What the official schema has against a config.json; nothing where it is valid. */
export function schemaErrors(config: string): string[] {
  validator ??= compile();
  validator(JSON.parse(config));
  return (validator.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

let validator: ReturnType<Draft04.default['compile']> | undefined;

function compile() {
  const ajv = new Draft04.default({ strict: false, allErrors: true });
  for (const name of readdirSync(SCHEMA)) {
    if (name !== ROOT) ajv.addSchema(JSON.parse(readFileSync(join(SCHEMA, name), 'utf8')), name);
  }
  return ajv.compile(JSON.parse(readFileSync(join(SCHEMA, ROOT), 'utf8')));
}

const ROOT = 'config-schema.json';

interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly maximum?: number | bigint;
}

/** A config.json with every field that the schema has for Linux: whole numbers the largest, words the last, of what is allowed. */
export function everyField(): object {
  return sample(readSchema(ROOT), ROOT, '') as object;
}

/** Fields for other systems. */
const ELSEWHERE = ['solaris', 'windows', 'vm', 'zos', 'commandLine', 'username'];

/** Where the schema allows any text, what its prose allows. */
const TEXTS: Readonly<Record<string, string>> = {
  '^RLIMIT_[A-Z]+$': 'RLIMIT_NOFILE',
  '^[1-9][0-9]*[KMG]B$': '2MB',
  '^MB:[^\\n]*$': 'MB:0=20',
  '^[cbup]$': 'c',
  '.linux.resources.devices[0].type': 'c',
  '.linux.resources.devices[0].access': 'rwm',
};

function sample(schema: Schema, file: string, at: string): unknown {
  if (schema.$ref !== undefined) return follow(schema.$ref, file, at);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => sample(one, file, at) as object));
  if (schema.anyOf) return sample(schema.anyOf[0] as Schema, file, at);
  if (schema.enum) return schema.enum.at(-1);
  if (schema.type === 'array') return [sample(schema.items as Schema, file, `${at}[0]`)];
  if (schema.type === 'integer') return limit(schema.maximum ?? 1000);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'string') return TEXTS[schema.pattern ?? at] ?? 'a text';
  return sampleObject(schema, file, at);
}

function sampleObject({ properties, patternProperties, additionalProperties }: Schema, file: string, at: string) {
  const any = Object.values(patternProperties ?? {})[0] ?? additionalProperties;
  const fields = Object.entries(properties ?? (any ? { key: any } : {}));
  const here = fields.filter(([key]) => !ELSEWHERE.includes(key));
  return Object.fromEntries(here.map(([key, schema]) => [key, sample(schema, file, `${at}.${key}`)]));
}

/** The schema's own limits are rounded, to what a double holds. */
function limit(maximum: number | bigint): number | bigint {
  if (maximum === 18446744073709552000n) return 2n ** 64n - 1n;
  return maximum === 9223372036854776000n ? 2n ** 63n - 1n : maximum;
}

function follow(reference: string, file: string, at: string): unknown {
  const [name, pointer] = reference.split('#') as [string, string];
  const path = pointer.split('/').slice(1);
  const found = path.reduce(
    (value, key) => (value as Record<string, unknown>)[key],
    readSchema(name || file) as unknown,
  );
  return sample(found as Schema, name || file, at);
}

function readSchema(name: string): Schema {
  return parseJson(readFileSync(join(SCHEMA, name), 'utf8')) as Schema;
}
