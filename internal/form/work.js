// The puzzle of a flooded desk: find a number so that the SHA-256 (FIPS 180-4) of "stamp:number" begins with so many zero bits.
// It is computed here, because the browser's own SHA-256 answers too slowly for so many short texts.

const K = new Int32Array(64);
const START = new Int32Array(8);
for (let n = 2, i = 0; i < 64; n++) {
  if (!isPrime(n)) continue;
  if (i < 8) START[i] = fraction(Math.sqrt(n));
  K[i++] = fraction(Math.cbrt(n));
}

function isPrime(n) {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

// fraction gives the first 32 bits of the fraction of a root.
function fraction(root) {
  return ((root - Math.floor(root)) * 0x100000000) | 0;
}

// All digests are made in the same memory: two blocks hold any stamp with its number.
const text = new Uint8Array(128);
const view = new DataView(text.buffer);
const w = new Int32Array(64);
const h = new Int32Array(8);

// digest leaves in h the SHA-256 of the first bytes of text.
function digest(length) {
  const end = length + 9 > 64 ? 128 : 64;
  text.fill(0, length, end);
  text[length] = 0x80;
  view.setUint32(end - 4, length * 8);
  h.set(START);
  for (let at = 0; at < end; at += 64) compress(at);
}

function compress(at) {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15], b = w[i - 2];
    const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (k + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    k = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
  h[5] += f;
  h[6] += g;
  h[7] += k;
}

// zeroBits counts the zero bits at the beginning of the digest in h.
function zeroBits() {
  for (let i = 0; i < 8; i++) if (h[i] !== 0) return 32 * i + Math.clz32(h[i]);
  return 256;
}

addEventListener("message", ({ data: { stamp, zeros } }) => {
  const encoder = new TextEncoder();
  const start = encoder.encodeInto(`${stamp}:`, text).written;
  for (let n = 0; ; n++) {
    const digits = String(n);
    for (let i = 0; i < digits.length; i++) text[start + i] = digits.charCodeAt(i);
    digest(start + digits.length);
    if (zeroBits() >= zeros) {
      postMessage(digits);
      return;
    }
  }
});
