"""What is determined is not modelled: dependencies found, verified, chosen and restored.

One kind of dependency is one file that answers for itself (:mod:`synth.dependencies.dependency`),
and one line in :mod:`~synth.dependencies.registry`. :mod:`~synth.dependencies.search` finds
candidates on a sample, :mod:`~synth.dependencies.verify` counts over the whole table,
:mod:`~synth.dependencies.choose` settles which are used, :mod:`~synth.dependencies.plan` puts them
back. Kinds that say how a column is encoded lie with the encodings
(:mod:`synth.encode.parented`).
"""
