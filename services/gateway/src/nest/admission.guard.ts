import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import type { ViewerSocket } from '../core/delivery/socket-io-connection.ts';
import { ViewerSessions } from '../core/requests/viewer-sessions.ts';
import { invalid } from './validation.ts';

/** Counts every request of a viewer, good or bad, before anything else looks at it. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(@Inject(ViewerSessions) private readonly sessions: ViewerSessions) {}

  canActivate(context: ExecutionContext): boolean {
    const session = this.sessions.get(context.switchToWs().getClient<ViewerSocket>().id);
    if (session === undefined) throw invalid('the connection is closing');
    const refused = session.admit();
    if (refused !== undefined) throw new WsException(refused);
    return true;
  }
}
