import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brokenCitations } from './citations.mjs';
import { root } from './setup.mjs';

let directory;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'oriel-citations-'));
  write('docs/cameras.md', '# Cameras\n\n## What they do, and why\n');
  write('libs/clock/src/clock.ts', 'export const clock = 1;\n');
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path, text) {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), text);
}

it('cites nothing that is not there', () => {
  expect(brokenCitations(root)).toEqual([]);
});

describe('comments', () => {
  it.each([
    ['a file by its name', '/** See `clock.ts`. */'],
    ['a file by the end of its path', '// src/clock.ts counts.'],
    ['a document', '// docs/cameras.md says why.'],
    ['a section', '/** As cameras do (docs/cameras.md#what-they-do-and-why). */'],
    ['a file of the user', '// What config.toml says.'],
    ['a standard', '// RFC 2326 §10.7, ITU-T H.264 §7.3.1, §B.1.2.'],
    ['quoted text', "const text = 'see https://example.com/gone.ts';"],
  ])('may cite %s', (_, code) => {
    write('libs/clock/src/index.ts', code);
    expect(brokenCitations(directory)).toEqual([]);
  });

  it.each([
    ['a file', '/** See `timer.ts`. */', 'timer.ts'],
    ['a file in another folder', '// test/clock.ts counts.', 'test/clock.ts'],
    ['a document', '// docs/clocks.md says why.', 'docs/clocks.md'],
    ['a section', '/**\n * As cameras do (docs/cameras.md#why).\n */', 'docs/cameras.md#why'],
    ['a document outside', '// Cameras do (camera-lore §2.1).', 'camera-lore §2.1'],
  ])('may not cite %s that is not there', (_, code, citation) => {
    write('libs/clock/src/index.ts', code);
    expect(brokenCitations(directory)).toEqual([`libs/clock/src/index.ts: ${citation}`]);
  });
});

describe('documents', () => {
  it.each([
    ['a document', '[cameras](cameras.md)'],
    ['a section', '[why](cameras.md#what-they-do-and-why)'],
    ['a section of its own', '# Here\n\n[up](#here)'],
    ['a folder', '[clock](../libs/clock/)'],
    ['an address', '[elsewhere](https://example.com/gone.md)'],
    ['a path', '`libs/clock/src/clock.ts` and `libs/clock`'],
    ['anything in an example', '```\n[gone](gone.md)\n```'],
  ])('may link to %s', (_, text) => {
    write('docs/index.md', text);
    expect(brokenCitations(directory)).toEqual([]);
  });

  it.each([
    ['a document', '[gone](gone.md)', 'gone.md'],
    ['a section', '[why](cameras.md#why)', 'cameras.md#why'],
    ['a path', '`libs/timer`', 'libs/timer'],
  ])('may not link to %s that is not there', (_, text, citation) => {
    write('docs/index.md', text);
    expect(brokenCitations(directory)).toEqual([`docs/index.md: ${citation}`]);
  });
});
