/** What is in the images, and what is not. */
import { describeWithEngine, docker } from './support/engine.ts';

const BASES = { node: 'node:24-bookworm-slim', caddy: 'caddy:2', redis: 'redis:7-bookworm' } as const;
const MEGABYTE = 1e6;

const sizeBytes = async (image: string) =>
  Number((await docker(['image', 'inspect', '-f', '{{.Size}}', image])).stdout);

/** What a shell script writes in a container of the image that reaches nothing. */
async function inside(image: string, script: string): Promise<string> {
  const command = ['run', '--rm', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--entrypoint', 'sh', image];
  return (await docker([...command, '-c', script])).stdout.trim();
}

describeWithEngine('the image', () => {
  it.each<{ name: string; base: keyof typeof BASES; mostAddedMegabytes: number }>([
    { name: 'gateway', base: 'node', mostAddedMegabytes: 60 },
    { name: 'ingest', base: 'node', mostAddedMegabytes: 50 },
    // FFmpeg's libraries in node-av are 175 of them, libvips in sharp 20.
    { name: 'transcoder', base: 'node', mostAddedMegabytes: 260 },
    { name: 'web', base: 'caddy', mostAddedMegabytes: 60 },
    { name: 'redis', base: 'redis', mostAddedMegabytes: 1 },
  ])(
    'of $name adds little to its base, and no user but an ordinary one',
    async ({ name, base, mostAddedMegabytes }) => {
      const image = `oriel/${name}:test`;
      const [whole, below] = await Promise.all([sizeBytes(image), sizeBytes(BASES[base])]);
      const addedMegabytes = (whole - below) / MEGABYTE;
      process.stderr.write(
        `image ${name}: ${(whole / MEGABYTE).toFixed(0)} MB, ${addedMegabytes.toFixed(1)} MB above ${BASES[base]}\n`,
      );
      expect(addedMegabytes).toBeLessThan(mostAddedMegabytes);
      expect(await inside(image, 'id -u')).toBe('1000');
    },
  );

  it.each([
    { name: 'gateway', missing: ['@seydx', 'sharp'] },
    { name: 'ingest', missing: ['@seydx', 'sharp'] },
    { name: 'transcoder', missing: ['@seydx/node-av-linux-x64-musl', '@img/sharp-linuxmusl-x64', 'werift'] },
  ])('of $name holds what it runs with and nothing else', async ({ name, missing }) => {
    const image = `oriel/${name}:test`;
    const packages = await inside(image, 'cd /app/node_modules && ls -d * @*/*');
    for (const one of ['typescript', 'jest', 'nx', '@biomejs/biome', 'vite', 'playwright-core', ...missing]) {
      expect(packages.split('\n')).not.toContain(one);
    }
    expect(await inside(image, 'ls /app/services')).toBe(name);
    const ours = 'find /app -type f -not -path "*/node_modules/*"';
    expect(
      await inside(image, `${ours} \\( -name "*.ts" -o -name "*[.-]spec.*" -o -name "*.toml" -o -name ".env*" \\)`),
    ).toBe('');
    expect(await inside(image, 'find /app -user 1000 -o -perm -002 -type f')).toBe('');
  });
});
