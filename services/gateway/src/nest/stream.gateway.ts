import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, UseFilters, UseGuards } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import { RedisSharedClock } from '@oriel/control';
import { BurstReporter } from '@oriel/observability';
import { ServiceContext } from '@oriel/service';
import type { ClientToServerEvents, ClockReply, UnwatchReply, WatchReply } from '@oriel/stream-protocol';
import type { Server } from 'socket.io';
import type { ViewerSocket } from '../core/delivery/socket-io-internals.ts';
import type { Principal } from '../core/requests/access.ts';
import { ClientAddresses } from '../core/requests/client-address.ts';
import { type EndReason, type EngineConnection, guardConnection } from '../core/requests/guard-connections.ts';
import { IntakeLimits } from '../core/requests/intake-limits.ts';
import { LimitedWebSocketServer } from '../core/requests/limited-web-socket-server.ts';
import { MAX_VIEWERS } from '../core/requests/open-viewers.ts';
import { isSameOrigin } from '../core/requests/origin.ts';
import { refusal } from '../core/requests/refusal.ts';
import { SocketViewers } from '../core/requests/socket-viewers.ts';
import type { ViewerSession } from '../core/requests/viewer-session.ts';
import { AdmissionGuard } from './admission.guard.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';
import { answer, SocketErrorsFilter } from './socket-errors.filter.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';
import { invalid, OneObjectPipe, socketValidation } from './validation.ts';
import { UnwatchDto, WatchDto } from './watch.dto.ts';

/** Requests hold a few short numbers and names. */
const MAX_REQUEST_BYTES = 16 * 1024;
/** A client that lost its line is dropped after both intervals together. */
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 10_000;

const REFUSAL_DELAY_MS = 1_000;
const REFUSALS_LOG_INTERVAL_MS = 10_000;
/** Characters of an unknown event's name that are sent back to the client. */
const MAX_EVENT_NAME = 64;

const EVENTS: readonly (keyof ClientToServerEvents)[] = ['watch', 'unwatch', 'clock'];

@Injectable()
@UseFilters(SocketErrorsFilter)
@UseGuards(AdmissionGuard)
@WebSocketGateway({
  transports: ['websocket', 'polling'],
  maxHttpBufferSize: MAX_REQUEST_BYTES,
  pingInterval: PING_INTERVAL_MS,
  pingTimeout: PING_TIMEOUT_MS,
  // JPEG does not compress further.
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  wsEngine: LimitedWebSocketServer,
})
export class StreamGateway implements OnGatewayInit<Server>, OnGatewayConnection, OnGatewayDisconnect {
  server!: Server;
  readonly #limits = new IntakeLimits(() => performance.now());
  /** Logs at most one line in ten seconds, with the last address, so that a flood does not fill the log. */
  readonly #refusals: BurstReporter;
  #lastRefusal = { address: '', reason: '' };

  constructor(
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
    @Inject(SocketViewers) private readonly viewers: SocketViewers,
    @Inject(ClientAddresses) private readonly addresses: ClientAddresses,
    @Inject(RedisSharedClock) private readonly sharedClock: RedisSharedClock,
    @Inject(DeliveryMetrics) private readonly metrics: DeliveryMetrics,
    @Inject(ServiceContext) private readonly context: ServiceContext,
  ) {
    this.#refusals = new BurstReporter({
      intervalMs: REFUSALS_LOG_INTERVAL_MS,
      report: (connections) =>
        options.logger.warn({ connections, ...this.#lastRefusal }, 'connections refused or ended'),
    });
  }

  afterInit(server: Server): void {
    this.server = server;
    this.#guard(server);
    this.context.cameras.subscribe(() => server.emit('cameras'));
    server.use((socket, next) => {
      this.options.authenticator.authenticate(socket.request, socket.handshake.auth).then(
        (principal) => {
          if (principal === undefined) return next(new Error('unauthorized'));
          socket.data.principal = principal;
          next();
        },
        (error: unknown) => {
          this.options.logger.error({ err: error }, 'a viewer could not be authenticated');
          next(new Error('internal'));
        },
      );
    });
  }

  handleConnection(socket: ViewerSocket): void {
    this.viewers.open(socket, socket.data.principal as Principal, this.addresses.of(socket.request));
    socket.onAny((event: unknown, ...rest: unknown[]) => {
      if (!EVENTS.some((known) => known === event))
        this.#refuseUnknown(socket, String(event).slice(0, MAX_EVENT_NAME), rest.at(-1));
    });
  }

  handleDisconnect(socket: ViewerSocket): void {
    this.viewers.close(socket.id);
  }

  @SubscribeMessage('watch')
  watch(
    @ConnectedSocket() socket: ViewerSocket,
    @MessageBody(new OneObjectPipe(), socketValidation) request: WatchDto,
  ): WatchReply {
    return this.#session(socket).watch(request);
  }

  @SubscribeMessage('unwatch')
  unwatch(
    @ConnectedSocket() socket: ViewerSocket,
    @MessageBody(new OneObjectPipe(), socketValidation) request: UnwatchDto,
  ): UnwatchReply {
    return this.#session(socket).unwatch(request.camera);
  }

  @SubscribeMessage('clock')
  clock(@MessageBody() payload: unknown): ClockReply {
    if (payload !== undefined && payload !== null) throw invalid('clock takes no payload');
    return { serverTimeMs: Math.round(this.sharedClock.nowMs()) };
  }

  /** Decides who may connect, and counts what they send before Socket.IO sees it. */
  #guard(server: Server): void {
    const { engine } = server;
    const { addresses } = this;
    const limits = this.#limits;
    engine.opts.allowRequest = (
      request: IncomingMessage,
      decide: (problem: string | null, isAllowed: boolean) => void,
    ) => {
      if (!isSameOrigin(request.headers)) return decide('This page is not from here.', false);
      const address = addresses.of(request);
      if (engine.clientsCount < MAX_VIEWERS.socket && limits.admits(address)) return decide(null, true);
      this.#onRefusal(address, 'refused');
      // Delays the refusal, because clients reconnect at once and an attempt costs the gateway more than the client.
      request.socket.on('error', () => undefined);
      setTimeout(() => decide('too-many: try again in a moment', false), REFUSAL_DELAY_MS).unref();
    };
    const onEnd = (address: string, reason: EndReason) => this.#onRefusal(address, reason);
    engine.on('connection', (connection: EngineConnection) =>
      guardConnection(connection, { limits, addresses, onEnd }),
    );
  }

  #onRefusal(address: string, reason: EndReason | 'refused'): void {
    this.metrics.connectionEnded(reason);
    this.#lastRefusal = { address, reason };
    this.#refusals.add();
  }

  /** Answers an unknown event. Nest never sees it, because no handler listens for it. */
  #refuseUnknown(socket: ViewerSocket, event: string, acknowledge: unknown): void {
    const reply =
      this.viewers.get(socket.id)?.admit() ??
      refusal('invalid', `There is no such event; there are ${EVENTS.join(', ')}.`);
    answer(socket, event, acknowledge, reply);
  }

  #session(socket: ViewerSocket): ViewerSession {
    const session = this.viewers.get(socket.id);
    if (session === undefined) throw invalid('the connection is closing');
    return session;
  }
}
