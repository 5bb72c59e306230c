"""The kinds of figures that judge one prediction task, and their words."""

from __future__ import annotations

from synth.metrics.kind import Bound, MetricKind

LOSS_BOUND = Bound(green=0.03, amber=0.07, by="interval")

KINDS: tuple[MetricKind, ...] = (
    MetricKind(
        "utility_loss",
        "utility",
        "Utility loss",
        "How much worse a model predicts the target on real, unseen rows if it was trained on "
        "synthetic instead of real rows, as a share of the real-trained model's score: "
        "(real - synthetic) / real. Of a number it is the relative increase of the root mean "
        "squared error. It is of the model that is best on real rows; lower is better, 0 is no "
        "loss, and below 0 the synthetic-trained model is the better one.",
        style="percent",
        headline=True,
        bound=LOSS_BOUND,
    ),
    MetricKind(
        "model_utility_loss",
        "utility",
        "Utility loss of other models",
        "The utility loss of the models that are not the best ones on real rows; lower is better.",
        style="percent",
    ),
    MetricKind(
        "task_score",
        "utility",
        "Score of the prediction",
        "How well a model predicts the target on real, unseen rows, by what it was trained on; "
        "higher is better. The reference is the real-trained model's score.",
        higher_is_better=True,
    ),
    MetricKind(
        "task_error",
        "utility",
        "Error of the prediction",
        "How far a model's predictions are from the truth on real, unseen rows, by what it was "
        "trained on; lower is better. The reference is the real-trained model's error.",
    ),
    MetricKind(
        "calibration_error",
        "utility",
        "Calibration error",
        "By how much a model's stated probabilities differ from the shares that come true, on "
        "average over real, unseen rows (expected calibration error); lower is better.",
        style="percent",
    ),
    MetricKind(
        "class_recall",
        "utility",
        "Recall of a class",
        "Of the real, unseen rows of a class, the share that a model recognises if it was trained "
        "on synthetic rows; higher is better. The reference is the real-trained model's share.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "minority_recall",
        "utility",
        "Recall of the rarest class",
        "The recall of the class that the fewest real rows have: what a synthetic table loses "
        "first; higher is better. The reference is the real-trained model's share.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "augmentation_gain",
        "utility",
        "Gain by augmentation",
        "How much better a model predicts if synthetic rows are added to the real rows that it is "
        "trained on, as a share of its score without them; higher is better, and below 0 they do "
        "harm.",
        higher_is_better=True,
        style="percent",
    ),
    MetricKind(
        "importance_agreement",
        "utility",
        "Agreement on important columns",
        "Whether a synthetic-trained and a real-trained model rely on the same columns: the rank "
        "correlation of their permutation importances, from -1 to 1; higher is better.",
        higher_is_better=True,
    ),
)
