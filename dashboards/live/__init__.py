"""Live pages of all studies, and Optuna's dashboard beside them, on one local address."""

from dashboards.live.app import make_app
from dashboards.live.guard import Access
from dashboards.live.serving import Server, bound, serve

__all__ = ["Access", "Server", "bound", "make_app", "serve"]
