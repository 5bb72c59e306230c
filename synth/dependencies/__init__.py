"""What is determined is not modelled: dependencies found, verified, chosen and restored.

One kind of dependency is one file with the same verbs: :mod:`synth.dependencies.search` finds
candidates on a sample, :mod:`~synth.dependencies.verify` counts over the whole table,
:mod:`~synth.dependencies.choose` settles which are used, :mod:`~synth.dependencies.plan` puts them
back.
"""
