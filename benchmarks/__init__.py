"""What Rollbook does in a second, beside its peers, in one run on one server: python -m benchmarks."""
