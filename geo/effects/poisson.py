"""Log-linear Poisson regression and its standard errors: model, robust, clustered, autocorrelated. Knows no design."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.errors import GeoError

_ROUNDS = 100
_CLOSE = 1e-10
_NOTHING = 1e-7  # expected counts below this: a cell that the data give no level


@dataclass(frozen=True)
class PoissonFit:
    """A fitted regression; covariances are of the coefficients, shape (columns, columns)."""

    coefficients: np.ndarray  # (columns,)
    design: np.ndarray  # (rows, columns)
    counts: np.ndarray  # (rows,)
    fitted: np.ndarray  # (rows,)

    @cached_property
    def covariance(self) -> np.ndarray:
        """Inverse information: right if counts are Poisson and independent."""
        return np.asarray(np.linalg.inv(self.design.T @ (self.design * self.fitted[:, None])))

    @cached_property
    def scores(self) -> np.ndarray:
        return np.asarray(self.design * (self.counts - self.fitted)[:, None])

    @property
    def freedom(self) -> int:
        return int(self.design.shape[0] - self.design.shape[1])

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square over its degrees of freedom."""
        return float(((self.counts - self.fitted) ** 2 / self.fitted).sum() / max(self.freedom, 1))

    def robust_covariance(self) -> np.ndarray:
        """Sandwich of independent rows, HC0."""
        return self._sandwich(self.scores.T @ self.scores)

    def clustered_covariance(self, cluster: np.ndarray) -> np.ndarray:
        """Sandwich of whole clusters, uncorrected.

        Not to be trusted where one to three clusters are treated: it collapses there.
        """
        member = (np.asarray(cluster) == np.unique(cluster)[:, None]).astype(float)
        sums = member @ self.scores
        return self._sandwich(sums.T @ sums)

    def serial_covariance(self, lag: int, *, time: np.ndarray | None = None) -> np.ndarray:
        """Sandwich of rows in order of time whose scores are correlated up to `lag` (Bartlett weights).

        Parameters
        ----------
        time : ndarray of int, shape (rows,), optional
            When each row was, increasing, where times between them are left out: rows on either side of a gap are as
            far apart as they were, not neighbours.

        References
        ----------
        W. K. Newey & K. D. West (1987), Econometrica 55:703-708.
        """
        scores = self.scores if time is None else self._with_gaps(np.asarray(time))
        meat = scores.T @ scores
        for distance in range(1, min(lag, len(scores) - 1) + 1):
            product = scores[distance:].T @ scores[:-distance]
            meat = meat + (1.0 - distance / (lag + 1.0)) * (product + product.T)
        return self._sandwich(meat)

    def _with_gaps(self, time: np.ndarray) -> np.ndarray:
        """Return the scores of every time from the first to the last, zero where none was held."""
        laid = np.zeros((int(time[-1] - time[0]) + 1, self.scores.shape[1]))
        laid[time - time[0]] = self.scores
        return laid

    def _sandwich(self, meat: np.ndarray) -> np.ndarray:
        return np.asarray(self.covariance @ meat @ self.covariance)


def fit_poisson(design: np.ndarray, counts: np.ndarray, *, offset: np.ndarray | None = None) -> PoissonFit:
    """Fit log E(count) = offset + design b by iteratively reweighted least squares.

    Parameters
    ----------
    design : ndarray, shape (rows, columns)
        Of full column rank.
    counts : ndarray, shape (rows,)
    offset : ndarray, shape (rows,), optional
        Log of exposure.

    Raises
    ------
    GeoError
        If columns depend on each other, or the fit does not settle (a level or a cell without any count).
    """
    design, counts = np.asarray(design, dtype=float), np.asarray(counts, dtype=float)
    shift = np.zeros(len(counts)) if offset is None else np.asarray(offset, dtype=float)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        msg = (
            f"{design.shape[1]} columns tell only {np.linalg.matrix_rank(design)} things apart; leave out what repeats"
        )
        raise GeoError(msg)
    fitted = np.maximum(counts, 0.5)
    coefficients = np.full(design.shape[1], np.inf)
    for _ in range(_ROUNDS):
        working = np.log(fitted) - shift + (counts - fitted) / fitted
        root = np.sqrt(fitted)
        update = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0]
        fitted = np.exp(np.clip(design @ update + shift, -30.0, 30.0))
        if fitted.min() < _NOTHING:
            break
        if np.allclose(update, coefficients, rtol=_CLOSE, atol=_CLOSE):
            return PoissonFit(update, design, counts, fitted)
        coefficients = update
    raise GeoError("the regression does not settle; a group or a stretch of time has no counts: leave it out")
