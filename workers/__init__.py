"""What runs on a worker: data sets, proxy training, latency measurement. No database, no Optuna."""
