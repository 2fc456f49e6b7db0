"""The actors: each service decides, publishes and reads in the same shape, and connectors are their clients."""
