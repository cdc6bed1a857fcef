// A million rows as the bytes that came, with the place of each line; a row is parsed when it is looked at.
import type { SqlMark, SqlValue } from '../types';

const newline = 10;
const brace = 123;

interface Block {
  bytes: Uint8Array;
  /** Begin and end of each row, in turn. */
  starts: Uint32Array;
  rows: number;
  /** Number of the block's first row. */
  first: number;
}

export class ResultRows {
  length = 0;
  size = 0;
  private readonly blocks: Block[] = [];
  private rest: Uint8Array = new Uint8Array(0);
  private readonly decoder = new TextDecoder();

  constructor(private readonly onMark: (mark: SqlMark) => void) {}

  /** Takes what came of the answer; a line may end in a later piece. */
  push(piece: Uint8Array): void {
    this.size += piece.length;
    const end = piece.lastIndexOf(newline) + 1;
    if (end === 0) {
      this.rest = joined(this.rest, piece);
      return;
    }
    this.take(joined(this.rest, piece.subarray(0, end)));
    this.rest = piece.slice(end);
  }

  private take(bytes: Uint8Array): void {
    const starts: number[] = [];
    let rows = 0;
    let at = 0;
    while (at < bytes.length) {
      const end = bytes.indexOf(newline, at);
      if (bytes[at] === brace) {
        this.onMark(JSON.parse(this.decoder.decode(bytes.subarray(at, end))) as SqlMark);
      } else if (end > at) {
        starts.push(at, end);
        rows += 1;
      }
      at = end + 1;
    }
    if (!rows) return;
    this.blocks.push({ bytes, starts: Uint32Array.from(starts), rows, first: this.length });
    this.length += rows;
  }

  row(index: number): SqlValue[] {
    const block = this.blockOf(index);
    const n = (index - block.first) * 2;
    return JSON.parse(this.decoder.decode(block.bytes.subarray(block.starts[n], block.starts[n + 1]))) as SqlValue[];
  }

  private blockOf(index: number): Block {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blocks[middle].first <= index) low = middle;
      else high = middle - 1;
    }
    return this.blocks[low];
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (!a.length) return b.slice();
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
