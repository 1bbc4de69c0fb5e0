import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@oriel/testing';
import { type ConfigListener, ConfigWatch } from './config-watch.ts';

describe('ConfigWatch', () => {
  let cwd: string;
  let told: string[];
  let watch: ConfigWatch;
  const file = () => join(cwd, 'config.toml');
  const camera = (url: string) => `[rtsp]\nurl = "${url}"\n`;
  const listener: ConfigListener = {
    onConfig: ({ cameras }) => told.push(cameras.map(({ source }) => source.url).join()),
    onFaults: ({ faults }) => told.push(faults.map(({ key }) => key).join()),
  };
  const startWatch = () => {
    watch = new ConfigWatch({ cwd, env: {} }, 20);
    watch.start(listener);
  };
  const until = async (expected: readonly string[]) => {
    await waitFor(() => told.length >= expected.length);
    expect(told).toEqual(expected);
  };

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'oriel-config-'));
    told = [];
  });
  afterEach(() => {
    watch.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  it('tells what the file says after each change: written in place, put in its place, faulty, mended, gone', async () => {
    writeFileSync(file(), camera('rtsp://one/'));
    startWatch();
    writeFileSync(file(), camera('rtsp://the-second/'));
    await until(['rtsp://the-second/']);
    writeFileSync(`${file()}.new`, camera('rtsp://three/'));
    renameSync(`${file()}.new`, file());
    await until(['rtsp://the-second/', 'rtsp://three/']);
    writeFileSync(file(), 'colour = "green"');
    await until(['rtsp://the-second/', 'rtsp://three/', 'colour']);
    writeFileSync(file(), camera('rtsp://the-fourth/'));
    await until(['rtsp://the-second/', 'rtsp://three/', 'colour', 'rtsp://the-fourth/']);
    rmSync(file());
    await until(['rtsp://the-second/', 'rtsp://three/', 'colour', 'rtsp://the-fourth/', '']);
  });

  it('sees a file that comes later', async () => {
    startWatch();
    writeFileSync(file(), camera('rtsp://late/'));
    await until(['rtsp://late/']);
  });
});
