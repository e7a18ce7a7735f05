"""One run of a study: the session, its two databases, and the run on Ray Tune."""
