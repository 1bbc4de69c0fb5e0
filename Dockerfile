# Every image of Oriel comes from this file. The workspace is installed and built once, and each service's image takes
# from that build what it runs, beside only its own production dependencies:
#   docker build --target service --build-arg SERVICE=gateway .
ARG NODE_IMAGE=node:24-bookworm-slim
ARG CADDY_IMAGE=caddy:2
ARG REDIS_IMAGE=redis:7-bookworm

# The manifests alone: as long as none of them changes, the installs below come from the cache.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /manifests
COPY . /source
RUN cd /source && for manifest in $(find . -name package.json -not -path '*/node_modules/*'); do \
      mkdir -p "/manifests/$(dirname "$manifest")" && cp "$manifest" "/manifests/$manifest"; \
    done && cp package-lock.json .npmrc /manifests/

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /manifests ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-update-notifier --no-audit --no-fund
COPY . .
RUN NX_DAEMON=false npx nx run-many -t build -p 'services/*,tools/camera' --skip-nx-cache --outputStyle=static
# What runs: compiled code and manifests, no sources, no tests.
RUN for dist in libs/*/dist services/*/dist tools/*/dist; do \
      mkdir -p "/out/$(dirname "$dist")" && cp -r "$dist" "/out/$dist" && cp "$(dirname "$dist")/package.json" "/out/$(dirname "$dist")/"; \
    done && find /out -name '*.d.ts*' -delete && find /out -name .tsbuildinfo -delete

# What a service needs in order to run, once for each. Type declarations and source maps of others are of no use there.
FROM ${NODE_IMAGE} AS production-dependencies
ARG SERVICE
WORKDIR /app
COPY --from=manifests /manifests ./
COPY docker/production-manifests.mjs /tmp/
RUN node /tmp/production-manifests.mjs .
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev -w "$SERVICE" --no-update-notifier --no-audit --no-fund \
 && find . -path '*/node_modules/*' -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && rm -rf node_modules/fluent-ffmpeg/coverage \
 && find . -xtype l -not -path '*/.bin/*' -path '*/node_modules/@oriel/*' -delete \
 && find bench e2e services tools -mindepth 1 -maxdepth 1 -not -path "$SERVICE" -exec rm -rf {} + && rm -f package-lock.json .npmrc

FROM ${NODE_IMAGE} AS service
ARG SERVICE
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps ORIEL_HEALTH_HOST=0.0.0.0 ORIEL_HEALTH_PORT=9090
WORKDIR /app
COPY --from=production-dependencies /app ./
COPY --from=build /out/libs ./libs
COPY --from=build /out/${SERVICE} ./${SERVICE}
COPY docker/healthcheck.mjs ./
WORKDIR /app/${SERVICE}
USER node
EXPOSE 9090
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
# Decoding and encoding run on libuv's threads: one for each core, and some for the rest.
CMD ["sh", "-c", "UV_THREADPOOL_SIZE=${UV_THREADPOOL_SIZE:-$(($(nproc) + 3))} exec node dist/main.js"]

# The page, and the way in to the gateways.
FROM ${CADDY_IMAGE} AS web
# A copy sheds the file capability of the published binary, which no container without capabilities could start.
RUN cp "$(command -v caddy)" /usr/local/bin/oriel-caddy && mkdir -p /config /data && chown 1000:1000 /config /data
COPY docker/Caddyfile /etc/caddy/Caddyfile
COPY --from=build /app/services/web/dist /srv/web
USER 1000:1000
EXPOSE 8080 8443
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 \
  CMD wget -q -O /dev/null http://127.0.0.1:8081/healthy || curl -fsS -o /dev/null http://127.0.0.1:8081/healthy
CMD ["oriel-caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM ${REDIS_IMAGE} AS redis
RUN mkdir -p /var/lib/oriel-redis && chown 1000:1000 /var/lib/oriel-redis
COPY --chmod=755 docker/redis.sh /usr/local/bin/oriel-redis
USER 1000:1000
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["oriel-redis", "ping"]
ENTRYPOINT ["oriel-redis"]
