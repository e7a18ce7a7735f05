"""What makes an answer trusted: calibration, baselines, control, confirmation, explanation."""
