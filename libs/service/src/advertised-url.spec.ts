import { advertisedUrl } from './advertised-url.ts';

describe('advertisedUrl', () => {
  it('leaves the address of a server that listens on one interface', () => {
    expect(advertisedUrl('http://127.0.0.1:9100', '127.0.0.1')).toBe('http://127.0.0.1:9100');
  });

  it('keeps the port of one that listens on all', () => {
    expect(advertisedUrl('http://127.0.0.1:9100', '0.0.0.0')).toMatch(/^http:\/\/[^/]+:9100$/);
  });
});
