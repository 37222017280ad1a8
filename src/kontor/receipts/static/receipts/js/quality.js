// Whether a photo can be read, told before it is sent: the same measure as formats/quality.py. Never a reason to refuse.

const SIDE = 1000;
const TILE = 50;
const SHARPNESS_MIN = 0.03;
const CONTRAST_MIN = 60;
const BEST_SHARE = 0.15;
const LIGHT_MIN = 75;
const PIXELS_MIN = 250_000;

/** Return "dark", "blurred", "small" or "" for an image file; "" as well where the browser cannot show it. */
export async function flawOf(file) {
  if (!file.type.startsWith("image/") || !self.createImageBitmap) return "";
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return "";
  const pixels = picture.width * picture.height;
  const { grey, width, height } = shrunk(picture);
  picture.close();
  if (brightest(grey) < LIGHT_MIN) return "dark";
  if (sharpness(grey, width, height) < SHARPNESS_MIN) return "blurred";
  return pixels < PIXELS_MIN ? "small" : "";
}

function shrunk(picture) {
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const width = Math.max(3, Math.round(picture.width * scale));
  const height = Math.max(3, Math.round(picture.height * scale));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at += 1) grey[at] = 0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2];
  return { grey, width, height };
}

/** Return how light the brightest twentieth begins. */
function brightest(grey) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[Math.min(255, Math.round(value))] += 1;
  let above = 0;
  for (let level = 255; level >= 0; level -= 1) {
    above += counts[level];
    if (above >= grey.length / 20) return level;
  }
  return 0;
}

/** Return variance of the Laplacian by variance of grey over the sharpest tiles; 1 where nothing is to be seen. */
function sharpness(grey, width, height) {
  const shares = [];
  for (let top = 1; top + TILE < height; top += TILE) {
    for (let left = 1; left + TILE < width; left += TILE) {
      const tile = { grey: [0, 0], edge: [0, 0] };
      for (let y = top; y < top + TILE; y += 1) {
        for (let x = left; x < left + TILE; x += 1) {
          const at = y * width + x;
          const edge = grey[at - width] + grey[at + width] + grey[at - 1] + grey[at + 1] - 4 * grey[at];
          tile.grey[0] += grey[at];
          tile.grey[1] += grey[at] * grey[at];
          tile.edge[0] += edge;
          tile.edge[1] += edge * edge;
        }
      }
      const contrast = variance(tile.grey);
      if (contrast > CONTRAST_MIN) shares.push(variance(tile.edge) / contrast);
    }
  }
  if (!shares.length) return 1;
  shares.sort((one, other) => other - one);
  return shares[Math.floor((Math.max(1, Math.round(shares.length * BEST_SHARE)) - 1) / 2)];
}

function variance([sum, squares]) {
  const count = TILE * TILE;
  return squares / count - (sum / count) ** 2;
}
