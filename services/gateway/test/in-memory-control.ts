import type { CameraStatus, Instance, Want } from '@oriel/control';

/** Stands in for the control Redis where a test is about something else. */
export class InMemoryControl {
  readonly wants = new Map<string, readonly Want[]>();
  readonly offered = new Set<string>();
  readonly statuses = new Map<string, CameraStatus>();
  readonly instances = new Map<string, Instance>();
  readonly #listeners = new Set<(status: CameraStatus) => void>();

  readonly demandBoard = {
    renew: async (gatewayId: string, wants: readonly Want[]) => void this.wants.set(gatewayId, wants),
    wanted: async () => new Map(),
    subscribe: async () => async () => undefined,
  };

  readonly leaseOffers = {
    offer: async (queue: string, cameraId: string) => void this.offered.add(`${queue}/${cameraId}`),
    withdraw: async () => undefined,
    offered: async () => [],
    close: async () => undefined,
  };

  readonly statusBoard = {
    publish: async (status: CameraStatus) => {
      this.statuses.set(status.cameraId, status);
      for (const listener of this.#listeners) listener(status);
    },
    get: async (cameraId: string) => this.statuses.get(cameraId),
    all: async () => [...this.statuses.values()],
    remove: async (cameraId: string) => void this.statuses.delete(cameraId),
    subscribe: async (listener: (status: CameraStatus) => void) => {
      this.#listeners.add(listener);
      return async () => void this.#listeners.delete(listener);
    },
  };

  readonly instanceBoard = {
    heartbeat: async (instance: Instance) => void this.instances.set(instance.id, instance),
    remove: async (id: string) => void this.instances.delete(id),
    all: async () => [...this.instances.values()],
  };
}
