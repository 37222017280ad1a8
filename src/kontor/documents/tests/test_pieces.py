"""The largest piece of a mask: the same pixels as a flood over every one of them would find."""

from __future__ import annotations

import numpy as np
import pytest

from kontor.documents.formats.pieces import Mask, largest_piece, spread


def _block(height: int, width: int, *places: tuple[slice, slice]) -> Mask:
    mask = np.zeros((height, width), dtype=np.bool_)
    for place in places:
        mask[place] = True
    return mask


def _flooded(mask: Mask) -> list[set[tuple[int, int]]]:
    waiting = {(int(y), int(x)) for y, x in np.argwhere(mask)}
    pieces = []
    while waiting:
        edge = [min(waiting)]
        piece = set()
        while edge:
            spot = edge.pop()
            if spot in waiting:
                waiting.remove(spot)
                piece.add(spot)
                y, x = spot
                edge += [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
        pieces.append(piece)
    return pieces


def test_nothing_has_no_piece() -> None:
    assert largest_piece(_block(30, 30)) is None


def test_of_two_pieces_the_larger_is_kept_and_its_holes_are_filled() -> None:
    mask = _block(60, 60, np.s_[3:40, 3:40], np.s_[48:58, 48:58])
    mask[20:23, 20:23] = False

    piece = largest_piece(mask)

    assert piece is not None
    assert piece[21, 21]
    assert not piece[48:, 48:].any()


@pytest.mark.parametrize("size", [3, 7, 9])
def test_a_mask_spreads_over_the_square_around_each_pixel_and_not_beyond_the_edge(size: int) -> None:
    mask = _block(20, 30, np.s_[0:1, 0:1], np.s_[10:11, 15:16])

    grown = spread(mask, size)

    half = size // 2
    assert (
        grown == _block(20, 30, np.s_[: half + 1, : half + 1], np.s_[10 - half : 11 + half, 15 - half : 16 + half])
    ).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_piece_is_the_largest_that_a_flood_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    coarse = dice.random((9, 11)) > dice.uniform(0.2, 0.7)
    mask: Mask = np.kron(coarse, np.ones((9, 9), dtype=np.bool_)) ^ (dice.random((81, 99)) > 0.98)
    cleaned = spread(~spread(~spread(mask, 7), 9), 3)

    piece = largest_piece(mask)

    floods = _flooded(cleaned)
    if piece is None:
        assert floods == []
    else:
        found = {(int(y), int(x)) for y, x in np.argwhere(piece)}
        assert found in floods
        assert len(found) == max(len(flood) for flood in floods)
