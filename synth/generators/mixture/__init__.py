"""Mixture of products: latent classes, within each of which the columns are independent."""
