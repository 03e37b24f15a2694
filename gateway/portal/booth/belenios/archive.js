// Reading archives record by record as they arrive, strictly (section 4.4).
//
// Each record is an old tar header, a body, and zeros up to a multiple of 512 bytes;
// every byte of it is what it must be.
import { decimal, hexHash, loads, record, utf8 } from "./encoding.js";
import { Refusal, require } from "./errors.js";

const BLOCK = 512;
const HEADER_NAME = "BELENIOS";
const LONGEST_EVENT = 4096;
const LONGEST_SET_UP = 2 ** 25;
const LONGEST_DATA = 2 ** 23;
const [SIZE, TIME, CHECKSUM, KIND] = [124, 136, 148, 156];
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @typedef {{name: string, body: Uint8Array, isEvent: boolean}} Found */
/** @typedef {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} Chunks */

/** @param {Uint8Array} bytes */
export function readText(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refusal("Malformed", "not UTF-8");
  }
}

/** Takes as many bytes as one asks from chunks of any length. */
class Reader {
  /** @param {Chunks} chunks */
  constructor(chunks) {
    this.chunks = iterate(chunks);
    this.buffer = new Uint8Array();
    this.position = 0;
  }

  /**
   * So many bytes; fewer only at the end.
   * @param {number} size
   */
  async take(size) {
    const parts = [this.buffer];
    let length = this.buffer.length;
    while (length < size) {
      const { value, done } = await this.chunks.next();
      if (done) break;
      parts.push(value);
      length += value.length;
    }
    const all = parts.length > 1 ? joined(parts, length) : this.buffer;
    this.buffer = all.subarray(size);
    this.position += Math.min(size, length);
    return all.subarray(0, size);
  }
}

/** @param {Chunks} chunks */
async function* iterate(chunks) {
  yield* chunks;
}

/**
 * @param {Uint8Array[]} parts
 * @param {number} length
 */
function joined(parts, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The records of an archive after its header, one in memory at a time.
 * @param {Chunks} chunks
 * @param {(bytes: number) => void} [progress]
 * @returns {AsyncGenerator<Found>}
 */
export async function* readRecords(chunks, progress = () => {}) {
  const reader = new Reader(chunks);
  const first = await readRecord(reader, LONGEST_EVENT);
  require(first, "InvalidBoard", "the archive is empty");
  checkHeader(first);
  let room = LONGEST_SET_UP;
  for (;;) {
    const found = await readRecord(reader, room);
    if (!found) return;
    require(found.time === first.time, "InvalidBoard", "a record is dated otherwise");
    const isEvent = checkName(found);
    room = isEvent ? LONGEST_DATA : room - found.body.length;
    progress(reader.position);
    yield { name: found.name, body: found.body, isEvent };
  }
}

/**
 * @param {Reader} reader
 * @param {number} longest
 */
async function readRecord(reader, longest) {
  const header = await reader.take(BLOCK);
  if (header.length === 0) return null;
  const { name, size, time } = readHeader(header);
  const most = name.endsWith(".event.json") ? LONGEST_EVENT : longest;
  require(size <= most, "InvalidBoard", "a record longer than any may be");
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  const body = await reader.take(padded);
  require(body.length === padded, "InvalidBoard", "the archive is truncated");
  const isPadded = body.subarray(size).every((byte) => byte === 0);
  require(isPadded, "InvalidBoard", "a record is not padded with zeros");
  return { name, time, body: body.slice(0, size) };
}

/** @param {Uint8Array} header */
function readHeader(header) {
  require(header.length === BLOCK, "InvalidBoard", "the archive is truncated");
  const text = String.fromCharCode(...header);
  const name = text.slice(0, 100).replace(/\0+$/, "");
  const size = parseInt(text.slice(SIZE, TIME), 8);
  const time = parseInt(text.slice(TIME, CHECKSUM), 8);
  const exact = text === writeHeader(name, size, time);
  require(exact, "InvalidBoard", "a record's header is not as it must be");
  return { name, size, time };
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} time
 */
function writeHeader(name, size, time) {
  const fields = ["0000644", "0000000", "0000000", octal(size, 11), octal(time, 11)];
  const padded = fields.map((field, place) => field.padEnd(place < 3 ? 8 : 12, "\0"));
  const before = name.padEnd(100, "\0") + padded.join("");
  const after = "0".padEnd(BLOCK - KIND, "\0");
  const bytes = utf8(`${before}        ${after}`);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `${before}${octal(sum, 6)}\0 ${after}`;
}

/**
 * @param {number} number
 * @param {number} digits
 */
const octal = (number, digits) => number.toString(8).padStart(digits, "0");

/** @param {{name: string, time: number, body: Uint8Array}} first */
function checkHeader({ name, time, body }) {
  require(name === HEADER_NAME, "InvalidBoard", "it does not begin with its header");
  const fields = record(loads(readText(body)), "version", "timestamp");
  require(fields.version === 1, "InvalidBoard", "version 1 expected");
  const dated = decimal(fields.timestamp) === BigInt(time);
  require(dated, "InvalidBoard", "the header is dated otherwise");
}

/**
 * Check that a record is named by its hash; whether it is an event.
 * @param {{name: string, body: Uint8Array}} found
 */
function checkName({ name, body }) {
  const [digest, kind, suffix] = name.split(".");
  const fits = digest === hexHash(body) && name === `${digest}.${kind}.${suffix}`;
  require(fits, "InvalidBoard", "a record is not what its name says");
  const known = suffix === "json" && (kind === "event" || kind === "data");
  require(known, "InvalidBoard", "a record of an unknown kind");
  return kind === "event";
}
