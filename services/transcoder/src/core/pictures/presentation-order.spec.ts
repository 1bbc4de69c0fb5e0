import { PresentationOrder } from './presentation-order.ts';

describe('PresentationOrder', () => {
  /** One access unit every 40 ms. */
  const unit = (sequence: number, epoch = 1) => ({ epoch, sequence, arrivalTimeUs: sequence * 40_000 });

  it.each([
    {
      name: 'without B-frames, a picture lost: their own numbers',
      out: [
        [0, 0],
        [1, 1],
        [3, 3],
        [4, 4],
      ],
      sequences: [0, 1, 3, 4],
    },
    {
      name: 'two B-frames, coded I P B B P B B: the numbers of what brought them out',
      out: [
        [0, 1],
        [2, 2],
        [3, 3],
        [1, 4],
        [5, 5],
        [6, 6],
      ],
      sequences: [1, 2, 3, 4, 5, 6],
    },
    {
      name: 'three at once: the numbers before, which are free',
      out: [
        [0, 3],
        [2, 3],
        [3, 3],
        [1, 4],
      ],
      sequences: [1, 2, 3, 4],
    },
    {
      name: 'more at once than numbers are free: onwards, until the decoder holds some back again',
      out: [
        [0, 0],
        [1, 1],
        [2, 2],
        [2, 2],
        [5, 5],
      ],
      sequences: [0, 1, 2, 3, 5],
    },
  ])('$name', ({ out, sequences }) => {
    const order = new PresentationOrder();
    const places = out.map(([shown = 0, releasedBy = 0], index) => {
      const more = out.slice(index + 1).filter(([, later]) => later === releasedBy).length;
      return order.place({ accessUnit: unit(shown), releasedBy: unit(releasedBy) }, more);
    });
    expect(places.map(({ sequence }) => sequence)).toEqual(sequences);
    expect(places.map(({ reorderUs }) => reorderUs)).toEqual(
      out.map(([shown = 0, releasedBy = 0]) => (releasedBy - shown) * 40_000),
    );
  });

  it('begins anew with a new session of the camera', () => {
    const order = new PresentationOrder();
    order.place({ accessUnit: unit(900), releasedBy: unit(900) }, 0);
    expect(order.place({ accessUnit: unit(0, 2), releasedBy: unit(0, 2) }, 0)).toEqual({
      sourceEpoch: 2,
      sequence: 0,
      reorderUs: 0,
    });
  });
});
