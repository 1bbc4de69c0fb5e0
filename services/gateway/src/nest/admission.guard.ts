import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { ViewerSocket } from '../core/delivery/socket-io-internals.ts';
import { SocketViewers } from '../core/requests/socket-viewers.ts';
import { invalid } from './validation.ts';

/** Counts every request of a viewer, valid or not, before anything else handles it. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(@Inject(SocketViewers) private readonly viewers: SocketViewers) {}

  canActivate(context: ExecutionContext): boolean {
    const session = this.viewers.get(context.switchToWs().getClient<ViewerSocket>().id);
    if (session === undefined) throw invalid('the connection is closing');
    const refused = session.admit();
    if (refused !== undefined) throw new WsException(refused);
    return true;
  }
}
