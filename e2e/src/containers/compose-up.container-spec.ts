/** `docker compose up` from nothing: healthy, live, locked down, and gone again without a trace. */
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { waitFor } from '@oriel/testing';
import { ComposeStack } from './support/compose-stack.ts';
import { describeWithEngine, docker } from './support/engine.ts';
import { listInstances } from './support/listed-instance.ts';
import { recordTiming } from './support/timings.ts';
import { nowMs, Watcher } from './support/watcher.ts';

const SERVICES = ['camera', 'gateway', 'ingest', 'redis', 'redis-media', 'transcoder', 'web'];

describeWithEngine('docker compose up', () => {
  let stack: ComposeStack;

  beforeAll(async () => {
    stack = await ComposeStack.create({ name: 'up', camera: 'default' });
  });
  afterAll(async () => {
    await stack?.down();
  });

  it('has a Compose file that the engine takes without a remark', async () => {
    expect((await stack.compose(['config', '--quiet'])).stderr).toBe('');
  });

  it('starts everything, healthy', async () => {
    const startedAtMs = nowMs();
    await stack.up();
    recordTiming('up to all healthy', nowMs() - startedAtMs, 60_000);
    const services = (await stack.containers()).map(({ Config }) => Config.Labels['com.docker.compose.service']);
    expect(services.toSorted()).toEqual(SERVICES);
    expect(await stack.unhealthy()).toBeUndefined();
  });

  it('shows the camera live to a client of Socket.IO through Caddy', async () => {
    const openedAtMs = nowMs();
    const watcher = new Watcher(stack.url, ['default']);
    await watcher.moreFrames('default', 1);
    recordTiming('healthy to the first live frame', nowMs() - openedAtMs, 10_000);
    await watcher.moreFrames('default', 30);
    expect(watcher.states.get('default')).toMatchObject({ state: 'live' });
    watcher.close();
  });

  it.each([
    { path: '/', type: 'text/html' },
    { path: '/camera/default', type: 'text/html' },
    { path: '/api/cameras', type: 'application/json' },
    { path: '/api/cameras/default/snapshot.jpg?width=320', type: 'image/jpeg' },
  ])('serves $path', async ({ path, type }) => {
    const response = await fetch(stack.url + path);
    expect({ status: response.status, type: response.headers.get('content-type') }).toEqual({
      status: 200,
      type: expect.stringContaining(type),
    });
    await response.body?.cancel();
  });

  it.each(SERVICES)('keeps %s in a locked container', async (service) => {
    const { Id, HostConfig, Config, Mounts } = await stack.container(service);
    expect(HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Privileged: false,
      CapDrop: ['ALL'],
      CapAdd: null,
      SecurityOpt: ['no-new-privileges:true'],
      Init: true,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    });
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    // A volume without a name outlives `down -v` once its container has been made anew.
    const volumes = Mounts.filter(({ Type }) => Type === 'volume').map(({ Name }) => Name);
    expect(volumes.filter((name) => !name?.startsWith(stack.project))).toEqual([]);
    expect(Config.Healthcheck?.Test).toBeDefined();
    const inside = async (script: string) => (await docker(['exec', Id, 'sh', '-c', script])).stdout.trim();
    expect(await inside('id -u')).toBe('1000');
    expect(await inside('grep CapEff /proc/self/status')).toMatch(/0000000000000000$/);
    for (const directory of ['/', '/usr/bin', '/etc', '/var/lib', '/home']) {
      expect(await inside(`touch ${directory}/x 2>&1 || true`)).toMatch(/Read-only file system|Permission denied/);
    }
    expect(await inside('grep " / " /proc/mounts')).toMatch(/ ro,/);
  });

  it('lists one process of each service, with health that the host can ask', async () => {
    const instances = await waitFor(async () => {
      const listed = await listInstances(stack.url);
      return listed.length === 3 && listed;
    });
    expect(instances.map(({ service, healthy }) => `${service} ${healthy}`).toSorted()).toEqual([
      'gateway true',
      'ingest true',
      'transcoder true',
    ]);
    for (const service of ['gateway', 'ingest', 'transcoder']) {
      const published = Object.values((await stack.container(service)).NetworkSettings.Ports).flatMap(
        (ports) => ports ?? [],
      );
      expect(published).toEqual([{ HostIp: '127.0.0.1', HostPort: expect.any(String) }]);
      for (const path of ['/health/live', '/health/ready', '/metrics']) {
        expect((await fetch(`http://127.0.0.1:${published[0]?.HostPort}${path}`)).status).toBe(200);
      }
    }
  });

  describe.each(['redis', 'redis-media'])('%s', (service) => {
    const cli = async (...args: string[]) => {
      const { Id } = await stack.container(service);
      return (await docker(['exec', Id, 'redis-cli', ...args])).stdout.trim();
    };
    const authorized = (...args: string[]) => cli('--no-auth-warning', '-a', 'change-me', ...args);

    it('has no port on the host and no way out of the Compose network', async () => {
      const { NetworkSettings } = await stack.container(service);
      expect(Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? [])).toEqual([]);
      const network = await docker([
        'network',
        'inspect',
        '-f',
        '{{.Internal}}',
        `${stack.project}_${service === 'redis' ? 'control' : 'media'}`,
      ]);
      expect(network.stdout.trim()).toBe('true');
    });

    it('refuses whoever has no password, and shows it in no process list', async () => {
      expect(await cli('ping')).toMatch(/NOAUTH/);
      const { Id } = await stack.container(service);
      expect((await docker(['top', Id])).stdout).not.toContain('change-me');
    });

    it('keeps on disk what has to last, and never evicts', async () => {
      expect(await authorized('config', 'get', 'appendonly')).toBe(`appendonly\n${service === 'redis' ? 'yes' : 'no'}`);
      expect(await authorized('config', 'get', 'maxmemory-policy')).toBe('maxmemory-policy\nnoeviction');
    });
  });

  it('keeps what is in the control Redis over a new container, and forgets the pictures', async () => {
    const cli = async (service: string, ...args: string[]) => {
      const { Id } = await stack.container(service);
      const command = ['exec', Id, 'redis-cli', '--no-auth-warning', '-a', 'change-me', ...args];
      return (await docker(command)).stdout.trim();
    };
    for (const service of ['redis', 'redis-media']) await cli(service, 'set', 'container-test', 'kept');
    await stack.up(['--wait', '--force-recreate', '--no-deps', 'redis', 'redis-media']);
    expect(await cli('redis', 'get', 'container-test')).toBe('kept');
    expect(await cli('redis-media', 'get', 'container-test')).toBe('');
    const watcher = new Watcher(stack.url, ['default']);
    await watcher.moreFrames('default', 10);
    watcher.close();
    // Both have new addresses, perhaps each other's: everybody has to have found the right one.
    expect((await cli('redis', 'keys', 'v1:*')).trim()).toBe('');
    expect((await cli('redis-media', 'keys', '{oriel}*')).trim()).toBe('');
  });

  it('speaks HTTPS by one variable', async () => {
    await stack.up(['--wait', '--no-deps', 'web'], { ORIEL_SITE: 'localhost' });
    const cameras = await waitFor(() => getFromUnknownAuthority(`${stack.httpsUrl}/api/cameras`), {
      deadlineMs: 20_000,
    });
    expect(JSON.parse(cameras)).toMatchObject([{ id: 'default' }]);
  });

  it('is gone after docker compose down -v, volumes and networks too', async () => {
    expect((await stack.remains()).length).toBeGreaterThan(SERVICES.length);
    await stack.down();
    expect(await stack.remains()).toEqual([]);
  });
});

/** The body of a 200, whoever signed the certificate: for `localhost` Caddy is its own authority. */
function getFromUnknownAuthority(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`${url} answered ${response.statusCode}`));
    }).once('error', reject);
  });
}
