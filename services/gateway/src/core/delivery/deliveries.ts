import type { WatchedCamera } from '../cameras/watched-camera.ts';
import type { Delivery } from './delivery.ts';
import { PictureDelivery, type PictureDeliveryDeps } from './picture-delivery.ts';
import type { PictureLine } from './viewer-line.ts';

/** Creates deliveries. The only place that knows which kinds exist and what each depends on. */
export class Deliveries {
  readonly #pictures: PictureDeliveryDeps;

  constructor(pictures: PictureDeliveryDeps) {
    this.#pictures = pictures;
  }

  open(camera: WatchedCamera, line: PictureLine): Delivery {
    return new PictureDelivery(this.#pictures, line, camera);
  }
}
