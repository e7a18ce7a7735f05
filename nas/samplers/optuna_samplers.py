"""Optuna's own samplers, set up for many categorical choices of which some depend on others.

TPE models groups of choices that exist together. NSGA-II, NSGA-III and the Gaussian process look at
the choices that every trial has; those that depend on another choice are drawn at random.
"""

from __future__ import annotations

import warnings

import optuna
from optuna.samplers import BaseSampler

POPULATION_SIZE = 20


def tpe(seed: int) -> BaseSampler:
    """Tree-structured Parzen estimator, multivariate (Bergstra et al. 2011; Ozaki et al. 2022).

    Running trials count as bad ones, so that parallel proposals differ (constant liar).
    """
    # Optuna says that these options are experimental, and a sampler is made anew for each trial.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.TPESampler(
            seed=seed, multivariate=True, group=True, constant_liar=True, n_startup_trials=10
        )


def nsga2(seed: int) -> BaseSampler:
    """NSGA-II (Deb et al. 2002)."""
    return optuna.samplers.NSGAIISampler(seed=seed, population_size=POPULATION_SIZE)


def nsga3(seed: int) -> BaseSampler:
    """NSGA-III (Deb and Jain 2014), made for three objectives and more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.NSGAIIISampler(seed=seed, population_size=POPULATION_SIZE)


def gp(seed: int) -> BaseSampler:
    """A Gaussian process for each objective, expected hypervolume improvement; slow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        # It would warn of each choice that depends on another, for each trial.
        return optuna.samplers.GPSampler(
            seed=seed, n_startup_trials=10, warn_independent_sampling=False
        )


def random(seed: int) -> BaseSampler:
    """Every choice drawn uniformly."""
    return optuna.samplers.RandomSampler(seed=seed)
