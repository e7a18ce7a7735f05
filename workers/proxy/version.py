"""Which trainings of this program may stand for each other."""

from __future__ import annotations

RECIPE_VERSION = 1
"""Rises with every change of the program after which the same recipe may train otherwise.

Results of trainings are shared between studies only under the same version; a test holds the
source to it.
"""
