"""Names that a column may have and a careless statement breaks on."""

BAD_NAMES = (
    "a b",
    "a.b",
    'a"b',
    "it's",
    "a`b",
    "größe 数",
    "x,y;z{1}(2)=3",
    "tab\there",
    "back\\s",
)
