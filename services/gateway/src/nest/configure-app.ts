/** Configures the Nest application before it listens, in tests as in production. */
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { HttpErrorsFilter } from './http-errors.filter.ts';
import { GATEWAY_OPTIONS, type GatewayOptions } from './tokens.ts';

/** @param pageDirectory the built page; undefined serves the API alone */
export function configureApp(app: NestExpressApplication, pageDirectory = builtPage()): void {
  const options = app.get<GatewayOptions>(GATEWAY_OPTIONS);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.useWebSocketAdapter(new IoAdapter(app));
  app.useGlobalFilters(new HttpErrorsFilter(options));
  app.use(setSecurityHeaders);
  describeApi(app, options.version);
  if (pageDirectory !== undefined) servePage(app, pageDirectory);
}

/** The build of @oriel/web; undefined where it is not installed, as in the gateway image: there the web image serves the page. */
function builtPage(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@oriel/web/package.json')), 'dist');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** No site may frame the page, and the page loads nothing from other hosts. Swagger UI's styles are inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self' blob: data:",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

function setSecurityHeaders(_: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  next();
}

function describeApi(app: NestExpressApplication, version: string): void {
  const description = new DocumentBuilder()
    .setTitle('Oriel')
    .setDescription(
      'Cameras, snapshots and MJPEG streams. Live pictures over Socket.IO are described in docs/protocol.md.',
    )
    .setVersion(version)
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Oriel API',
  });
}

/** Serves the page from the same port, so that no proxy is needed. Does nothing when the page has not been built. */
function servePage(app: NestExpressApplication, pageDirectory: string): void {
  if (!existsSync(join(pageDirectory, 'index.html'))) return;
  app.useStaticAssets(pageDirectory, {
    // Vite puts a content hash into file names in assets/.
    setHeaders: (response: ServerResponse, path: string) => {
      const isNamedByContent = path.startsWith(join(pageDirectory, 'assets'));
      response.setHeader('Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.use((request: PageRequest, response: PageResponse, next: () => void) => {
    if (!isPageAddress(request)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(join(pageDirectory, 'index.html'));
  });
}

type PageRequest = Pick<IncomingMessage, 'method' | 'headers'> & { readonly path: string };
type PageResponse = ServerResponse & { sendFile(path: string): void };

/** Whether the page's own router handles the address. Unknown addresses of the server keep their 404. */
function isPageAddress({ method, headers, path }: PageRequest): boolean {
  if (method !== 'GET' || !headers.accept?.includes('text/html')) return false;
  return !/^\/(api|socket\.io|health|metrics|assets)(\/|$)/.test(path);
}
