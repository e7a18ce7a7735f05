"""The sampler that models accuracy alone, because everything else is known before training.

A Gaussian process predicts accuracy from the choices, from the logarithms of all known costs and from
the epochs trained. The next architecture is the one with the largest expected hypervolume improvement
at its exactly known costs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nas.pareto import non_dominated
from nas.search.acquisition import expected_improvement
from nas.search.candidates import CachedProblem, draw, extremes, mutated
from nas.search.features import Encoding, Scale
from nas.search.gaussian_process import Component, GaussianProcess, Kernel, fit, standardised
from nas.search.problem import ACCURACY, Candidate, Problem, violations

NUM_START = 10
POOL_SIZE = 1000
NUM_MUTATED = 500
NUM_LOCAL = 100
NUM_ENUMERATED = 2000
MAX_FITTED = 200
MAX_POINTS = 400

import os

CFG = dict(start=10, warp="log", front="obs", local=1, w0=.5, wc=1.0, ref=1.0, q=.99, noise=.01, num_mut=500, v=(.5,.5))
if "CFG" in os.environ: CFG.update(eval(os.environ["CFG"]))


@dataclass(frozen=True)
class Observation:
    """What training told about an architecture.

    Attributes:
        candidate: The architecture.
        curve: `(epochs, accuracy)` of each measurement, epochs ascending; empty where it failed.
        complete: Whether it was trained to the end.
    """

    candidate: Candidate
    curve: tuple[tuple[int, float], ...]
    complete: bool = True


class Pool:
    """Architectures drawn once for a search, and what follows from them."""

    def __init__(self, problem: Problem, rng: np.random.Generator) -> None:
        self.problem = problem if isinstance(problem, CachedProblem) else CachedProblem(problem)
        self.whole = problem.num_combinations() <= NUM_ENUMERATED
        self.drawn = draw(self.problem, rng, POOL_SIZE)
        self.candidates = self.drawn + extremes(self.problem, self.drawn[0])
        first = self.candidates[0]
        self.objective_costs = [n for n in problem.objectives if n != ACCURACY]
        self.scale = Scale(self.candidates, self.objective_costs)
        self.cost_scale = Scale(self.candidates, sorted(first.costs))
        self.encoding = Encoding(problem.choices)
        self.features = self.encode(self.candidates)

    def encode(self, cands):
        return np.hstack([self.encoding(cands), self.cost_scale(cands)])


def loss(acc):
    acc = np.asarray(acc, dtype=float)
    if CFG["warp"] == "log":
        return np.log(1.005 - acc)
    return -acc


class Model:
    def __init__(self, pool, observations, pending):
        cands, epochs, y = [], [], []
        for o in observations:
            for e, a in o.curve:
                cands.append(o.candidate); epochs.append(e); y.append(a)
        self.pool = pool
        self.final = max((o.curve[-1][0] for o in observations if o.complete), default=max(epochs))
        self.epochs_scale = max(1.0, np.log(max(epochs)/min(epochs)))
        z, self.mean, self.scale = standardised(loss(y))
        X = self.features(pool.encode(cands), np.array(epochs))
        nch = len(pool.problem.choices)
        ncost = len(pool.cost_scale.names)
        columns = np.concatenate([pool.encoding.columns, nch+np.arange(ncost+1)])
        fid = nch+ncost
        kernel = Kernel((
            Component((*range(nch), fid), CFG["v"][0], CFG["w0"]/np.sqrt(nch)),
            Component((*range(nch, nch+ncost), fid), CFG["v"][1], CFG["wc"]),
            Component((fid,), .5, 1.0),
        ), columns, CFG["noise"])
        idx = np.arange(len(z))
        self.parameters = fit(kernel, X[:MAX_FITTED], z[:MAX_FITTED])
        self.gp = GaussianProcess(kernel, self.parameters, X, z)
        if pending:
            XP = self.features(pool.encode(pending), np.full(len(pending), self.final))
            m, _ = self.gp.predict(XP)
            self.gp = GaussianProcess(kernel, self.parameters, np.vstack([X, XP]), np.concatenate([z, m]))
            self.pending_loss = m
    def features(self, F, epochs):
        return np.hstack([F, (np.log(epochs)/self.epochs_scale)[:, None]])
    def predict(self, F):
        return self.gp.predict(self.features(F, np.full(len(F), self.final)))
    def z(self, acc):
        return (loss(acc)-self.mean)/self.scale


def propose(problem, observations, pending, rng, pool=None):
    pool = pool or Pool(problem, rng)
    problem = pool.problem
    known = {o.candidate.architecture for o in observations} | {c.architecture for c in pending}
    done = [o for o in observations if o.curve]
    if len(known) < CFG["start"] or not done:
        return start(pool, [o.candidate for o in observations]+list(pending), known, rng).values
    model = Model(pool, done, pending)
    final = [o for o in done if o.curve[-1][0] >= model.final]
    fcands = [o.candidate for o in final]
    if CFG["front"] == "obs":
        floss = model.z([o.curve[-1][1] for o in final])
    else:
        floss = model.predict(pool.encode(fcands))[0]
    if pending:
        fcands += list(pending); floss = np.concatenate([floss, model.pending_loss])
    points = np.hstack([floss[:, None], pool.scale(fcands)])
    mask = non_dominated(points)
    front = points[mask]; parents = [c for c, m in zip(fcands, mask) if m]
    mean, std = model.predict(pool.features)
    ref = np.array([np.quantile(mean[:len(pool.drawn)], CFG["q"])] + [CFG["ref"]]*len(pool.objective_costs))
    cands = list(pool.candidates)
    gain = expected_improvement(front, ref, mean, std, pool.scale(cands))
    new = [mutate(problem, parents[int(rng.integers(len(parents)))], rng) for _ in range(CFG["num_mut"])]
    cands, gain = extend(pool, model, front, ref, cands, gain, new, known)
    for _ in range(CFG["local"]):
        top = np.argsort(-gain, kind="stable")[:10]
        new = [mutate(problem, cands[top[i % 10]], rng) for i in range(100)]
        cands, gain = extend(pool, model, front, ref, cands, gain, new, known)
    best = int(np.argmax(gain))
    assert cands[best].architecture not in known
    return cands[best].values

def mutate(problem, c, rng):
    return problem.possible(mutated(problem.choices, c.values, rng, 1+int(rng.integers(3))))

def extend(pool, model, front, ref, cands, gain, new, known):
    gain = np.where([c.architecture in known for c in cands], -1.0, gain)
    seen = {c.architecture for c in cands} | known
    d = {}
    for c in new:
        if c is not None and c.architecture not in seen and not violations(c, pool.problem.limits):
            d.setdefault(c.architecture, c)
    new = list(d.values())
    if not new: return cands, gain
    mean, std = model.predict(pool.encode(new))
    return cands+new, np.concatenate([gain, expected_improvement(front, ref, mean, std, pool.scale(new))])

def start(pool, have, known, rng):
    cands = [c for c in pool.candidates if c.architecture not in known]
    at = pool.scale(cands)
    taken = pool.scale(have) if have else np.full((1, at.shape[1]), .5)
    d = np.linalg.norm(at[:, None]-taken[None], axis=2).min(1)
    return cands[int(np.argmax(d))]
