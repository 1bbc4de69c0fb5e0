/** What the camera simulator and the tests share: chance that repeats itself, faulty lines, certificates, hex dumps. */
export { fromHex, toHex } from './hex.ts';
export { NO_PACKET_FAULTS, type PacketFaultRates, type PacketFaultSink, PacketFaults } from './packet-faults.ts';
export { SeededRandom } from './seeded-random.ts';
export { type Certificate, selfSignedCertificate } from './self-signed-certificate.ts';
