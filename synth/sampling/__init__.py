"""From a fitted model to rows: model folder, blocks, conditions, imputation."""
