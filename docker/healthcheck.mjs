// HEALTHCHECK of a service's container: exit 0 when the service is ready, else say what is missing.
const response = await fetch(
  `http://127.0.0.1:${process.env.ORIEL_HEALTHCHECK_PORT ?? process.env.ORIEL_HEALTH_PORT}/health/ready`,
  {
    signal: AbortSignal.timeout(3_500),
  },
);
if (!response.ok) {
  console.error(`not ready: ${await response.text()}`);
  process.exitCode = 1;
}
