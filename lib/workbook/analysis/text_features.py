"""Texts as hashed runs of characters: the same few array steps for any language, no tokeniser."""

import numpy as np
import pyarrow as pa

__all__ = ["characters", "chinese_share", "hashed_runs", "text_sums"]

_FACTOR = np.uint32(0x9E3779B1)  # near 2^32 / golden ratio: spreads neighbouring numbers
_LAST = 0xFFFF  # characters beyond the basic plane, emoji among them, count as one


def _plain_table():
    """What each code point is read as: case, width and white space evened out, digits 0."""
    plain = np.arange(_LAST + 1, dtype=np.uint16)
    plain[0xFF01:0xFF5F] = np.arange(0x21, 0x7F)
    plain[0x41:0x5B] = plain[0xFF21:0xFF3B] = np.arange(0x61, 0x7B)
    plain[0x30:0x3A] = plain[0xFF10:0xFF1A] = 0x30
    plain[1:0x21] = plain[0xA0] = plain[0x3000] = 0x20
    return plain


_PLAIN = _plain_table()


def characters(texts):
    """All texts as one row of code points, what is written and not how.

    Parameters
    ----------
    texts : sequence of str
        None counts as empty.

    Returns
    -------
    codes : numpy.ndarray of uint16
        A zero stands before every text. Capitals, full-width forms and white space are evened out,
        every digit is a 0.
    starts : numpy.ndarray
        Where the zeros stand, one per text.
    """
    # the zeros are put in here; those inside a text would part it
    cleaned = [text.replace("\x00", " ") for text in _texts(texts)]
    joined = ("\x00" + "\x00".join(cleaned)) if cleaned else ""
    codes = np.frombuffer(joined.lower().encode("utf-32-le", "replace"), np.uint32)
    codes = _PLAIN[np.minimum(codes, _LAST)]
    blank = codes == 0x20
    codes = codes[~(blank & np.concatenate([[False], blank[:-1]]))] if len(codes) else codes
    return codes, np.flatnonzero(codes == 0)


def _texts(texts):
    return pa.array(texts, type=pa.large_string(), from_pandas=True).fill_null("").to_pylist()


def chinese_share(codes, starts):
    """Share of Chinese characters among each text's letters; missing without letters."""
    if not len(starts):
        return np.zeros(0)
    chinese = (codes >= 0x3400) & (codes <= 0x9FFF)
    letter = chinese | ((codes >= 0x61) & (codes <= 0x7A)) | ((codes >= 0xC0) & (codes < 0x2000))
    own, letters = (np.add.reduceat(kind, starts, dtype=np.int64) for kind in (chinese, letter))
    return np.where(letters > 0, own / np.maximum(letters, 1), np.nan)


def hashed_runs(codes, *, lengths, buckets):
    """Every run of `lengths` characters as the number of its bucket.

    Parameters
    ----------
    codes : numpy.ndarray
        From `characters`.
    lengths : sequence of int
    buckets : int
        A power of two.

    Yields
    ------
    bucket : numpy.ndarray
        Per place in `codes`, the bucket of the run that starts there.
    inside : numpy.ndarray of bool
        Whether that run lies in one text.
    """
    shift = np.uint32(33 - int(buckets).bit_length())
    mixed, inside = np.zeros(len(codes), np.uint32), np.ones(len(codes), bool)
    for length in range(1, max(lengths) + 1):
        ahead = length - 1
        mixed[: len(codes) - ahead] ^= codes[ahead:]
        mixed *= _FACTOR
        mixed ^= mixed >> np.uint32(15)
        if ahead:
            inside[: len(codes) - ahead] &= codes[ahead:] != 0
            inside[len(codes) - ahead :] = False
        if length in lengths:
            yield (mixed * _FACTOR) >> shift, inside


def text_sums(codes, starts, weights, *, lengths):
    """Sum of the weights of each text's runs over the square root of their number.

    Parameters
    ----------
    codes, starts : numpy.ndarray
        From `characters`.
    weights : numpy.ndarray of float
        One per bucket.
    lengths : sequence of int
    """
    total, number = np.zeros(len(codes), np.float32), np.zeros(len(codes), np.uint8)
    for bucket, inside in hashed_runs(codes, lengths=lengths, buckets=len(weights)):
        total += weights[bucket] * inside
        number += inside
    sums = np.add.reduceat(total, starts, dtype=np.float64)
    return sums / np.sqrt(np.maximum(np.add.reduceat(number, starts, dtype=np.int64), 1))
