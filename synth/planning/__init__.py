"""What a run of a table will cost, and with which settings: before anything is learned."""
