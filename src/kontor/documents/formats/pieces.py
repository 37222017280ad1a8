"""The largest connected piece of a mask of pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

type Mask = npt.NDArray[np.bool_]
type Numbers = npt.NDArray[np.int64]

_CLOSED_BY, _OPENED_BY, _BACK_BY = 7, 9, 3


def largest_piece(mask: Mask) -> Mask | None:
    """Return the largest piece (4 neighbours), its holes (print) filled by closing and its thin bridges cut."""
    closed = spread(mask, _CLOSED_BY)
    cleaned = spread(~spread(~closed, _OPENED_BY), _BACK_BY)
    rows, starts, ends = _runs(cleaned)
    if not len(rows):
        return None
    roots = _joined(rows.tolist(), starts.tolist(), ends.tolist())
    piece = roots == int(np.bincount(roots, weights=ends - starts).argmax())
    edges = np.zeros((mask.shape[0], mask.shape[1] + 1), dtype=np.int8)
    edges[rows[piece], starts[piece]] = 1
    edges[rows[piece], ends[piece]] = -1
    found: Mask = edges.cumsum(axis=1, dtype=np.int8)[:, :-1] > 0
    return found


def spread(mask: Mask, size: int) -> Mask:
    """Return where any pixel of the square of `size` (odd) around a pixel is set."""
    for axis in (0, 1):
        edge = [(size // 2, size // 2) if axis == side else (0, 0) for side in (0, 1)]
        wide = np.pad(mask, edge)
        width = 1
        while width < size:
            step = min(width, size - width)
            wide = wide[step:] | wide[:-step] if axis == 0 else wide[:, step:] | wide[:, :-step]
            width += step
        mask = wide
    return mask


def _runs(mask: Mask) -> tuple[Numbers, Numbers, Numbers]:
    """Return row, start and end (behind the last pixel) of every run of set pixels, row by row."""
    steps = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(steps == 1)
    return rows, starts, np.nonzero(steps == -1)[1]


def _joined(rows: list[int], starts: list[int], ends: list[int]) -> Numbers:
    """Return for each run the first run of its piece: runs that touch in neighbouring rows belong together."""
    parents = list(range(len(rows)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    above = 0
    for run, row in enumerate(rows):
        while rows[above] < row - 1 or (rows[above] == row - 1 and ends[above] <= starts[run]):
            above += 1
        at = above
        while rows[at] == row - 1 and starts[at] < ends[run]:
            one, two = sorted((root(at), root(run)))
            parents[two] = one
            at += 1
    return np.array([root(run) for run in range(len(rows))])
