"""Whether a photo can be read: sharp, light and large enough. The same measure is taken in the browser (quality.js)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

type Flaw = Literal["blurred", "dark", "small"]
type Grey = npt.NDArray[np.float32]

SIDE = 1_000  # pixels of the longest side on which sharpness is measured
_TILE = 50
_SHARPNESS_MIN = 0.03  # of a tile's contrast that lies between neighbouring pixels
_CONTRAST_MIN = 60.0  # variance of grey below which a tile shows nothing
_BEST_SHARE = 0.15  # of the tiles with print: paper may lie small on a large table
_LIGHT_MIN = 75.0  # of 255, of the brightest twentieth
_PIXELS_MIN = 250_000


def flaws_of(picture: Image.Image) -> list[Flaw]:
    """Return what speaks against reading a photo, the most helpful to know first; never a reason to refuse it."""
    grey = grey_of(picture)
    found: list[Flaw] = []
    if float(np.percentile(grey, 95)) < _LIGHT_MIN:
        found.append("dark")
    elif sharpness_of(grey) < _SHARPNESS_MIN:
        found.append("blurred")
    if picture.width * picture.height < _PIXELS_MIN:
        found.append("small")
    return found


def grey_of(picture: Image.Image) -> Grey:
    """Return the picture in grey, its longest side at most 1000 pixels."""
    small = picture.convert("L")
    small.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.float32)


def sharpness_of(grey: Grey) -> float:
    """Return variance of the Laplacian by variance of grey over the sharpest tiles; 1 where nothing is to be seen."""
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
    contrast, edges = _tiles(inner), _tiles(laplacian)
    shown = contrast > _CONTRAST_MIN
    if not shown.any():
        return 1.0
    shares = np.sort(edges[shown] / contrast[shown])[::-1]
    best = max(1, round(len(shares) * _BEST_SHARE))
    return float(np.median(shares[:best]))


def _tiles(values: Grey) -> Grey:
    """Return the variance within each tile."""
    rows, columns = max(1, values.shape[0] // _TILE), max(1, values.shape[1] // _TILE)
    height, width = min(_TILE, values.shape[0]), min(_TILE, values.shape[1])
    cut = values[: rows * height, : columns * width].reshape(rows, height, columns, width)
    variances: Grey = cut.var(axis=(1, 3))
    return variances
