import { readCameraList } from './camera-list.ts';

const door = { id: 'door', name: 'Front door', state: 'live' };

describe('readCameraList', () => {
  it.each([
    { name: 'a list', body: [door], list: [door] },
    { name: 'a list in an object, which no gateway sends', body: { cameras: [door] }, list: undefined },
    { name: 'no cameras', body: [], list: [] },
    { name: 'an entry without id', body: [{ name: 'x', state: 'live' }, door], list: [door] },
    { name: 'a state from the future', body: [{ ...door, state: 'dreaming' }, door], list: [door] },
    { name: 'entries that are no objects', body: [null, 7, 'x', [], door], list: [door] },
    { name: 'an error body', body: { error: { code: 'internal' } }, list: undefined },
    { name: 'nothing', body: null, list: undefined },
    { name: 'a text', body: '<html>', list: undefined },
  ])('reads $name', ({ body, list }) => {
    expect(readCameraList(body)).toEqual(list);
  });
});
