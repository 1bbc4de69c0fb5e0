import { type ArgumentsHost, Catch, Inject, type WsExceptionFilter } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { ErrorReply } from '@oriel/stream-protocol';
import type { ViewerSocket } from '../core/delivery/socket-io-internals.ts';
import { refusal } from '../core/requests/refusal.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

/** Answers every refused or failed request: in its acknowledgement or, if the client asked for none, with an `exception` event. */
@Catch()
export class SocketErrorsFilter implements WsExceptionFilter {
  constructor(@Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const socket = host.switchToWs().getClient<ViewerSocket>();
    const event = host.switchToWs().getPattern();
    answer(socket, event, host.getArgs()[ACKNOWLEDGE_ARGUMENT], this.#toReply(exception, event));
  }

  #toReply(exception: unknown, event: string): ErrorReply {
    if (exception instanceof WsException) {
      const error = exception.getError();
      return typeof error === 'string' ? refusal('invalid', error) : (error as ErrorReply);
    }
    this.options.logger.error({ err: exception, event }, 'a request of a viewer failed');
    return refusal('internal', 'The gateway could not do this; its log says why.');
  }
}

/** @param acknowledge the last argument of the event, if the client passed one */
export function answer(socket: ViewerSocket, event: string, acknowledge: unknown, { ok, error }: ErrorReply): void {
  if (typeof acknowledge === 'function') acknowledge({ ok, error });
  else socket.emit('exception', { event, error });
}

/** Nest's handler arguments: socket, payload, acknowledgement, event name. */
const ACKNOWLEDGE_ARGUMENT = 2;
