"""A Gaussian copula over codes: no training, no torch, one pass over the rows."""
