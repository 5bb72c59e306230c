"""The variational autoencoder: rows to latents and back; latents drawn from a mixture."""
