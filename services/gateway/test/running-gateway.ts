/** A gateway as production runs it, on a free port, over the test's Redis. */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OrielConfig } from '@oriel/config';
import {
  ControlConnection,
  type MemoryCatalog,
  RedisCameraStatusBoard,
  RedisDemandBoard,
  RedisInstanceBoard,
} from '@oriel/control';
import type { CameraSettings } from '@oriel/model';
import { createLogger } from '@oriel/observability';
import { InstanceHeartbeat, limitRequests, PinoLogger, ServiceContext } from '@oriel/service';
import type { ClientToServerEvents, ServerToClientEvents } from '@oriel/stream-protocol';
import { waitFor } from '@oriel/testing';
import type { Socket as ServerSocket } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { PictureFanout } from '../src/core/delivery/picture-fanout.ts';
import { type Authenticator, EVERYBODY } from '../src/core/requests/access.ts';
import { OpenViewers } from '../src/core/requests/open-viewers.ts';
import { configureApp } from '../src/nest/configure-app.ts';
import { GatewayModule } from '../src/nest/gateway.module.ts';
import { StreamGateway } from '../src/nest/stream.gateway.ts';

export type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

export function testRedis(): { readonly host: string; readonly port: number } {
  return { host: '127.0.0.1', port: Number(process.env['REDIS_PORT']) };
}

/** Unique, so that tests can share a Redis. */
export function newCameraId(): string {
  return `cam-${randomUUID().slice(0, 8)}`;
}

/** What other services do with the control Redis. */
export class TestControl {
  readonly #connection = new ControlConnection({ redis: testRedis() });
  readonly demandBoard = new RedisDemandBoard(this.#connection);
  readonly statusBoard = new RedisCameraStatusBoard(this.#connection);
  readonly instanceBoard = new RedisInstanceBoard(this.#connection);
  readonly #heartbeats: InstanceHeartbeat[] = [];

  /** From now on an ingest service of this id is there: without it, gateways take the cameras it speaks for as given up. */
  async runIngest(instanceId: string): Promise<void> {
    const heartbeat = new InstanceHeartbeat({
      board: this.instanceBoard,
      logger: createLogger({ service: 'ingest', level: 'warn' }),
      identity: { id: instanceId, service: 'ingest', version: '0.0.0-test' },
      sharedClock: { fromProcessUs: (processUs) => processUs },
      report: () => ({}),
      problem: async () => undefined,
    });
    this.#heartbeats.push(heartbeat);
    heartbeat.start('http://127.0.0.1:9090');
    await waitFor(async () => (await this.instanceBoard.all()).some(({ id }) => id === instanceId));
  }

  async close(): Promise<void> {
    for (const heartbeat of this.#heartbeats) await heartbeat.stop();
    await this.#connection.close();
  }
}

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  readonly instanceId: string;
  readonly logLines: readonly string[];
  /** What the configuration file says; may be replaced. */
  readonly cameras: MemoryCatalog;
  readonly fanout: PictureFanout;
  readonly viewers: OpenViewers;
  /** The gateway's end of the client's connection. */
  serverSocket(client: Client): ServerSocket;
  /** Bytes that wait in this process for the client to take them. */
  bufferedBytes(client: Client): number;
  /** @param options - of socket.io-client, beside those of the tests */
  connect(options?: Parameters<typeof io>[1]): Promise<Client>;
  get(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** Of the built page; none when left out. */
  readonly pageDirectory?: string;
  readonly redisPort?: number;
  readonly trustedProxies?: readonly string[];
  /** Everybody sees everything when left out. */
  readonly authenticator?: Authenticator;
}

interface EngineSocket {
  readonly writeBuffer: readonly { readonly data?: { readonly length: number } }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number } };
}

export async function runGateway(
  cameras: readonly CameraSettings[],
  {
    pageDirectory = '/nowhere',
    redisPort = testRedis().port,
    trustedProxies = [],
    authenticator = EVERYBODY,
  }: RunOptions = {},
): Promise<RunningGateway> {
  const instanceId = `gateway-${randomUUID().slice(0, 8)}`;
  const logLines: string[] = [];
  const logger = createLogger({
    service: 'gateway',
    level: 'debug',
    destination: { write: (line) => void logLines.push(line) },
  });
  const context = new ServiceContext({
    service: 'gateway',
    config: orielConfig(cameras, redisPort, trustedProxies),
    instanceId,
    version: '0.0.0-test',
    logger,
  });
  const app = await NestFactory.create<NestExpressApplication>(GatewayModule.forRoot(context, authenticator), {
    logger: new PinoLogger(logger),
    abortOnError: false,
    forceCloseConnections: true,
    bodyParser: false,
  });
  limitRequests(app.getHttpServer());
  configureApp(app, pageDirectory);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  context.heartbeat.start(url);
  const streamGateway = app.get(StreamGateway);
  const clients = new Set<Client>();
  const serverSocket = (client: Client) => {
    const socket = streamGateway.server.sockets.sockets.get(client.id ?? '');
    if (socket === undefined) throw new TypeError('this client is not connected');
    return socket;
  };

  return {
    url,
    port,
    instanceId,
    logLines,
    cameras: context.cameras,
    fanout: app.get(PictureFanout),
    viewers: app.get(OpenViewers),
    serverSocket,
    bufferedBytes: (client) => {
      const engine = serverSocket(client).conn as unknown as EngineSocket;
      const notHandedOver = engine.writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
      return notHandedOver + (engine.transport.socket?.bufferedAmount ?? 0);
    },
    connect: async (options = {}) => {
      const client: Client = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, ...options });
      clients.add(client);
      await new Promise<void>((resolve, reject) => client.once('connect', resolve).once('connect_error', reject));
      return client;
    },
    get: (path, init) => fetch(`${url}${path}`, init),
    close: async () => {
      for (const client of clients) client.disconnect();
      await app.close();
    },
  };
}

function orielConfig(
  cameras: readonly CameraSettings[],
  redisPort: number,
  trustedProxies: readonly string[],
): OrielConfig {
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  return {
    server: { host: '127.0.0.1', port: 0, trustedProxies },
    cameras,
    auth: 'none',
    redis: { controlUrl: redisUrl, mediaUrl: redisUrl },
    transcoder: { engine: 'libav', maxCameras: 4 },
    ingest: { maxCameras: 4 },
    health: { host: '127.0.0.1', port: 0 },
  };
}
