/** `npm run docs -w libs/config`: writes the two generated files of this repository. */
import { writeFileSync } from 'node:fs';
import { configurationPage, exampleFile } from './documentation.ts';

const root = new URL('../../../', import.meta.url);
writeFileSync(new URL('docs/configuration.md', root), configurationPage());
writeFileSync(new URL('config.example.toml', root), exampleFile());
