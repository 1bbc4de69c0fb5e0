/** Runs GStreamer's RTSP server as a peer. Needs its Python binding (Debian: python3-gi, gir1.2-gst-rtsp-server-1.0). */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export type GStreamerPath =
  | '/h264'
  | '/h265'
  | '/h264-aac'
  | '/h264-pcmu'
  | '/h264-bframes'
  | '/h264-interlaced'
  | '/mjpeg';

export interface GStreamerServer {
  readonly port: number;
  /** `rtsp://127.0.0.1:port/path`, or `rtsps://` with TLS. */
  url(path: GStreamerPath, userInfo?: string): string;
  stop(): Promise<void>;
}

export interface GStreamerServerOptions {
  readonly auth?: 'none' | 'basic' | 'digest';
  readonly protocols?: 'all' | 'tcp' | 'udp';
  /** A certificate and its key as PEM. Switches the server to rtsps. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Set it to reuse the port of an earlier server. @defaultValue a free port */
  readonly port?: number;
}

export const GSTREAMER_CREDENTIALS = { username: 'viewer', password: 'p@ss:w/rd' } as const;

/** What is missing on this machine; undefined when the server can run. @throws Error when ORIEL_REQUIRE_ALL=1 forbids skipping */
export function missingGStreamer(): string | undefined {
  const imports = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
  if (spawnSync(PYTHON, ['-c', imports], { stdio: 'ignore' }).status === 0) return undefined;
  const reason = 'GStreamer RTSP server for Python is not installed (python3-gi, gir1.2-gst-rtsp-server-1.0)';
  if (process.env['ORIEL_REQUIRE_ALL'] === '1') throw new Error(`${reason}, and ORIEL_REQUIRE_ALL=1 forbids skipping`);
  return reason;
}

export async function startGStreamerServer(options: GStreamerServerOptions = {}): Promise<GStreamerServer> {
  const { auth = 'none', protocols = 'all', tls, port: wantedPort = 0 } = options;
  const directory = mkdtempSync(join(tmpdir(), 'oriel-gstreamer-'));
  const pem = join(directory, 'server.pem');
  if (tls !== undefined) writeFileSync(pem, tls.cert + tls.key);
  const secure = tls === undefined ? [] : ['--tls', pem];
  const child = spawn(
    PYTHON,
    [SCRIPT, '--auth', auth, '--protocols', protocols, '--port', String(wantedPort), ...secure],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  // The server reads the certificate before it listens, so the file may go.
  const port = await readPort(child).finally(() => rmSync(directory, { recursive: true }));
  const scheme = tls === undefined ? 'rtsp' : 'rtsps';
  return {
    port,
    url: (path, userInfo) => `${scheme}://${userInfo === undefined ? '' : `${userInfo}@`}127.0.0.1:${port}${path}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await exited;
    },
  };
}

/** Debian's own interpreter, the only one that has the binding. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../../fixtures/gst-rtsp-server.py', import.meta.url));

async function readPort(child: ChildProcessByStdio<Writable, Readable, null>): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^PORT (\d+)$/.exec(line);
    if (match) return Number(match[1]);
  }
  throw new Error('The GStreamer server ended before it listened');
}
