// Makes a photo as small as a screen needs it, and keeps what the camera told of place and time. Loaded with the
// first photo, since most people have none.
const SIDE = 2048;
const QUALITY = 0.85;
const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, 0x50, 0x4e, 0x47];
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const [APP1, SCAN] = [0xe1, 0xda];
const [ORIENTATION, UPRIGHT] = [0x0112, 1];

const begins = (bytes, beginning, at = 0) => beginning.every((byte, n) => bytes[at + n] === byte);

// JPEG (ITU-T T.81, B.1.1.4): segments of a marker and their length; pixels come after the last.
const exifOf = (bytes) => {
  const view = new DataView(bytes.buffer);
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN;) {
    const end = at + 2 + view.getUint16(at + 2);
    if (bytes[at + 1] === APP1 && begins(bytes, EXIF, at + 4)) return bytes.slice(at, end);
    at = end;
  }
  return null;
};

// The browser has turned the pixels already; who reads the old word would turn them once more.
const setUpright = (segment) => {
  const tiff = new DataView(segment.buffer, 4 + EXIF.length);
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  for (let n = 0; n < tiff.getUint16(first, little); n += 1) {
    const entry = first + 2 + n * 12;
    if (tiff.getUint16(entry, little) === ORIENTATION) tiff.setUint16(entry + 8, UPRIGHT, little);
  }
  return segment;
};

const toldBy = (bytes) => {
  try {
    const segment = exifOf(bytes);
    return segment && setUpright(segment);
  } catch {
    // Cut off or made up: nobody could read it.
    return null;
  }
};

const drawn = async (file) => {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const share = SIDE / Math.max(picture.width, picture.height);
  if (share >= 1) return null;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  const pen = canvas.getContext("2d");
  // JPEG knows no transparency; without a ground it would be black.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
};

const withExif = (small, segment) => new Blob([small.slice(0, 2), segment, small.slice(2)], { type: "image/jpeg" });

// HEIC stays as it is: it is small already, and its word on the place is not where a JPEG has it.
export const shrunk = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isJpeg = begins(bytes, JPEG);
  const small = isJpeg || begins(bytes, PNG) ? await drawn(file) : null;
  if (!small || small.size >= file.size) return file;
  const told = isJpeg ? toldBy(bytes) : null;
  return told ? withExif(small, told) : small;
};
