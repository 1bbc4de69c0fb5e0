// What comments and documents cite: files of this repository and sections of its documents. Each must exist.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'test-results', 'data']);
const SOURCE = /\.(?:tsx?|mjs)$/;
/** Names with these endings are files of ours wherever a comment has one; others, such as `config.toml`, may be the user's. */
const OURS = /\.(?:spec|int-spec|e2e-spec)?\.?(?:tsx?|mjs)$/;
/** Quoted text before comments, so that `//` in an address does not begin one. */
const TOKENS = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g;
const FILE_NAME =
  /(?<![\w./@-])(?:[\w.-]+\/)*[\w-][\w.-]*\.(?:tsx?|mjs|md|json|ya?ml|toml|sh|py|css)(?:#[\w-]+)?(?![\w/])/g;
/** A section of what is neither a standard nor named by its path. Standards have capitals: RFC 2326 §10. */
const UNNAMED_DOCUMENT = /(?<![\w-])[a-z]\w*(?:-\w+)+ §[\d.]+/g;
const MARKDOWN_LINK = /\]\(([^()\s]+)\)/g;
const CODE_SPAN = /`([^`\n]+)`/g;
const CODE_BLOCK = /^(`{3,})[\s\S]*?^\1/gm;

/** @returns one line for each citation of what is not there: `<file>: <citation>`. */
export function brokenCitations(root) {
  const repository = readRepository(root);
  return [...repository.files]
    .filter((file) => SOURCE.test(file) || file.endsWith('.md'))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      const broken = file.endsWith('.md')
        ? brokenInDocument(repository, file, text)
        : brokenInComments(repository, text);
      return [...new Set(broken)].map((citation) => `${file}: ${citation}`);
    });
}

function readRepository(root) {
  const files = new Set();
  const visit = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      const isHidden = entry.name.startsWith('.') && entry.name !== '.ci';
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !isHidden) visit(path);
      if (entry.isFile()) files.add(relative(root, path).split(sep).join('/'));
    }
  };
  visit(root);
  const folders = new Set([...files].flatMap(foldersOf));
  return { root, files, folders, topFolders: new Set([...folders].filter((folder) => !folder.includes('/'))) };
}

function foldersOf(file) {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function brokenInComments(repository, text) {
  const comments = [...text.matchAll(TOKENS)].flatMap(([, comment]) => comment ?? []);
  return comments.flatMap((comment) => [
    ...(comment.match(UNNAMED_DOCUMENT) ?? []),
    ...(comment.match(FILE_NAME) ?? []).filter((name) => isOurs(repository, name) && !isThere(repository, name)),
  ]);
}

function isOurs({ topFolders }, name) {
  return OURS.test(name) || topFolders.has(name.split('/')[0]) || /\.md(?:#|$)/.test(name);
}

/** A path from the root, or the end of one: comments cite neighbours by their names. */
function isThere(repository, name) {
  const [path, section] = name.replace(/^\.\//, '').split('#');
  const file = [...repository.files].find((one) => one === path || one.endsWith(`/${path}`));
  return file !== undefined && (section === undefined || sectionsOf(repository, file).has(section));
}

function brokenInDocument(repository, file, text) {
  const prose = text.replace(CODE_BLOCK, '');
  const links = [...prose.matchAll(MARKDOWN_LINK)].map(([, target]) => target);
  const spans = [...prose.matchAll(CODE_SPAN)].map(([, span]) => span);
  return [
    ...links.filter((target) => !/^[a-z]+:/i.test(target) && !isLinkTarget(repository, file, target)),
    ...spans.filter((span) => isPath(repository, span) && !isPathThere(repository, span)),
  ];
}

function isLinkTarget(repository, from, target) {
  const [path, section] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path)).replace(/\/$/, '');
  if (repository.folders.has(file)) return section === undefined;
  return repository.files.has(file) && (section === undefined || sectionsOf(repository, file).has(section));
}

/** Spans such as `libs/control` or `docs/protocol.md`; commands and patterns are none. */
function isPath({ topFolders }, span) {
  return /^[\w.-]+(?:\/[\w.-]+)+\/?$/.test(span) && topFolders.has(span.split('/')[0]);
}

function isPathThere({ files, folders }, span) {
  const path = span.replace(/\/$/, '');
  return files.has(path) || folders.has(path) || /(?:^|\/)dist\//.test(path);
}

/** The anchors that GitHub gives to the headings of a document. */
function sectionsOf({ root }, file) {
  const prose = readFileSync(join(root, file), 'utf8').replace(CODE_BLOCK, '');
  const headings = [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => heading.trim());
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
