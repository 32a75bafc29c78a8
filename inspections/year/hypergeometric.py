"""Many hypergeometric numbers at once, at a cost that does not depend on how large the numbers are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

# From this variance on the normal quantile with its second Cornish-Fisher correction takes over. Rounded to whole
# numbers it is then closer to the hypergeometric distribution than 1 in 10,000 (total variation; measured at most
# 6.6e-5 at a variance of 20, and falling with it), which no simulation anybody waits for can tell apart.
WIDE = 20.0


def hypergeometric(
    good: Counts | int, bad: Counts | int, drawn: Counts | int, generator: np.random.Generator
) -> Counts:
    """How many of `drawn` objects out of good + bad are good, element by element; the arguments broadcast.

    Up to a variance of 20 NumPy's exact sampler, above it the normal quantile corrected for skewness and kurtosis
    (Cornish & Fisher 1938; Abramowitz & Stegun 26.2.49), rounded. NumPy alone takes twice as long for millions of
    objects as for hundreds, because its rejection sampler then computes logarithms of factorials instead of looking
    them up. `drawn` must not exceed good + bad.
    """
    if min(np.max(good), np.max(bad), np.max(drawn)) < WIDE:  # each of them is above the variance
        return np.asarray(generator.hypergeometric(good, bad, drawn))
    # Guarded where nobody or only one object is left: the variance is 0 there.
    total = np.maximum(np.add(good, bad, dtype=np.float64), 2.0)
    share, taken = good / total, drawn / total
    apart, rest = share * (1 - share), taken * (1 - taken)
    variance = apart * rest * total * (total / (total - 1))
    wide = variance >= WIDE
    if not wide.any():
        return np.asarray(generator.hypergeometric(good, bad, drawn))
    # The continuous variable that has this variance, skewness and kurtosis once it is rounded: rounding adds 1/12 to
    # the variance and takes 1/120 from the fourth cumulant. Terms of order 1/N² beside 1 are left out: a variance of
    # 20 needs at least 320 objects.
    inner = np.maximum(variance, WIDE) - 1 / 12
    skewness = (1 - 2 * share) * (1 - 2 * taken) * (variance / inner) / np.sqrt(inner)
    kurtosis = ((1 - 6 * apart - 6 * rest + 30 * apart * rest) * variance + 1 / 120) / (inner * inner)
    z = generator.standard_normal(np.shape(variance))
    square = z * z
    curve = kurtosis / 24 * (square - 3) - skewness * skewness / 36 * (2 * square - 5)
    quantile = z + z * curve + skewness / 6 * (square - 1)
    sample: Counts = np.rint(share * drawn + np.sqrt(inner) * quantile).astype(np.int64)
    if not wide.all():
        narrow = ~wide
        left = [np.broadcast_to(value, wide.shape)[narrow] for value in (good, bad, drawn)]
        sample[narrow] = generator.hypergeometric(*left)
    # More than four standard deviations away from the ends at the least: one number in 100,000 is meant.
    return np.clip(sample, np.maximum(np.subtract(drawn, bad), 0), np.minimum(good, drawn))
