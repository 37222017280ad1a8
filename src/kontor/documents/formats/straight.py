"""Making a photographed page fit to be read: even light, level lines, letters of a good size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

type Grey = npt.NDArray[np.float32]

_PROFILE_SIDE = 700
_SMALL = 8


def evenly_lit(picture: Image.Image) -> Image.Image:
    """Return the page in grey as if lit from all sides: shadows divided out, paper white, print dark."""
    grey = picture.convert("L")
    small = grey.resize((max(1, grey.width // _SMALL), max(1, grey.height // _SMALL)), Image.Resampling.BOX)
    paper = (
        small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MedianFilter(7)).filter(ImageFilter.GaussianBlur(4))
    )
    light = np.asarray(paper.resize(grey.size, Image.Resampling.BILINEAR), dtype=np.float32)
    even = np.asarray(grey, dtype=np.float32) / np.maximum(light, 8) * 255
    low = float(np.percentile(even[::4, ::4], 1.0))
    stretched = (even - low) / max(40.0, 235 - low) * 255
    return Image.fromarray(np.clip(stretched, 0, 255).astype(np.uint8))


def slant_of(page: Image.Image, *, degrees_max: float) -> float:
    """Return by how many degrees to rotate (counter-clockwise) so that the lines lie level."""
    small = _profile_picture(page)
    coarse = max(_steps(0.0, degrees_max, 1.0), key=lambda angle: _levelness(small, angle))
    return max(_steps(coarse, 0.8, 0.2), key=lambda angle: _levelness(small, angle))


def is_lying(page: Image.Image) -> bool:
    """Tell whether the lines run from top to bottom, so that the page lies on its side."""
    small = _profile_picture(page)
    across = max(_levelness(small, angle) for angle in (-1.5, 0.0, 1.5))
    turned = small.transpose(Image.Transpose.ROTATE_90)
    return max(_levelness(turned, angle) for angle in (-1.5, 0.0, 1.5)) > 1.35 * across


def _steps(around: float, reach: float, step: float) -> list[float]:
    count = round(reach / step)
    return sorted(
        (around + step * number for number in range(-count, count + 1)), key=lambda angle: abs(angle - around)
    )


def _profile_picture(page: Image.Image) -> Image.Image:
    """Return print as white on black, small."""
    small = page.convert("L")
    small.thumbnail((_PROFILE_SIDE, _PROFILE_SIDE), Image.Resampling.BOX)
    ink = 255 - np.asarray(small, dtype=np.float32)
    ink[ink < 50] = 0
    return Image.fromarray(ink.astype(np.uint8))


def _levelness(ink: Image.Image, angle: float) -> float:
    """Return how sharply rows with print and rows without follow each other."""
    turned = ink if not angle else ink.rotate(angle, Image.Resampling.BILINEAR)
    profile = np.asarray(turned, dtype=np.float32).sum(axis=1)
    return float(np.square(np.diff(profile)).sum())
