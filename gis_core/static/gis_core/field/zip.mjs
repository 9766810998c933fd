/** A zip archive whose files are stored as they are: photos do not shrink any further, and nothing is needed to make it. */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const STORED = 0;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** As MS-DOS wrote it: two seconds are the least. */
function dosTime(at) {
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  return [(at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1), date];
}

/** `fields` are [bytes, value] in order, little end first. */
function record(...fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** `files` are {name, blob}; names are unique. One file's bytes at a time are in memory. */
export async function zip(files, at = new Date()) {
  const [time, date] = dosTime(at);
  const [parts, index] = [[], []];
  let offset = 0;
  for (const { name, blob } of files) {
    const called = new TextEncoder().encode(name);
    const crc = checksum(new Uint8Array(await blob.arrayBuffer()));
    const shared = [[2, VERSION], [2, UTF8_NAMES], [2, STORED], [2, time], [2, date], [4, crc], [4, blob.size], [4, blob.size], [2, called.length], [2, 0]];
    const head = record([4, LOCAL], ...shared);
    parts.push(head, called, blob);
    index.push(record([4, CENTRAL], [2, VERSION], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), called);
    offset += head.length + called.length + blob.size;
  }
  const length = index.reduce((sum, one) => sum + one.length, 0);
  const end = record([4, END], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, length], [4, offset], [2, 0]);
  return new Blob([...parts, ...index, end], { type: "application/zip" });
}
