/** Generates docs/configuration.md and config.example.toml from the sections, so that neither can fall behind. */
import { type KeyDeclaration, keysOf, ruleOf } from './config-key.ts';
import { variableName } from './environment.ts';
import { SECTIONS } from './section-list.ts';
import { CameraSection } from './sections.ts';

/** The page for people who configure Oriel. */
export function configurationPage(): string {
  const tables = Object.entries(SECTIONS).map(([name, section]) =>
    [`### ${name === '' ? 'Above all tables' : `\`[${name}]\``}`, '', tableOf(name, section)].join('\n'),
  );
  return `${[INTRODUCTION, ...tables, CAMERAS, tableOf(undefined, new CameraSection()), ELSEWHERE].join('\n\n')}\n`;
}

/** A complete configuration with one camera; optional keys are commented out. */
export function exampleFile(): string {
  const parts = Object.entries(SECTIONS).map(([name, section]) => {
    const lines = [...keysOf(section)].map(([key, declaration]) => exampleLine(name, key, declaration, section));
    return [...(name === '' ? [] : [`[${name}]`]), ...lines].join('\n');
  });
  return `${[EXAMPLE_HEAD, ...parts, EXAMPLE_CAMERAS].join('\n\n')}\n`;
}

const INTRODUCTION = `# Configuration

<!-- Made from libs/config/src/sections.ts by \`npm run docs -w libs/config\`: change it there. -->

Oriel reads \`config.toml\` in the working directory, or the file that \`ORIEL_CONFIG\` names. Every key has a default, so no file
is needed to try it. [config.example.toml](../config.example.toml) shows all keys.

Each key can also be given as an environment variable, which wins over the file; an empty variable counts as absent. Where the table says
*or a file*, \`<variable>_FILE\` may name a file that holds the value, as Docker secrets do.

Unknown keys and values out of range stop the start. All faults are listed at once, by the name of the key; no message repeats
a text that was given as a value, because it could be a password.

## Keys`;

const CAMERAS = `## Cameras

\`[rtsp].url\` alone is one camera, with the id \`default\`. Each \`[[cameras]]\` table adds one. It may hold every key of \`[rtsp]\` and
\`[transcoding]\`; what it leaves out comes from these two. A user name and password in a camera's own address win over inherited ones.

\`\`\`toml
[[cameras]]
id = "front-door"
name = "Front door"
url = "rtsp://viewer:p@ss:w/rd@192.168.1.101:554/stream1"
quality = 70
\`\`\`

The user name ends at the first \`:\` and the password at the last \`@\` in front of a host, so neither has to be escaped; escapes such as \`%40\`
are understood as well. An \`@\` further on, in the path, is written \`%40\`.

Cameras may be changed while Oriel runs: two seconds after the file was saved, cameras come, go, and change their names and addresses. The
others notice nothing. A file with faults changes nothing; \`npm start\` and the services' logs name them. All other keys hold from the next start on.
In a container the file has to be the one that was mounted: an editor that puts a new file in its place needs the directory mounted instead.

The variables of a camera carry its id in capitals, with \`_\` for \`-\`: \`ORIEL_CAMERA_FRONT_DOOR_PASSWORD_FILE\`.`;

const ELSEWHERE = `## Beside the configuration

| variable | meaning |
| --- | --- |
| \`ORIEL_CONFIG\` | The file to read instead of \`config.toml\`; it has to be there. |
| \`ORIEL_LOG_LEVEL\` | \`trace\`, \`debug\`, \`info\` (default), \`warn\`, \`error\` or \`fatal\`. |
| \`ORIEL_DATA_DIR\` | \`npm start\` alone: the directory for cameras, users and logs [\`data\`]. |`;

const EXAMPLE_HEAD = `# Oriel reads this as config.toml in the working directory, or wherever ORIEL_CONFIG points.
# Every key is optional; what stands here, or behind a #, is its default, except for auth and the camera's address.
# docs/configuration.md explains them all.`;

const EXAMPLE_CAMERAS = `# More cameras: each inherits from [rtsp] and [transcoding] what it does not say itself.
# [[cameras]]
# id = "front-door"
# name = "Front door"
# url = "rtsp://viewer:password@192.168.1.101:554/stream1"
# transport = "udp"`;

/** Example values for keys whose default would not help. */
const EXAMPLE_VALUES: Readonly<Record<string, string | number>> = {
  // The gateway refuses to start with the default.
  '.auth': 'none',
  'rtsp.url': 'rtsp://admin:password@192.168.1.100:554/stream',
  'rtsp.username': 'admin',
  'rtsp.password': 'password',
  'rtsp.tls_fingerprint': 'AB:CD:…',
  'redis.password': 'password',
  'transcoder.max_cameras': 128,
  'ingest.max_cameras': 200,
};
const COMMENT_COLUMN = 40;

function tableOf(sectionName: string | undefined, section: object): string {
  const rows = [...keysOf(section)].map(([key, declaration]) => {
    const variable = sectionName === undefined ? '' : `\`${variableName(sectionName, key)}\``;
    const orFile = declaration.secret === true && variable !== '' ? ' *or a file*' : '';
    const fallback = Reflect.get(section, key);
    return `| \`${key}\` | ${fallback === undefined ? '' : `\`${String(fallback)}\``} | ${rangeOf(declaration)} | ${declaration.meaning} | ${variable}${orFile} |`;
  });
  return ['| key | default | range | meaning | variable |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function rangeOf({ kind, unit }: KeyDeclaration): string {
  const range = kind.type === 'choice' ? kind.of.map((word) => `\`${word}\``).join(', ') : ruleOf(kind);
  return unit === undefined ? range : `${range}, in ${unit}`;
}

function exampleLine(
  sectionName: string,
  key: string,
  { meaning, unit, kind }: KeyDeclaration,
  section: object,
): string {
  const path = `${sectionName}.${key}`;
  const value: unknown = EXAMPLE_VALUES[path] ?? Reflect.get(section, key);
  const isOptional = Reflect.get(section, key) === undefined ? path !== 'rtsp.url' : sectionName === 'redis';
  const line = `${isOptional ? '# ' : ''}${key} = ${JSON.stringify(value)}`;
  const choices = kind.type === 'choice' && kind.of.length > 1 ? `${kind.of.join(' | ')}: ` : '';
  return `${line.padEnd(COMMENT_COLUMN)} # ${choices}${unit === undefined ? '' : `${unit}: `}${meaning}`;
}
